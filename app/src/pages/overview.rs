//! `/`: rotation over all regions. The worst first; each figure with its age; what is being read comes as it is known.

mod attention;
mod calendar;
mod regions;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::{Answered, Loaded, derived, get_overview, lasting, load_reading};
use crate::locales::t;
use crate::model::error::ApiError;
use crate::model::overview::{Health, Overview};
use crate::model::secret::Tag;
use crate::model::secret_query::SecretQuery;
use crate::model::session::Session;
use crate::pages::failed::{Failed, PartFailed, not_refreshed};
use crate::pages::secrets::ignored_remark;
use crate::paths;
use crate::ui::announce::Announcer;
use crate::ui::badge::{Badge, Meaning};
use crate::ui::empty::Empty;
use crate::ui::heading::Heading;
use crate::ui::html::{html, live, live_text};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::refresh::Refresh;
use crate::ui::skeleton::Skeleton;

use attention::AttentionTable;
use calendar::Calendar;
use regions::RegionsTable;

/// Regions that one message names one by one.
const MOST_REGIONS_NAMED: usize = 5;

#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    let parameters = use_query_map();
    let parsed = Memo::new(move |_| {
        let parameters = parameters.read();
        let get = |name: &str| parameters.get_all(name).filter(|_| name == "tag").map(|tags| tags.join(","));
        let (query, ignored) = SecretQuery::parse(get);
        (query.tags, ignored)
    });
    let tags = Memo::new(move |_| parsed.get().0);
    let (overview, refresh) =
        load_reading(move || tags.get(), get_overview, |tags| paths::overview(tags), Overview::is_reading);
    let announcer: Announcer = expect_context();
    Effect::new(move || {
        if let Some((_, Ok(read))) = overview.get()
            && !read.is_reading()
        {
            announcer.say(t().list.count(read.total(), read.total()));
        }
    });
    let o = t().overview();
    html! {
        <Title text=t().frame.title.with([&o.title])/>
        <div class="page-head">
            <Heading text=o.title/>
            <a class="button" href=live_text(move || paths::rotations_calendar(&tags.get())) rel="external" download="">
                <Icon glyph=Glyph::Clock/>{o.export}
            </a>
            <Refresh on_refresh=refresh/>
        </div>
        {live(move || parsed.get().1.into_iter().map(ignored_remark).collect_view())}
        <Transition fallback=|| html! { <Skeleton lines=10/> }>
            <Content overview tags refresh/>
        </Transition>
    }
}

#[component]
fn Content(
    overview: Loaded<Answered<Overview>>,
    tags: Memo<Vec<Tag>>,
    refresh: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let shown = lasting(move || overview.get());
    let failed = derived(move || shown.get().and_then(|shown| shown.answer.err()));
    let read = derived(move || shown.get().and_then(|shown| shown.answer.ok()));
    let is_none = derived(move || read.get().is_some_and(|read| tags.read().is_empty() && read.is_none()));
    live(move || match failed.get() {
        Some(error) => {
            html! {
                <Failed error retry=move || overview.refetch()/>
            }
        }
        None => html! {
            {live(move || shown.get().and_then(not_refreshed))}
            <Tags read tags/>
            <Summary read/>
            <Failures read retry=refresh/>
            {live(move || is_none.get().then(none))}
            <RegionsTable read tags/>
            {live(move || (!is_none.get()).then(|| html! { <AttentionTable read/> <Calendar read/> }))}
        },
    })
}

/// Nothing yet, in any region.
fn none() -> AnyView {
    let l = &t().list;
    let session: Session = expect_context();
    let region = session.regions.first().map(|region| region.id.clone()).unwrap_or_default();
    html! {
        <Empty title=t().overview().none text=l.empty_text>
            <a class="button" data-kind="primary" href=paths::create_secret(&region)>{l.create}</a>
        </Empty>
    }
}

