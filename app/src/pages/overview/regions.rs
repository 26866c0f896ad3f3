//! A row for each region: how its secrets fare, in a picture and in words, and how old that is.

use leptos::prelude::*;

use crate::api::derived;
use crate::locales::t;
use crate::model::overview::{Health, Overview, RegionHealth};
use crate::model::secret::{State, Tag};
use crate::model::secret_query::{RotationFilter, SecretQuery};
use crate::model::session::Session;
use crate::paths;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::{html, live};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::time::Time;

/// The bar's own width; it is drawn as wide as its place.
const BAR_WIDTH: usize = 1_000;

#[component]
pub(super) fn RegionsTable(read: Signal<Option<Overview>>, tags: Memo<Vec<Tag>>) -> impl IntoView {
    let o = t().overview();
    let regions = derived(move || read.get().map(|read| read.regions).unwrap_or_default());
    let is_reading = Signal::derive(move || read.get().is_none_or(|read| read.is_reading()));
    let columns = vec![
        Column::plain(t().frame.region),
        Column::plain(o.health_column),
        Column::plain(t().frame.secrets),
        Column::plain(o.asked),
    ];
    let rows = move || {
        let tags = tags.get();
        let shown = regions.get().into_iter().filter(|region| !region.is_empty());
        shown.map(|region| (region, tags.clone())).collect::<Vec<_>>()
    };
    let empty = derived(move || {
        let empty = regions.get().into_iter().filter(RegionHealth::is_empty);
        empty.map(|region| region.id).collect::<Vec<_>>()
    });
    let others = live(move || {
        let empty = empty.get();
        (!empty.is_empty()).then(|| {
            let links = empty.iter().map(|id| html! { <li>{link(id)}</li> }).collect_view();
            html! {
                <details class="empty-regions">
                    <summary>{o.no_secrets.with([&empty.len()])}</summary>
                    <ul>{links}</ul>
                </details>
            }
        })
    });
    let has_rows = derived(move || regions.read().iter().any(|region| !region.is_empty()));
    let table = live(move || {
        has_rows.get().then(|| {
            let columns = columns.clone();
            html! {
                <DataTable caption=o.regions columns is_busy=is_reading>
                    <For
                        each=rows
                        key=|(region, tags)| format!("{region:?}{tags:?}")
                        children=|(region, tags)| row(region, tags)
                    />
                </DataTable>
            }
        })
    });
    html! {
        <h2>{o.regions}</h2>
        {table}
        {others}
    }
}

/// To a region's list.
fn link(id: &str) -> AnyView {
    let session: Session = expect_context();
    let name = session.region(id).map(|known| known.name.clone()).unwrap_or_default();
    html! { <a href=paths::secrets(id)>{name}</a> " " <small><code>{id.to_owned()}</code></small> }
}

fn row(region: RegionHealth, tags: Vec<Tag>) -> AnyView {
    let o = t().overview();
    let tagged = SecretQuery { tags, ..SecretQuery::default() };
    let words = Health::ALL
        .into_iter()
        .zip(region.counts)
        .filter(|(_, count)| *count > 0)
        .map(|(health, count)| {
            let text = format!("{count} {}", o.health[health as usize]);
            let content = match narrowed(&tagged, health) {
                Some(query) => html! { <a href=paths::secrets_with(&region.id, &query)>{text}</a> },
                None => text.into_any(),
            };
            html! { <li data-health=health.value()>{content}</li> }
        })
        .collect_view();
    let unread = (region.unread > 0)
        .then(|| html! { <li data-health="unread">{o.unread.with([&region.unread])}</li> });
    let error = region
        .error
        .is_some()
        .then(|| html! { <p class="failed"><Icon glyph=Glyph::Warning/> {o.region_failed}</p> });
    let waiting = (region.asked_ms.is_none() && region.error.is_none())
        .then(|| html! { <span class="pending">{t().common.loading}</span> });
    let progress = (region.is_reading && region.checked < region.total)
        .then(|| html! { <small>{t().list.checked.with([&region.checked, &region.total])}</small> });
    let health = html! {
        <div class="region-health">
            {error}
            {waiting}
            {bar(&region)}
            <ul class="health-words">{words} {unread}</ul>
            {progress}
        </div>
    };
    // Nothing where nothing was ever told: a nought would be a figure.
    let total = region.asked_ms.map(|_| region.total);
    let asked = region.asked_ms.map(|at_ms| html! { <span class="moment"><Time at_ms/></span> });
    html! {
        <tr role="row">
            <th role="rowheader" scope="row">{link(&region.id)}</th>
            {cell(o.health_column, Rank::Always, health)}
            {cell(t().frame.secrets, Rank::Always, total)}
            {cell(o.asked, Rank::Always, asked)}
        </tr>
    }
}

/// The list's query that shows exactly these, where there is one.
fn narrowed(query: &SecretQuery, health: Health) -> Option<SecretQuery> {
    let query = query.clone();
    let state = |state| Some(SecretQuery { states: vec![state], ..query.clone() });
    let rotation = |rotation| Some(SecretQuery { rotations: vec![rotation], ..query.clone() });
    match health {
        Health::Failing => rotation(RotationFilter::Failing),
        Health::Off => rotation(RotationFilter::Off),
        Health::DueSoon => rotation(RotationFilter::DueSoon),
        Health::Overdue => rotation(RotationFilter::Overdue),
        Health::Unavailable => state(State::Unavailable),
        Health::PendingDeletion => state(State::PendingDeletion),
        Health::Rotating => state(State::Rotating),
        Health::UserGone | Health::Drifted | Health::Healthy => None,
    }
}

/// The same as the words beside it, as a picture.
fn bar(region: &RegionHealth) -> Option<AnyView> {
    if region.total == 0 {
        return None;
    }
    let mut at = 0;
    let parts = Health::ALL
        .into_iter()
        .zip(region.counts)
        .filter(|(_, count)| *count > 0)
        .map(|(health, count)| {
            let width = count * BAR_WIDTH / region.total;
            let x = at;
            at += width;
            html! { <rect data-health=health.value() x=x.to_string() y="0" width=width.to_string() height="8"></rect> }
        })
        .collect_view();
    Some(html! {
        <svg class="health-bar" viewBox=format!("0 0 {BAR_WIDTH} 8") preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {parts}
        </svg>
    })
}
