//! What is done, to which secrets, and what will be skipped: before anything happens.

use leptos::prelude::*;

use super::Bulk;
use crate::browser::{document, random};
use crate::forms::delete_in::DeleteIn;
use crate::forms::rotation_fields::{RotationChoice, RotationFields};
use crate::locales::{Pattern, t};
use crate::model::bulk::{BULK_MAX, BulkAction, Run, Skip};
use crate::model::deletion::RecoveryWindow;
use crate::model::new_secret::{InvalidInput, parse_tags};
use crate::model::rotation::PeriodUnit;
use crate::model::secret::{SecretName, SecretRow, Tag, days_left};
use crate::model::secret_list::SecretPage;
use crate::pages::secrets::row::{rotation, state_cell};
use crate::paths;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::error::Remark;
use crate::ui::html::html;
use crate::ui::text_field::TextField;

/// The choices, before their fields are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ChangeRotation,
    Rotate,
    AddTag,
    RemoveTag,
    PlanDeletion,
    Restore,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::ChangeRotation,
        Self::Rotate,
        Self::AddTag,
        Self::RemoveTag,
        Self::PlanDeletion,
        Self::Restore,
    ];

    fn label(self) -> &'static str {
        let (l, b) = (&t().list, t().bulk());
        match self {
            Self::ChangeRotation => l.change_rotation,
            Self::Rotate => l.rotate_now,
            Self::AddTag => b.add_tag,
            Self::RemoveTag => b.remove_tag,
            Self::PlanDeletion => l.plan_deletion,
            Self::Restore => l.restore,
        }
    }

    /// What comes of it.
    fn preview(self) -> Pattern<1> {
        let b = t().bulk();
        match self {
            Self::PlanDeletion => b.preview_deletion,
            Self::Restore => b.preview_restore,
            _ => b.preview,
        }
    }
}

const FORM: &str = "bulk-form";
/// Says that something is to be chosen.
const CHOOSE: &str = "bulk-choose";

