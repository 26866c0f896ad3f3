//! Step 2: on or off, how often, and the next dates.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::draft::Draft;
use super::{Step, Wizard};
use crate::browser::{document, time};
use crate::locales::t;
use crate::model::rotation::{PeriodUnit, RotationPeriod};
use crate::ui::announce::Announcer;
use crate::ui::field::{Field, described_by};
use crate::ui::html::html;
use crate::ui::time::Time;

/// Periods at hand, in days; the vendor recommends three months at the most.
const PRESETS: [u32; 3] = [7, 30, 90];

#[component]
pub(super) fn RotationStep(wizard: Wizard, cancel: impl Fn() + Send + 'static) -> impl IntoView {
    let c = &t().create;
    let draft = wizard.draft;
    let navigate = use_navigate();
    let previous = {
        let navigate = navigate.clone();
        move |_| wizard.to(Step::Secret, navigate.clone())
    };
    let announcer: Announcer = expect_context();
    let next = move || match draft.rotation() {
        Ok(_) => wizard.to(Step::Review, navigate.clone()),
        Err(_) => {
            announcer.wrong_input();
            document::focus_first_invalid("create-secret");
        }
    };
    html! {
        <form method="post" novalidate on:submit=move |event| { event.prevent_default(); next(); }>
            <RotationFields draft now_ms=move || wizard.prerequisites.get().now_ms/>
            <div class="dialog-buttons">
                <button type="submit" class="button" data-kind="primary">{c.next}</button>
                <button type="button" class="button" on:click=previous>{c.previous}</button>
                <button type="button" class="button" on:click=move |_| cancel()>{t().common.cancel}</button>
            </div>
        </form>
    }
}

/// On or off, how often, and the next dates.
#[component]
pub(super) fn RotationFields(
    draft: Draft,
    /// The cloud's time, where it is known.
    #[prop(into)]
    now_ms: Signal<Option<i64>>,
) -> impl IntoView {
    let c = &t().create;
    let error = Signal::derive(move || draft.rotation().err().map(c.invalid_period));
    let choice = move |is_on: bool, label: &'static str| {
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="rotation"
                    value=if is_on { "on" } else { "off" }
                    checked=draft.is_rotated.get_untracked() == is_on
                    prop:checked=move || draft.is_rotated.get() == is_on
                    on:change=move |_| draft.is_rotated.set(is_on)
                />
                {label}
            </label>
        }
    };
    let presets = PRESETS
        .map(|days| {
            let choose = move |_| {
                draft.period.set(days.to_string());
                draft.unit.set(PeriodUnit::Days);
            };
            html! { <button type="button" class="button" on:click=choose>{(t().common.days)(i64::from(days))}</button> }
        })
        .collect_view();
    let units = [PeriodUnit::Days, PeriodUnit::Hours]
        .map(|unit| {
            let is_chosen = move || draft.unit.get() == unit;
            html! { <option value=unit.value() selected=is_chosen>{(c.unit_name)(unit)}</option> }
        })
        .collect_view();
    let dates = move || match draft.rotation() {
        Ok(Some(period)) => html! { <NextDates period now_ms=now_ms.get()/> },
        _ => ().into_any(),
    };
    let hours_note = move || (draft.unit.get() == PeriodUnit::Hours).then_some(c.hours_note);
    html! {
        <fieldset class="field">
            <legend class="visually-hidden">{c.rotation_title}</legend>
            {choice(true, c.turn_on)}
            <div class="nested">
                <div class="presets needs-script">{presets}</div>
                <div class="pair">
                    <Field id="period" label=c.period error=error>
                        <input
                            id="period"
                            name="period"
                            type="number"
                            value=draft.period.get_untracked()
                            min=move || draft.unit.get().bounds().0.to_string()
                            max=move || draft.unit.get().bounds().1.to_string()
                            aria-describedby=described_by("period")
                            aria-invalid=move || error.get().is_some().to_string()
                            prop:value=move || draft.period.get()
                            on:input=move |event| draft.period.set(event_target_value(&event))
                        />
                    </Field>
                    <div class="field">
                        <label for="unit">{c.unit}</label>
                        <select
                            id="unit"
                            name="unit"
                            on:change=move |event| draft.unit.set(PeriodUnit::parse(&event_target_value(&event)))
                        >
                            {units}
                        </select>
                    </div>
                </div>
                <p class="hint">{hours_note}</p>
                {dates}
                <p class="hint">{c.both_keys_note}</p>
            </div>
            {choice(false, c.turn_off)}
        </fieldset>
    }
}

/// When the next three rotations begin, if the secret is created now.
#[component]
fn NextDates(period: RotationPeriod, now_ms: Option<i64>) -> impl IntoView {
    let now_ms = now_ms.unwrap_or_else(time::now);
    let dates = (1..=3)
        .map(|n| {
            let at_ms = now_ms + n * period.milliseconds();
            html! { <li><Time at_ms/></li> }
        })
        .collect_view();
    html! {
        <p>{t().create.next_dates}</p>
        <ul class="facts">{dates}</ul>
    }
}
