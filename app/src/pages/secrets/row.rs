//! One secret in the table. What is not known yet, or failed, says so in its own cell. The row itself stays while what is known
//! of it changes, and with it the focus, the selection and what is open.

use leptos::prelude::*;

use crate::locales::t;
use crate::model::access_key::Silence;
use crate::model::secret::{Details, Known, RotationState, SecretName, SecretRow, State, days_left};
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::RotationFilter;
use crate::pages::secrets::Retry;
use crate::paths;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::copy::CopyButton;
use crate::ui::data_table::{Rank, cell};
use crate::ui::html::{html, live};
use crate::ui::icon::Glyph;
use crate::ui::menu::{MenuButton, MenuLink};
use crate::ui::time::Time;

#[component]
pub(crate) fn Row(
    region: String,
    name: SecretName,
    /// Whether it is in the deletion window: there it is another row, with other actions.
    is_pending: bool,
    page: Signal<Option<SecretPage>>,
) -> impl IntoView {
    let l = &t().list;
    let href = paths::secret(&region, &name);
    let cells = {
        let name = name.clone();
        live(move || {
            page.with(|page| {
                let page = page.as_ref()?;
                let row = page.rows.iter().find(|row| row.name == name)?;
                Some(cells(row, row.deletion_ms.map(|at| days_left(at, page.now_ms))))
            })
        })
    };
    html! {
        <tr role="row" data-dimmed=is_pending>
            <td role="cell" data-rank=Rank::Pick.name()>
                <input type="checkbox" data-pick value=name.short().to_owned() aria-label=l.pick.with([&name.short()])/>
            </td>
            <th role="rowheader" scope="row">
                <a href=href.clone() data-tip=name.to_string()>{name.short().to_owned()}</a>
                <CopyButton text=name.to_string() what=name.to_string()/>
            </th>
            {cells}
            <td role="cell">
                <span class="actions">
                    <a class="button" href=href aria-label=format!("{} {}", l.view, name.short())>{l.view}</a>
                    <MenuButton id=format!("menu-{}", name.short()) text=l.more name=l.more_for.with([&name.as_str()]) items=menu(&region, &name, is_pending)/>
                </span>
            </td>
        </tr>
    }
}

/// What is known of it.
fn cells(row: &SecretRow, days_left: Option<i64>) -> AnyView {
    let l = &t().list;
    let tags = row
        .tags
        .iter()
        .map(|tag| html! { <span class="tag">{format!("{}: {}", tag.key, tag.value)}</span> })
        .collect_view();
    html! {
        {cell(l.user, Rank::Minor, html! { <span class="name">{row.user_name().to_owned()}</span> })}
        {cell(l.rotation, Rank::Always, rotation_cell(row))}
        {next_rotation_cell(row)}
        {cell(l.state, Rank::Always, state_cell(row, days_left))}
        {cell(l.changed, Rank::Minor, html! { <Time at_ms=row.changed_ms/> })}
        {cell(l.tags, Rank::Least, html! { <span class="tags">{tags}</span> })}
    }
}

/// Restoring exists in the deletion window only, everything else outside of it only.
fn menu(region: &str, name: &SecretName, is_pending: bool) -> Vec<MenuLink> {
    let l = &t().list;
    if is_pending {
        let href = paths::restore_secret(region, name);
        return vec![MenuLink { label: l.restore, href, is_dangerous: false }];
    }
    let link = |label, href| MenuLink { label, href, is_dangerous: false };
    vec![
        link(l.rotate_now, paths::rotate_secret(region, name)),
        link(l.change_rotation, paths::change_rotation(region, name)),
        MenuLink { is_dangerous: true, ..link(l.plan_deletion, paths::delete_secret(region, name)) },
    ]
}

/// Rotation's badge with the period; also used by the details page.
pub(crate) fn rotation(details: &Details) -> impl IntoView + use<> {
    let s = &t().states;
    match details.rotation {
        RotationState::On => {
            let text = match details.period_seconds {
                Some(seconds) => s.every.with([&t().common.period(seconds)]),
                None => s.rotation(RotationFilter::On).to_owned(),
            };
            html! { <Badge meaning=Meaning::Good glyph=Glyph::Turning text/> }
        }
        RotationState::Off => {
            html! { <Badge meaning=Meaning::Quiet glyph=Glyph::Off text=s.rotation(RotationFilter::Off)/> }
        }
        RotationState::Failing => {
            html! { <Badge meaning=Meaning::Danger glyph=Glyph::Warning text=s.rotation(RotationFilter::Failing)/> }
        }
    }
}

/// The state's badge with its date; also used by the details page.
pub(crate) fn state_cell(row: &SecretRow, days_left: Option<i64>) -> AnyView {
    let s = &t().states;
    let Some(state) = row.state() else { return waiting(row) };
    let text = s.state(state);
    let in_ram = row.details().and_then(|details| details.in_ram.as_ref());
    let drift = in_ram.and_then(|ram| ram.drift);
    let drift = drift.map(|drift| html! { <small class="failed">{s.drift(drift)}</small> });
    match state {
        State::Normal => html! {
            <Badge meaning=Meaning::Good glyph=Glyph::Check text/>
            {drift}
        },
        State::Unavailable => html! { <Badge meaning=Meaning::Danger glyph=Glyph::Blocked text/> },
        State::Rotating => {
            let until = row.details().and_then(|details| details.rotating_until_ms);
            let outgoing = in_ram.and_then(|ram| ram.outgoing.as_ref());
            let old_key = outgoing.map(|outgoing| {
                let is_used = outgoing.silence == Silence::Used;
                html! { <small class=is_used.then_some("failed")>{s.old_key[outgoing.silence as usize]}</small> }
            });
            html! {
                <Badge meaning=Meaning::Busy glyph=Glyph::Turning text/>
                {until.map(|at_ms| html! { <small>{s.about} " " <Time at_ms/></small> })}
                {old_key}
                {drift}
            }
        }
        State::PendingDeletion => {
            let at_ms = row.deletion_ms.unwrap_or_default();
            html! {
                <Badge meaning=Meaning::Warning glyph=Glyph::Clock text/>
                <small><Time at_ms/> {t().common.comma} {s.days_left.with([&days_left.unwrap_or_default()])}</small>
            }
        }
    }
}

fn rotation_cell(row: &SecretRow) -> AnyView {
    match row.details() {
        Some(details) => rotation(details).into_any(),
        // What failed is said once, where the state would be.
        None if row.is_settled() => ().into_any(),
        None => waiting(row),
    }
}

fn next_rotation_cell(row: &SecretRow) -> AnyView {
    match row.next_rotation_ms() {
        Some(at_ms) => cell(t().list.next_rotation, Rank::Always, html! { <Time at_ms/> }),
        // Blank, and not there at all where it would be under its name.
        None => html! { <td role="cell"></td> },
    }
}

fn waiting(row: &SecretRow) -> AnyView {
    match &row.known {
        Known::Pending => html! { <span class="pending">{t().common.loading}</span> },
        Known::Failed(code) => {
            let retry = use_context::<Retry>().map(|Retry(retry)| {
                html! {
                    <button type="button" class="button needs-script" on:click=move |_| retry.run(())>
                        {t().common.retry}
                    </button>
                }
            });
            html! { <span class="failed" title=t().errors.of(*code).0>{t().list.row_failed}</span> {retry} }
        }
        Known::Unavailable | Known::Details(_) => ().into_any(),
    }
}
