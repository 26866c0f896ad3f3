//! How far the run is, and what came of each secret.

use leptos::prelude::*;

use super::Bulk;
use crate::browser::{document, time, timers};
use crate::locales::t;
use crate::model::bulk::{BulkAction, Item, Outcome};
use crate::model::secret_query::RotationFilter;
use crate::paths;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::{html, live};
use crate::ui::icon::Glyph;
use crate::ui::time::Time;

/// The heading, which has the focus when a run begins.
const WHAT: &str = "bulk-what";

#[component]
pub(super) fn Progress(bulk: Bulk) -> impl IntoView {
    let b = t().bulk();
    let run = bulk.run;
    let counts = Memo::new(move |_| run.read().as_ref().map(|run| run.counts()).unwrap_or_default());
    let is_running = Memo::new(move |_| run.read().as_ref().is_some_and(|run| run.is_running));
    let total = Memo::new(move |_| run.read().as_ref().map_or(0, |run| run.items.len()));
    let is_rotation =
        Memo::new(move |_| run.read().as_ref().is_some_and(|run| run.action == BulkAction::Rotate));
    let items = Memo::new(move |_| run.read().as_ref().map(|run| run.items.clone()).unwrap_or_default());
    let region = bulk.region;
    // After a reload too: "Go on" may mean a deletion.
    let what = Memo::new(move |_| run.read().as_ref().map(|run| words(&run.action)));
    // Where the quota or the cloud makes the run wait, until when.
    let wait = live(move || {
        let run = run.get().filter(|run| run.is_running)?;
        let now_ms = time::now();
        let (_, wait_ms) = run.next(now_ms)?;
        (wait_ms > 1_000)
            .then(|| html! { <p class="remark">{b.waits} " " <Time at_ms=now_ms + wait_ms/></p> })
    });
    let bar = live(move || {
        let (counts, total) = (counts.get(), total.get());
        let value = (total - counts.waiting).to_string();
        html! {
            <p class="count">
                <span>{b.progress(counts)}</span>
                <progress max=total.max(1).to_string() value=value aria-label=b.title></progress>
            </p>
        }
    });
    let buttons = live(move || {
        let counts = counts.get();
        let stop = is_running.get().then(|| {
            html! { <button type="button" class="button" on:click=move |_| bulk.change(|run| run.is_running = false)>{b.stop}</button> }
        });
        let go_on = (!is_running.get() && counts.waiting > 0).then(|| {
            html! { <button type="button" class="button" data-kind="primary" on:click=move |_| bulk.change(|run| run.is_running = true)>{b.go_on}</button> }
        });
        let retry = (!is_running.get() && counts.failed > 0).then(|| {
            html! { <button type="button" class="button" on:click=move |_| bulk.change(crate::model::bulk::Run::retry)>{b.retry}</button> }
        });
        let close = (!is_running.get()).then(|| {
            html! { <button type="button" class="button" on:click=move |_| bulk.close()>{b.close}</button> }
        });
        html! { <div class="actions">{go_on} {retry} {stop} {close}</div> }
    });
    let columns = vec![Column::plain(t().list.name), Column::plain(b.outcome)];
    Effect::new(move || {
        if bulk.has_begun.try_update_value(std::mem::take) == Some(true) {
            timers::after(0, || {
                document::focus_id(WHAT);
            });
        }
    });
    html! {
        <h2 id=WHAT tabindex="-1">{move || what.get()}</h2>
        {bar}
        {wait}
        {buttons}
        <DataTable caption=b.outcome columns is_busy=is_running>
            <For each=move || items.get() key=|item| format!("{item:?}") children=move |item| row(&region.get_untracked(), item, is_rotation.get_untracked())/>
        </DataTable>
    }
}

fn row(region: &str, item: Item, is_rotation: bool) -> AnyView {
    let b = t().bulk();
    let outcome = match item.outcome {
        Outcome::Waiting => html! { <span class="pending">{b.waiting}</span> },
        // Accepted is not done.
        Outcome::Done if is_rotation => {
            html! { <Badge meaning=Meaning::Busy glyph=Glyph::Turning text=b.started/> }
        }
        Outcome::Done => html! { <Badge meaning=Meaning::Good glyph=Glyph::Check text=b.done/> },
        Outcome::Failed(message) => html! {
            <Badge meaning=Meaning::Danger glyph=Glyph::Warning text=b.failed/> <small>{message}</small>
        },
        Outcome::Skipped(skip) => html! {
            <Badge meaning=Meaning::Quiet glyph=Glyph::Off text=b.skipped/> <small>{b.skip[skip as usize]}</small>
        },
    };
    html! {
        <tr role="row">
            <th role="rowheader" scope="row"><a href=paths::secret(region, &item.name)>{item.name.short().to_owned()}</a></th>
            {cell(b.outcome, Rank::Always, outcome)}
        </tr>
    }
}

/// What the run does, with its figure.
fn words(action: &BulkAction) -> String {
    let (l, b, s) = (&t().list, t().bulk(), &t().states);
    let (what, how) = match action {
        BulkAction::ChangeRotation(Some(period)) => {
            (l.change_rotation, s.every.with([&t().common.period(period.seconds())]))
        }
        BulkAction::ChangeRotation(None) => (l.change_rotation, s.rotation(RotationFilter::Off).to_owned()),
        BulkAction::Rotate => return l.rotate_now.to_owned(),
        BulkAction::AddTag(tag) => (b.add_tag, format!("{}:{}", tag.key, tag.value)),
        BulkAction::RemoveTag(key) => (b.remove_tag, key.clone()),
        BulkAction::PlanDeletion(window) => (l.plan_deletion, t().common.days.with([&window.days()])),
        BulkAction::Restore => return l.restore.to_owned(),
    };
    format!("{what}: {how}")
}
