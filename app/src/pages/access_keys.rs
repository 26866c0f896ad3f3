//! `/access-keys`: the AccessKeys that no secret rotates, by age and last use; and `/access-keys/{user}`.

mod user;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::api::{Answered, Loaded, derived, lasting, list_unmanaged_keys, load_reading};
use crate::locales::t;
use crate::model::session::Session;
use crate::model::unmanaged::{KeyOrder, KeyQuery, UnmanagedKey, UnmanagedKeys};
use crate::pages::access_key::{last_use, state};
use crate::pages::failed::{Failed, not_refreshed};
use crate::paths;
use crate::ui::badge::Meaning;
use crate::ui::data_table::{Column, ColumnSort, DataTable, Rank, cell};
use crate::ui::empty::Empty;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::heading::Heading;
use crate::ui::html::{html, live};
use crate::ui::refresh::Refresh;
use crate::ui::skeleton::Skeleton;
use crate::ui::time::Time;

use user::UserKeysPage;

#[component]
pub(crate) fn AccessKeys() -> impl IntoView {
    let params = use_params_map();
    let user = Memo::new(move |_| params.read().get("user").unwrap_or_default());
    let is_list = Memo::new(move |_| user.read().is_empty());
    live(move || match is_list.get() {
        true => html! { <AccessKeysPage/> },
        false => html! { <UserKeysPage name=user/> },
    })
}

#[component]
fn AccessKeysPage() -> impl IntoView {
    let parameters = use_query_map();
    let query = Memo::new(move |_| {
        let parameters = parameters.read();
        let sort = parameters.get_str("sort").unwrap_or_default();
        KeyQuery {
            text: parameters.get("q").unwrap_or_default(),
            order: KeyOrder::ALL.into_iter().find(|order| order.value() == sort).unwrap_or_default(),
        }
    });
    let (keys, refresh) = load_reading(
        move || query.get(),
        list_unmanaged_keys,
        paths::access_keys,
        |read: &UnmanagedKeys| read.is_reading,
    );
    let k = t().keys();
    html! {
        <Title text=t().frame.title.with([&k.title])/>
        <div class="page-head">
            <Heading text=k.title/>
            <Refresh on_refresh=refresh/>
        </div>
        <p>{k.intro}</p>
        <form class="filters" role="search" method="get" action=paths::ACCESS_KEYS>
            <input type="search" name="q" aria-label=k.search placeholder=k.search value=query.get_untracked().text prop:value=move || query.get().text/>
            <input type="hidden" name="sort" value=query.get_untracked().order.value() prop:value=move || query.get().order.value()/>
            <button class="button">{k.find}</button>
        </form>
        <Transition fallback=|| html! { <Skeleton lines=10/> }>
            <Content keys query/>
        </Transition>
    }
}

