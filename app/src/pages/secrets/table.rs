//! The table, and the three sights without one: nothing yet, no match, not loaded.

use leptos::prelude::*;

use super::Answer;
use super::address::ListAddress;
use super::pagination::Pagination;
use super::row::Row;
use crate::api::{Loaded, derived, lasting};
use crate::locales::t;
use crate::model::error::ApiError;
use crate::model::secret_list::SecretPage;
use crate::model::secret_query::{Sort, SortKey};
use crate::pages::failed::{Failed, not_refreshed};
use crate::paths;
use crate::ui::data_table::{Column, ColumnSort, DataTable, Rank};
use crate::ui::empty::Empty;
use crate::ui::html::{html, live, live_text};
use crate::ui::skeleton::Skeleton;
use crate::ui::time::Time;

/// What is to be seen. It changes seldom; while it stays, only the rows that differ are drawn anew.
#[derive(Clone, PartialEq, Eq)]
enum Sight {
    Waiting,
    Failed(ApiError),
    NothingYet,
    NoMatch,
    Table,
}

#[component]
pub(crate) fn SecretsTable(address: Memo<ListAddress>, answer: Loaded<Answer>) -> impl IntoView {
    // Another region's rows are never shown under this region's name.
    let last = lasting(move || answer.get().flatten());
    let last =
        derived(move || last.get().filter(|last| last.question.starts_with(&address.read().cleared())));
    let sight = derived(move || match last.get().map(|last| last.answer) {
        None => Sight::Waiting,
        Some(Err(error)) => Sight::Failed(error),
        Some(Ok(page)) if page.total == 0 => Sight::NothingYet,
        Some(Ok(page)) if page.matched == 0 && is_complete(&page, &address.get()) => Sight::NoMatch,
        Some(Ok(_)) => Sight::Table,
    });
    let page = derived(move || last.get().and_then(|last| last.answer.ok()));
    let stale = live(move || last.get().and_then(not_refreshed));
    let l = &t().list;
    let sight = live(move || match sight.get() {
        Sight::Waiting => html! { <Skeleton lines=10/> },
        Sight::Failed(error) => {
            html! {
                <Failed error title=l.failed_title retry=move || answer.refetch()/>
            }
        }
        Sight::NothingYet => html! {
            <Empty title=l.empty_title text=l.empty_text>
                <a class="button" data-kind="primary" href=live_text(move || paths::create_secret(&address.get().region))>
                    {l.create}
                </a>
            </Empty>
        },
        Sight::NoMatch => html! {
            <Counts address page/>
            <Empty title=l.no_match_title text=l.no_match_text>
                <a class="button" href=live_text(move || address.get().cleared())>{l.clear_all}</a>
            </Empty>
        },
        Sight::Table => html! { <Counts address page/> <Rows address page/> },
    });
    html! { {stale} {sight} }
}

#[component]
fn Counts(address: Memo<ListAddress>, page: Signal<Option<SecretPage>>) -> impl IntoView {
    let l = &t().list;
    let count = live(move || page.get().map(|page| l.count(page.matched, page.total)));
    let checked = live(move || {
        let page = page.get().filter(|page| !is_complete(page, &address.get()))?;
        Some(l.checked.with([&page.checked, &page.total]))
    });
    // A page beyond the last one.
    let beyond = live(move || {
        let asked = address.get().query.page.0;
        let is_beyond = page.get().is_some_and(|page| page.page < asked);
        is_beyond.then(|| l.ignored.with([&asked.to_string(), &"page"]))
    });
    let asked_ms = Signal::derive(move || page.get().map(|page| page.asked_ms).unwrap_or_default());
    html! {
        <p class="count" data-total=live_text(move || page.get().map(|page| page.total.to_string()).unwrap_or_default())>
            <span>{count}</span>
            <span>{checked}</span>
            <span>{beyond}</span>
            <a href=live_text(move || { let address = address.get(); paths::bulk(&address.region, &address.query) })>{l.act_on_many}</a>
            <span class="updated">{l.updated} " " <Time at_ms=asked_ms/></span>
        </p>
    }
}

#[component]
fn Rows(address: Memo<ListAddress>, page: Signal<Option<SecretPage>>) -> impl IntoView {
    let rows = move || {
        let of = |page: &SecretPage| {
            page.rows.iter().map(|row| (row.name.clone(), row.deletion_ms.is_some())).collect::<Vec<_>>()
        };
        page.with(|page| page.as_ref().map(of).unwrap_or_default())
    };
    let is_busy = Signal::derive(move || page.get().is_some_and(|page| !is_complete(&page, &address.get())));
    let columns = Signal::derive(move || columns(&address.get()));
    html! {
        <DataTable caption=t().list.title columns is_busy>
            <For
                each=rows
                key=Clone::clone
                children=move |(name, is_pending)| {
                    let region = address.get_untracked().region;
                    html! { <Row region name is_pending page/> }
                }
            />
        </DataTable>
        <Pagination address page/>
    }
}

fn is_complete(page: &SecretPage, address: &ListAddress) -> bool {
    !address.query.needs_details() || page.checked == page.total
}

fn columns(address: &ListAddress) -> Vec<Column> {
    let l = &t().list;
    let now = address.query.sort;
    let sorted = |label, key: SortKey| {
        let is_current = now.key == key;
        let next = Sort { key, is_descending: is_current && !now.is_descending };
        let href = address.with(|query| query.sort = next);
        let sort = Some(ColumnSort { href, is_descending: is_current.then_some(now.is_descending) });
        Column { label, sort, rank: Rank::Always }
    };
    vec![
        Column::plain(l.pick_all).ranked(Rank::Pick),
        sorted(l.name, SortKey::Name),
        sorted(l.user, SortKey::User).ranked(Rank::Minor),
        Column::plain(l.rotation),
        sorted(l.next_rotation, SortKey::NextRotation),
        sorted(l.state, SortKey::State),
        sorted(l.changed, SortKey::Changed).ranked(Rank::Minor),
        Column::plain(l.tags).ranked(Rank::Least),
        Column::plain(l.actions),
    ]
}
