//! Search and filters: a form that works as one without WASM, and at each letter and tick with it.

use leptos::prelude::*;

use super::Answer;
use super::address::{ListAddress, use_go};
use crate::api::{Loaded, derived};
use crate::browser::timers;
use crate::locales::t;
use crate::model::secret::{State, Tag};
use crate::model::secret_query::{RotationFilter, SecretQuery};
use crate::ui::html::{html, live, live_flag, live_text};
use crate::ui::icon::{Glyph, Icon};

/// How long a person stops typing before the search runs.
const TYPING_MS: u32 = 250;

/// One value that can be filtered by.
#[derive(Clone, PartialEq, Eq)]
enum Choice {
    State(State),
    Rotation(RotationFilter),
    Tag(Tag),
}

impl Choice {
    fn value(&self) -> String {
        match self {
            Self::State(state) => state.value().into(),
            Self::Rotation(rotation) => rotation.value().into(),
            Self::Tag(tag) => format!("{}:{}", tag.key, tag.value),
        }
    }

    fn label(&self) -> String {
        match self {
            Self::State(state) => t().states.state(*state).into(),
            Self::Rotation(rotation) => t().states.rotation(*rotation).into(),
            Self::Tag(tag) => format!("{}: {}", tag.key, tag.value),
        }
    }

    fn group(&self) -> &'static str {
        match self {
            Self::State(_) => t().list.state,
            Self::Rotation(_) => t().list.rotation,
            Self::Tag(_) => t().list.tag,
        }
    }

    fn is_in(&self, query: &SecretQuery) -> bool {
        match self {
            Self::State(state) => query.states.contains(state),
            Self::Rotation(rotation) => query.rotations.contains(rotation),
            Self::Tag(tag) => query.tags.contains(tag),
        }
    }

    fn toggle(&self, query: &mut SecretQuery) {
        match self {
            Self::State(state) => toggle(&mut query.states, *state),
            Self::Rotation(rotation) => toggle(&mut query.rotations, *rotation),
            Self::Tag(tag) => toggle(&mut query.tags, tag.clone()),
        }
    }

    /// Everything that the query filters by.
    fn applied(query: &SecretQuery) -> Vec<Self> {
        let states = query.states.iter().copied().map(Self::State);
        let rotations = query.rotations.iter().copied().map(Self::Rotation);
        states.chain(rotations).chain(query.tags.iter().cloned().map(Self::Tag)).collect()
    }
}

#[component]
pub(crate) fn Filters(address: Memo<ListAddress>, answer: Loaded<Answer>) -> impl IntoView {
    let l = &t().list;
    let states = State::ALL.into_iter().rev().map(Choice::State).collect::<Vec<_>>();
    let rotations = RotationFilter::ALL.map(Choice::Rotation).to_vec();
    let sort = live(move || {
        let sort = address.get().query.sort;
        (sort != Default::default()).then(|| html! { <input type="hidden" name="sort" value=sort.value()/> })
    });
    html! {
        <form class="filters" role="search" method="get" action=live_text(move || address.get().cleared())>
            <Search address/>
            <FilterMenu address name="state" label=l.state choices=Signal::stored(states)/>
            <FilterMenu address name="rotation" label=l.rotation choices=Signal::stored(rotations)/>
            <Transition>
                <TagMenu address answer/>
            </Transition>
            {sort}
            <noscript><button class="button">{l.apply}</button></noscript>
        </form>
        <Applied address/>
    }
}

/// A component of its own, so that the answer is read inside the `Transition` around it.
#[component]
fn TagMenu(address: Memo<ListAddress>, answer: Loaded<Answer>) -> impl IntoView {
    let tags = derived(move || match answer.get().flatten() {
        Some((_, Ok(page))) => page.tags.into_iter().map(Choice::Tag).collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    html! { <FilterMenu address name="tag" label=t().list.tag choices=tags/> }
}

#[component]
fn Search(address: Memo<ListAddress>) -> impl IntoView {
    let l = &t().list;
    let in_address = Memo::new(move |_| address.get().query.text);
    // What stands in the field while it differs from the address.
    let typed = RwSignal::new(None::<String>);
    let go = StoredValue::new(use_go());
    Effect::new(move || {
        if let Some(text) = typed.get() {
            timers::after(TYPING_MS, move || {
                let href = address.get_untracked().with(|query| query.text = text);
                go.get_value()(&href, true);
            });
        }
    });
    // Another search by a link or the back button replaces what was typed; our own does not.
    Effect::new(move || {
        let text = in_address.get();
        if typed.get_untracked().is_some_and(|typed| !typed.starts_with(&text)) {
            typed.set(None);
        }
    });
    html! {
        <input
            type="search"
            name="q"
            aria-label=l.search
            placeholder=l.search
            autocomplete="off"
            value=in_address.get_untracked()
            prop:value=live_text(move || typed.get().unwrap_or_else(|| in_address.get()))
            on:input=move |event| typed.set(Some(event_target_value(&event)))
        />
    }
}

#[component]
fn FilterMenu(
    address: Memo<ListAddress>,
    name: &'static str,
    label: &'static str,
    #[prop(into)] choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    let go = use_go();
    let id = format!("filter-{name}");
    let boxes = live(move || {
        choices
            .get()
            .into_iter()
            .map(|choice| {
                let (value, label) = (choice.value(), choice.label());
                let is_chosen = {
                    let choice = choice.clone();
                    Memo::new(move |_| choice.is_in(&address.get().query))
                };
                let go = go.clone();
                let on_change = move |_| {
                    go(&address.get_untracked().with(|query| choice.toggle(query)), false);
                };
                html! {
                    <label>
                        <input
                            type="checkbox"
                            name=name
                            value=value
                            checked=live_flag(move || is_chosen.get())
                            prop:checked=live_flag(move || is_chosen.get())
                            on:change=on_change
                        />
                        {label}
                    </label>
                }
            })
            .collect_view()
    });
    let count = live(move || {
        let query = address.get().query;
        let count = choices.get().iter().filter(|choice| choice.is_in(&query)).count();
        (count > 0).then(|| format!(" ({count})"))
    });
    html! {
        <button type="button" class="button menu-button" popovertarget=id.clone()>{label} {count}</button>
        <div class="filter-menu" popover="auto" id=id>
            <fieldset>
                <legend class="visually-hidden">{label}</legend>
                {boxes}
            </fieldset>
        </div>
    }
}

#[component]
fn Applied(address: Memo<ListAddress>) -> impl IntoView {
    let l = &t().list;
    live(move || {
        let address = address.get();
        let applied = Choice::applied(&address.query);
        (!applied.is_empty()).then(|| {
            let tags = applied
                .into_iter()
                .map(|choice| {
                    let label = format!("{}: {}", choice.group(), choice.label());
                    let href = address.with(|query| choice.toggle(query));
                    let name = l.remove_filter.with([&label]);
                    html! { <a class="tag" href=href aria-label=name>{label}<Icon glyph=Glyph::Close/></a> }
                })
                .collect_view();
            html! {
                <div class="applied">
                    {tags} <a href=address.cleared()>{l.clear_all}</a>
                </div>
            }
        })
    })
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|other| *other == item) {
        Some(index) => {
            list.remove(index);
        }
        None => list.push(item),
    }
}