#[component]
fn Content(keys: Loaded<Answered<UnmanagedKeys>>, query: Memo<KeyQuery>) -> impl IntoView {
    let k = t().keys();
    let last = lasting(move || keys.get());
    let failed = derived(move || last.get().and_then(|last| last.answer.err()));
    let read = derived(move || last.get().and_then(|last| last.answer.ok()).unwrap_or_default());
    let shown = derived(move || read.get().keys);
    let remarks = live(move || {
        let read = read.get();
        let count = k.count.with([&read.matched, &read.matched_users]);
        let reading = read.is_reading.then(|| k.reading.with([&read.checked, &read.users]));
        let more = (read.matched > read.keys.len()).then(|| k.more.with([&(read.matched - read.keys.len())]));
        let unread = (read.unread > 0).then(|| k.unread.with([&read.unread]));
        let regions = (!read.unread_regions.is_empty())
            .then(|| html! { <Remark meaning=Meaning::Warning text=k.unread_regions.with([&read.unread_regions.join(", ")])/> });
        let orphans = (!read.orphans.is_empty()).then(
            || html! { <Remark meaning=Meaning::Warning text=k.orphans.with([&read.orphans.join(", ")])/> },
        );
        let error = read.error.map(|error| html! { <ErrorAlert error/> });
        let asked = read.asked_ms.map(|at_ms| html! { {t().list.updated} " " <Time at_ms/> });
        html! {
            {error}
            {regions}
            {orphans}
            <p class="count">
                <span>{count}</span> <span>{reading}</span> <span>{more}</span> <span>{unread}</span>
                <span class="updated">{asked}</span>
            </p>
        }
    });
    let is_reading = Signal::derive(move || read.get().is_reading);
    // Only where everything is known there is nothing.
    let nothing = derived(move || {
        let read = read.get();
        let is_known =
            !read.is_reading && read.unread == 0 && read.error.is_none() && read.unread_regions.is_empty();
        (is_known && read.matched == 0).then(|| !query.get().text.is_empty())
    });
    let columns = Signal::derive(move || columns(&query.get()));
    let table = live(move || match (failed.get(), nothing.get()) {
        (Some(error), _) => {
            html! {
                <Failed error retry=move || keys.refetch()/>
            }
        }
        (None, Some(true)) => html! {
            <Empty title=k.no_match text=k.no_match_more>
                <a class="button" href=paths::ACCESS_KEYS>{t().list.clear_all}</a>
            </Empty>
        },
        (None, Some(false)) => html! { <Empty title=k.none text=k.none_more/> },
        (None, None) => html! {
            <DataTable caption=k.title columns is_busy=is_reading>
                <For each=move || shown.get() key=|key| format!("{key:?}") children=row/>
            </DataTable>
        },
    });
    let stale = live(move || last.get().and_then(not_refreshed));
    html! { {stale} {remarks} {table} }
}

fn columns(query: &KeyQuery) -> Vec<Column> {
    let k = t().keys();
    let sorted = |label, order: KeyOrder| {
        let href = paths::access_keys(&KeyQuery { order, ..query.clone() });
        let is_descending = (query.order == order).then_some(false);
        Column { label, sort: Some(ColumnSort { href, is_descending }), rank: Rank::Always }
    };
    vec![
        sorted(t().list.user, KeyOrder::User),
        Column::plain(k.key_id),
        Column::plain(t().list.state),
        sorted(t().details().created, KeyOrder::Created),
        sorted(k.last_use, KeyOrder::LastUse),
        Column::plain(t().list.actions),
    ]
}

fn row(of: UnmanagedKey) -> AnyView {
    let (k, d) = (t().keys(), t().details());
    let session: Session = expect_context();
    let region = session.regions.first().map(|region| region.id.clone()).unwrap_or_default();
    let UnmanagedKey { user_name, display_name, key, left_by } = of;
    let created = key.created_ms.map(|at_ms| html! { <span class="moment"><Time at_ms/></span> });
    let left = left_by.as_ref().map(|of| {
        let text = if of.is_gone { k.left_behind } else { k.left_by };
        html! { <small>{text.with([&of.name, &of.region])}</small> }
    });
    // A secret in its deletion window holds the name: there is no second one for this user.
    let rotate = left_by.is_none_or(|of| of.is_gone).then(|| {
        let href = paths::create_secret_for(&region, &user_name);
        html! { <a class="button" href=href aria-label=k.rotate_of.with([&user_name])>{t().list.create}</a> }
    });
    html! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <a href=paths::access_keys_of(&user_name)>{user_name.clone()}</a> " " <small>{display_name}</small> {left}
            </th>
            {cell(k.key_id, Rank::Always, html! { <code>{key.id.clone()}</code> })}
            {cell(t().list.state, Rank::Always, html! { <span class="moment">{state(&key)}</span> })}
            {cell(d.created, Rank::Always, created)}
            {cell(k.last_use, Rank::Always, last_use(key.last_use))}
            <td role="cell"><span class="actions">{rotate}</span></td>
        </tr>
    }
}