#[component]
pub(super) fn Choose(bulk: Bulk, page: SecretPage) -> impl IntoView {
    let b = t().bulk();
    // Nothing is chosen: one click too many changes nothing.
    let kind = RwSignal::new(None::<Kind>);
    let choice = RotationChoice::new(true, "30", PeriodUnit::Days);
    let tag = RwSignal::new(String::new());
    let days = RwSignal::new("30".to_owned());
    let typed = RwSignal::new(String::new());
    let left_out = RwSignal::new(Vec::<SecretName>::new());
    let was_sent = RwSignal::new(false);
    let action = Memo::new(move |_| match kind.get() {
        None => Err(None),
        // Its fields say by themselves what is wrong with them.
        Some(Kind::ChangeRotation) => choice.parsed().map(BulkAction::ChangeRotation).map_err(|_| None),
        Some(Kind::Rotate) => Ok(BulkAction::Rotate),
        Some(Kind::Restore) => Ok(BulkAction::Restore),
        Some(Kind::AddTag) => one_tag(&tag.get()).map(BulkAction::AddTag).map_err(invalid),
        Some(Kind::RemoveTag) => one_key(&tag.get()).map(BulkAction::RemoveTag).map_err(invalid),
        Some(Kind::PlanDeletion) => {
            let window = RecoveryWindow::parse(&days.get()).map(BulkAction::PlanDeletion);
            window.map_err(|_| Some(t().delete().days_invalid.to_owned()))
        }
    });
    let now_ms = page.now_ms;
    let rows = StoredValue::new(page.rows);
    let chosen = move || -> Vec<SecretRow> {
        let left_out = left_out.get();
        rows.with_value(|rows| rows.iter().filter(|row| !left_out.contains(&row.name)).cloned().collect())
    };
    let hindered = move || -> Vec<Skip> {
        let action = action.get();
        chosen().iter().filter_map(|row| action.as_ref().ok()?.hindrance(row)).collect()
    };
    let taken = Memo::new(move |_| kind.get().map_or(0, |_| chosen().len() - hindered().len()));
    let is_confirmed =
        move || kind.get() != Some(Kind::PlanDeletion) || typed.get().trim() == taken.get().to_string();
    let confirm_error = Signal::derive(move || {
        (was_sent.get() && !is_confirmed()).then(|| b.confirm_wrong.with([&taken.get()]))
    });
    let field_error = Signal::derive(move || action.get().err().flatten().filter(|_| was_sent.get()));
    let announcer: Announcer = expect_context();
    let submit = move || {
        was_sent.set(true);
        match action.get_untracked().ok().filter(|_| untrack(is_confirmed) && taken.get_untracked() > 0) {
            Some(action) => bulk.start(Run::new(action, &untrack(chosen), random::uuid)),
            None => {
                announcer.wrong_input();
                document::focus_first_invalid(FORM);
            }
        }
    };
    let kinds = Kind::ALL
        .map(|of| {
            html! {
                <label class="choice">
                    <input
                        type="radio"
                        name="action"
                        aria-describedby=CHOOSE
                        aria-invalid=move || (was_sent.get() && kind.get().is_none()).to_string()
                        checked=false
                        prop:checked=move || kind.get() == Some(of)
                        on:change=move |_| { was_sent.set(false); kind.set(Some(of)); }
                    />
                    {of.label()}
                </label>
            }
        })
        .collect_view();
    let text_field = move |label: &'static str| {
        html! { <TextField id="bulk-tag" label error=field_error value=tag/> }
    };
    let fields = move || match kind.get() {
        None => {
            html! { <p id=CHOOSE class:field-error=move || was_sent.get() class:remark=move || !was_sent.get()>{b.choose_first}</p> }
        }
        Some(Kind::ChangeRotation) => {
            html! { <RotationFields choice last_ms=None now_ms=Signal::stored(None) has_dates=false/> }
        }
        Some(Kind::Rotate) => html! { <p class="hint">{t().rotate().quota} " " {b.staggered}</p> },
        Some(Kind::AddTag) => text_field(b.tag),
        Some(Kind::RemoveTag) => text_field(b.tag_key),
        Some(Kind::Restore) => ().into_any(),
        Some(Kind::PlanDeletion) => html! {
            <Remark meaning=Meaning::Danger text=b.check_first/>
            <DeleteIn id="bulk-days" error=field_error value=days now_ms/>
            <TextField id="bulk-confirm" label=b.confirm hint=Signal::derive(move || b.confirm_hint.with([&taken.get()])) error=confirm_error value=typed/>
        },
    };
    let skipped = move || {
        let hindered = hindered();
        Skip::ALL
            .into_iter()
            .filter_map(|of| {
                let count = hindered.iter().filter(|skip| **skip == of).count();
                (count > 0).then(
                    || html! { <li>{b.skip_count.with([&count.to_string(), &b.skip[of as usize]])}</li> },
                )
            })
            .collect_view()
    };
    let at_once = move || {
        let action = action.get();
        let is_at_once = |row: &&SecretRow| action.as_ref().is_ok_and(|of| of.rotates_at_once(row, now_ms));
        let chosen = chosen();
        let names: Vec<&str> = chosen.iter().filter(is_at_once).map(|row| row.name.short()).collect();
        (!names.is_empty()).then(|| {
            let text = format!("{} {}", b.at_once.with([&names.len()]), names.join(", "));
            html! { <Remark meaning=Meaning::Warning text/> }
        })
    };
    let more = (page.matched > BULK_MAX).then(|| {
        html! { <Remark meaning=Meaning::Warning text=b.too_many.with([&page.matched, &BULK_MAX])/> }
    });
    let selected = rows.with_value(|rows| {
        rows.iter()
            .map(|row| selectable(bulk.region.get_untracked(), row.clone(), left_out, now_ms))
            .collect_view()
    });
    let columns =
        vec![Column::plain(t().list.name), Column::plain(t().list.rotation), Column::plain(t().list.state)];
    html! {
        {more}
        <form id=FORM class="bulk" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
            <fieldset class="field"><legend>{b.what}</legend>{kinds}</fieldset>
            <div>{fields}</div>
            <div class="bulk-preview" role="status">
                <p><strong>{move || kind.get().map(|kind| kind.preview().with([&taken.get()]))}</strong></p>
                <ul>{skipped}</ul>
                {at_once}
            </div>
            <button
                type="submit"
                class="button needs-script"
                data-kind=move || if kind.get() == Some(Kind::PlanDeletion) { "danger" } else { "primary" }
                aria-disabled=move || (kind.get().is_some() && taken.get() == 0).to_string()
            >
                {move || match kind.get() {
                    Some(kind) => b.start.with([&kind.label(), &taken.get()]),
                    None => b.start_first.to_owned(),
                }}
            </button>
        </form>
        <h2>{b.which}</h2>
        <DataTable caption=b.which columns is_busy=false>{selected}</DataTable>
    }
}

fn one_tag(text: &str) -> Result<Tag, InvalidInput> {
    match parse_tags(text)?.as_slice() {
        [] => Err(InvalidInput::Missing),
        [tag] => Ok(tag.clone()),
        _ => Err(InvalidInput::NotATag(text.trim().into())),
    }
}

fn one_key(text: &str) -> Result<String, InvalidInput> {
    match text.trim() {
        "" => Err(InvalidInput::Missing),
        key => Ok(key.to_owned()),
    }
}

fn invalid(wrong: InvalidInput) -> Option<String> {
    Some(t().create().invalid(wrong))
}

fn selectable(region: String, row: SecretRow, left_out: RwSignal<Vec<SecretName>>, now_ms: i64) -> AnyView {
    let name = row.name.clone();
    let toggle = move |event| {
        let is_chosen = event_target_checked(&event);
        left_out.update(|left_out| {
            left_out.retain(|other| *other != name);
            if !is_chosen {
                left_out.push(name.clone());
            }
        });
    };
    let badge = row.details().map(rotation);
    let state = state_cell(&row, row.deletion_ms.map(|at_ms| days_left(at_ms, now_ms)));
    html! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <span class="choice">
                    <input type="checkbox" checked aria-label=t().list.pick.with([&row.name.short()]) on:change=toggle/>
                    <a href=paths::secret(&region, &row.name)>{row.name.short().to_owned()}</a>
                </span>
            </th>
            {cell(t().list.rotation, Rank::Always, badge)}
            {cell(t().list.state, Rank::Always, state)}
        </tr>
    }
}