/// A team's own overview: the tags are in the address.
#[component]
fn Tags(read: Signal<Option<Overview>>, tags: Memo<Vec<Tag>>) -> impl IntoView {
    let (l, o) = (&t().list, t().overview());
    let offered = derived(move || read.get().map(|read| read.tags).unwrap_or_default());
    let text = |tag: &Tag| format!("{}:{}", tag.key, tag.value);
    let options = live(move || {
        let chosen = tags.get();
        let others = offered.get().into_iter().filter(|tag| !chosen.contains(tag));
        others.map(|tag| html! { <option value=text(&tag)>{text(&tag)}</option> }).collect_view()
    });
    let kept = live(move || {
        let chosen = tags.get().into_iter();
        chosen.map(|tag| html! { <input type="hidden" name="tag" value=text(&tag)/> }).collect_view()
    });
    let navigate = use_navigate();
    let on_change = move |event| {
        let value = event_target_value(&event);
        if let Some((key, value)) = value.split_once(':') {
            let mut chosen = tags.get_untracked();
            chosen.push(Tag { key: key.into(), value: value.into() });
            navigate(&paths::overview(&chosen), Default::default());
        }
    };
    let applied = live(move || {
        let chosen = tags.get();
        (!chosen.is_empty()).then(|| {
            let links = chosen.iter().map(|tag| {
                let others: Vec<Tag> = chosen.iter().filter(|other| *other != tag).cloned().collect();
                let label = format!("{}: {}", l.tag, text(tag));
                let name = l.remove_filter.with([&label]);
                html! { <a class="tag" href=paths::overview(&others) aria-label=name>{label}<Icon glyph=Glyph::Close/></a> }
            });
            html! { <div class="applied">{links.collect_view()} <a href=paths::overview(&[])>{l.clear_all}</a></div> }
        })
    });
    html! {
        <form class="filters" method="get" action="/">
            {kept}
            <label for="overview-tag">{o.only_tag}</label>
            <select id="overview-tag" name="tag" on:change=on_change>
                <option value="">{o.any_tag}</option>
                {options}
            </select>
            <noscript><button class="button">{l.apply}</button></noscript>
        </form>
        {applied}
    }
}

/// All regions in one line: how many fare how, and how far they have been read.
#[component]
fn Summary(read: Signal<Option<Overview>>) -> impl IntoView {
    let counts = derived(move || read.get().map(|read| read.counts()).unwrap_or_default());
    let items = live(move || {
        let of_kinds = Health::ALL.into_iter().zip(counts.get()).filter(|(_, count)| *count > 0);
        of_kinds
            .map(|(health, count)| html! { <li><strong>{count}</strong> {health_badge(health)}</li> })
            .collect_view()
    });
    let progress = live(move || {
        let read = read.get()?;
        let (checked, total) = (read.checked(), read.total());
        let text = match read.is_reading() {
            true => t().overview().reading.with([&checked, &total]),
            false => t().list.count(total, total),
        };
        // A picture of the same where it takes a while.
        let bar = read.is_reading().then(|| {
            html! { <progress max=total.max(1).to_string() value=checked.to_string() aria-label=t().overview().progress></progress> }
        });
        Some(html! { <p class="count"><span>{text}</span> {bar}</p> })
    });
    html! {
        {progress}
        <ul class="health-summary" aria-label=t().overview().summary>{items}</ul>
    }
}

/// What could not be read: one message for all regions that failed alike.
#[component]
fn Failures(
    read: Signal<Option<Overview>>,
    retry: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let failures = move || {
        let read = read.get();
        let failures = read.iter().flat_map(Overview::failures);
        let o = t().overview();
        let titled = |(error, regions): (ApiError, Vec<&str>)| match regions.len() {
            // Their rows name them.
            count if count > MOST_REGIONS_NAMED => (error, o.without_many.with([&count])),
            _ => (error, o.without.with([&regions.join(", ")])),
        };
        failures.map(titled).collect::<Vec<_>>()
    };
    let alert = move |(error, title): (ApiError, String)| html! { <PartFailed error title retry/> };
    // One that stays is not made anew: it would be read out again at each refresh.
    html! { <For each=failures key=|(error, title)| (error.message.clone(), title.clone()) children=alert/> }
}

/// How a secret fares, in a word and an icon.
fn health_badge(health: Health) -> AnyView {
    let (meaning, glyph) = match health {
        Health::UserGone | Health::Failing => (Meaning::Danger, Glyph::Warning),
        Health::Unavailable => (Meaning::Danger, Glyph::Blocked),
        Health::Drifted => (Meaning::Danger, Glyph::Warning),
        Health::Overdue => (Meaning::Danger, Glyph::Clock),
        Health::PendingDeletion => (Meaning::Warning, Glyph::Clock),
        Health::Off => (Meaning::Quiet, Glyph::Off),
        Health::DueSoon => (Meaning::Busy, Glyph::Clock),
        Health::Rotating => (Meaning::Busy, Glyph::Turning),
        Health::Healthy => (Meaning::Good, Glyph::Check),
    };
    html! { <Badge meaning glyph text=t().overview().health[health as usize]/> }
}
