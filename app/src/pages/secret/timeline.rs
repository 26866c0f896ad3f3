//! The AccessKeys of a secret over time: a picture, and the same in words.

use leptos::prelude::*;

use crate::browser::time;
use crate::locales::t;
use crate::model::drift::Role;
use crate::model::secret::Secret;
use crate::model::timeline::{Lane, Timeline};
use crate::ui::html::html;
use crate::ui::time::Time;

/// The picture's own width; it is drawn as wide as its place.
const WIDTH: usize = 1_000;
const LANE_HEIGHT: usize = 22;

pub(super) fn timeline(secret: &Secret) -> Option<AnyView> {
    let of = Timeline::of(secret)?;
    let d = t().details();
    let height = of.lanes.len() * LANE_HEIGHT;
    let bars = of.lanes.iter().enumerate().map(|(index, lane)| {
        let (from, until) = (of.place(lane.from_ms, WIDTH), of.place(lane.until_ms.unwrap_or(i64::MAX), WIDTH));
        let (y, width) = ((index * LANE_HEIGHT + 4).to_string(), (until - from).max(2).to_string());
        html! { <rect data-lane=kind(lane) x=from.to_string() y=y width=width height=(LANE_HEIGHT - 8).to_string()></rect> }
    });
    let bars = bars.collect_view();
    let now = of.place(of.now_ms, WIDTH).to_string();
    let words = of.lanes.iter().map(words).collect_view();
    Some(html! {
        <h2>{d.timeline}</h2>
        <figure class="timeline">
            <svg viewBox=format!("0 0 {WIDTH} {height}") preserveAspectRatio="none" aria-hidden="true" focusable="false" height=height.to_string()>
                {bars}
                <line data-lane="now" x1=now.clone() x2=now y1="0" y2=height.to_string()></line>
            </svg>
            <p class="calendar-ends" aria-hidden="true"><span>{time::date(of.from_ms)}</span> <span>{time::date(of.until_ms)}</span></p>
            <ul>{words}</ul>
        </figure>
    })
}

fn kind(lane: &Lane) -> &'static str {
    match (&lane.key, lane.role) {
        (None, _) => "planned",
        (_, Some(Role::Current | Role::Given)) => "current",
        (_, Some(Role::Outgoing)) => "outgoing",
        (_, Some(Role::Foreign)) => "foreign",
        // In the deletion window KMS tells no versions.
        (_, None) => "untold",
    }
}

fn words(lane: &Lane) -> AnyView {
    let d = t().details();
    let name = match &lane.key {
        // Its end tells it apart; the whole stands with the AccessKeys.
        Some(id) => {
            html! { <code>{format!("…{}", id.get(id.len().saturating_sub(5)..).unwrap_or(id))}</code> }
        }
        None => d.next_key.into_any(),
    };
    let until = lane.until_ms.map(|at_ms| html! { " · " {d.until_about} " " <Time at_ms/> });
    html! { <li data-lane=kind(lane)>{name} " · " {d.works_from} " " <Time at_ms=lane.from_ms/> {until}</li> }
}
