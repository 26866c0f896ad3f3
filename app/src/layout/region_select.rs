//! The regions, grouped by area. Choosing one goes to the same page there; without WASM a button does.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

use crate::locales::t;
use crate::model::region::{Area, Region};
use crate::model::session::Session;
use crate::paths;
use crate::ui::html::{html, live_flag, live_text};

#[component]
pub(crate) fn RegionSelect(region: Memo<String>) -> impl IntoView {
    let session: Session = expect_context();
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let navigate = use_navigate();
    let groups = Area::ALL
        .into_iter()
        .filter_map(|area| {
            let regions: Vec<Region> =
                session.regions.iter().filter(|region| region.area() == area).cloned().collect();
            (!regions.is_empty()).then(|| group(area, regions, region))
        })
        .collect_view();
    let on_change = move |event| {
        let chosen = event_target_value(&event);
        navigate(
            &paths::in_region(&path.get_untracked(), &search.get_untracked(), &chosen),
            Default::default(),
        );
    };
    let f = &t().frame;
    html! {
        <form class="region-select" action="/" method="get">
            <label for="region">{f.region}</label>
            <select id="region" name="region" prop:value=live_text(move || region.get()) on:change=on_change>
                {groups}
            </select>
            <noscript><button class="button">{f.go}</button></noscript>
        </form>
    }
}

fn group(area: Area, regions: Vec<Region>, current: Memo<String>) -> impl IntoView {
    let options = regions
        .into_iter()
        .map(|region| {
            let Region { id, name } = region;
            let value = id.clone();
            let is_current = live_flag(move || current.get() == id);
            let text = format!("{name} {value}");
            html! { <option value=value selected=is_current>{text}</option> }
        })
        .collect_view();
    html! { <optgroup label=t().frame.area[area as usize]>{options}</optgroup> }
}
