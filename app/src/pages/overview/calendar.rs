//! How many rotations each of the next days holds: a picture, and the same as a table.

use leptos::prelude::*;

use crate::api::derived;
use crate::browser::time;
use crate::locales::t;
use crate::model::overview::{Day, Overview};
use crate::ui::data_table::{Column, DataTable, Rank, cell};
use crate::ui::html::{html, live};

/// A day's place in the picture.
const DAY_WIDTH: usize = 20;
const HEIGHT: usize = 96;
const DAYS_OF_A_WEEK: usize = 7;

#[component]
pub(super) fn Calendar(read: Signal<Option<Overview>>) -> impl IntoView {
    let o = t().overview();
    // Only what it shows: it is not drawn anew while other figures come.
    let days = derived(move || {
        let read = read.get()?;
        Some(read.days.iter().map(|day| (*day, read.is_clump(day))).collect::<Vec<_>>())
    });
    let body = live(move || {
        let days = days.get()?;
        let all: usize = days.iter().map(|(day, _)| day.count).sum();
        let fullest = days.iter().map(|(day, _)| *day).max_by_key(|day| (day.count, -day.start_ms))?;
        if all == 0 {
            return Some(html! { <p class="remark">{o.no_rotations.with([&days.len()])}</p> });
        }
        let rows = days.iter().filter(|(day, _)| day.count > 0).map(row).collect_view();
        let columns = vec![
            Column::plain(o.day),
            Column::plain(o.rotations),
            Column::plain(o.fullest_hour),
            Column::plain(o.note),
        ];
        Some(html! {
            <figure class="calendar">
                <figcaption>{o.planned.with([&all, &days.len(), &fullest.count, &time::date(fullest.start_ms)])}</figcaption>
                {picture(&days, fullest.count)}
                <details>
                    <summary>{o.as_table}</summary>
                    <DataTable caption=o.calendar columns is_busy=false>{rows}</DataTable>
                </details>
            </figure>
        })
    });
    html! {
        <h2>{o.calendar}</h2>
        {body}
    }
}

fn picture(days: &[(Day, bool)], most: usize) -> AnyView {
    let bars = days
        .iter()
        .enumerate()
        .map(|(index, (day, is_clump))| {
            let height = (day.count * HEIGHT).div_ceil(most.max(1));
            let x = (index * DAY_WIDTH + 2).to_string();
            let kind = if day.is_over_quota() { "over" } else if *is_clump { "clump" } else { "plain" };
            html! {
                <rect data-kind=kind x=x y=(HEIGHT - height).to_string() width=(DAY_WIDTH - 4).to_string() height=height.to_string()>
                    <title>{format!("{}: {}", time::date(day.start_ms), day.count)}</title>
                </rect>
            }
        })
        .collect_view();
    let width = days.len() * DAY_WIDTH;
    let weeks = days
        .iter()
        .step_by(DAYS_OF_A_WEEK)
        .map(|(day, _)| html! { <span>{time::date(day.start_ms)}</span> })
        .collect_view();
    html! {
        <p class="calendar-most" aria-hidden="true">{most}</p>
        <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true" focusable="false">{bars}</svg>
        <p class="calendar-weeks" aria-hidden="true">{weeks}</p>
    }
}

fn row((day, is_clump): &(Day, bool)) -> AnyView {
    let o = t().overview();
    let note = match (day.is_over_quota(), is_clump) {
        (true, _) => Some(o.over_quota),
        (false, true) => Some(o.clump),
        (false, false) => None,
    };
    html! {
        <tr role="row">
            <th role="rowheader" scope="row">{time::date(day.start_ms)}</th>
            {cell(o.rotations, Rank::Always, day.count)}
            {cell(o.fullest_hour, Rank::Always, day.busiest_hour)}
            {match note {
                Some(note) => cell(o.note, Rank::Always, note),
                None => html! { <td role="cell"></td> },
            }}
        </tr>
    }
}
