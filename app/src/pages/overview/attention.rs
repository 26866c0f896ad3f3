//! The secrets that need a person, one by one, the worst first.

use leptos::prelude::*;

use super::health_badge;
use crate::api::derived;
use crate::locales::t;
use crate::model::overview::{Attention, Overview, RegionHealth};
use crate::paths;
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::{html, live};
use crate::ui::time::Time;

#[component]
pub(super) fn AttentionTable(read: Signal<Option<Overview>>) -> impl IntoView {
    let (l, o) = (&t().list, t().overview());
    let attention = derived(move || read.get().map(|read| read.attention).unwrap_or_default());
    // Nothing can be said before all is read.
    let is_nothing = derived(move || {
        read.get().is_some_and(|read| {
            let is_whole = |it: &RegionHealth| it.error.is_none() && it.unread == 0 && it.checked == it.total;
            !read.is_reading()
                && read.attention.is_empty()
                && read.total() > 0
                && read.regions.iter().all(is_whole)
        })
    });
    let more = live(move || {
        let read = read.get()?;
        let others = read.attention_total - read.attention.len();
        (others > 0).then(|| html! { <p class="remark">{o.more_attention.with([&others])}</p> })
    });
    // Shown while it is so: a figure that says "healthy" of what nobody has looked at would be too much.
    let asked = live(move || {
        let read = read.get()?;
        (read.keys_asked < read.with_keys).then(|| {
            html! { <p class="remark">{o.keys_asked.with([&read.keys_asked, &read.with_keys])}</p> }
        })
    });
    let is_watched = derived(move || attention.get().iter().any(|of| of.noticed_ms.is_some()));
    let is_empty = derived(move || attention.get().is_empty());
    let is_without = derived(move || read.get().is_some_and(|read| !read.is_reading() && read.total() == 0));
    let body = live(move || match (is_empty.get(), is_nothing.get()) {
        _ if is_without.get() => html! { <p class="remark">{o.nothing_here}</p> },
        (true, true) => html! { <p class="remark">{o.nothing_wrong}</p> },
        (true, false) => ().into_any(),
        (false, _) => {
            let mut columns = vec![
                Column::plain(l.name),
                Column::plain(o.health_column),
                Column::plain(t().frame.region),
                Column::plain(o.since),
            ];
            // Nothing is noticed where the watch is off.
            if is_watched.get() {
                columns.push(Column::plain(o.noticed));
            }
            html! {
                <DataTable caption=o.attention columns is_busy=false>
                    <For
                        each=move || attention.get()
                        key=|it| format!("{it:?}")
                        children=move |it| row(it, is_watched.get_untracked())
                    />
                </DataTable>
            }
        }
    });
    html! {
        <h2>{o.attention}</h2>
        {body}
        {more}
        {asked}
    }
}

fn row(of: Attention, is_watched: bool) -> AnyView {
    let o = t().overview();
    let href = paths::secret(&of.region, &of.name);
    html! {
        <tr role="row">
            <th role="rowheader" scope="row"><a href=href data-tip=of.name.to_string()>{of.name.short().to_owned()}</a></th>
            {cell(o.health_column, Rank::Always, health_badge(of.health))}
            {cell(t().frame.region, Rank::Always, html! { <code>{of.region.clone()}</code> })}
            {match of.at_ms {
                Some(at_ms) => cell(o.since, Rank::Always, html! { <Time at_ms/> }),
                None => html! { <td role="cell"></td> },
            }}
            {is_watched.then(|| match of.noticed_ms {
                Some(at_ms) => cell(o.noticed, Rank::Always, html! { <Time at_ms/> }),
                None => html! { <td role="cell"></td> },
            })}
        </tr>
    }
}
