//! Automatic rotation: on or off, how often, and the next dates. The wizard and `Change Rotation` have the same fields.

use leptos::prelude::*;

use crate::browser::time;
use crate::locales::t;
use crate::model::rotation::{InvalidPeriod, PeriodUnit, RotationPeriod};
use crate::plain::typed;
use crate::ui::html::html;
use crate::ui::text_field::TextField;
use crate::ui::time::Time;

/// Periods at hand, in days; the vendor recommends three months at the most.
const PRESETS: [u32; 3] = [7, 30, 90];

/// What is chosen and typed.
#[derive(Clone, Copy)]
pub(crate) struct RotationChoice {
    pub(crate) is_on: RwSignal<bool>,
    pub(crate) period: RwSignal<String>,
    pub(crate) unit: RwSignal<PeriodUnit>,
}

impl RotationChoice {
    /// As it begins; with what was typed, where the server shows a posted form again.
    pub(crate) fn new(is_on: bool, period: &str, unit: PeriodUnit) -> Self {
        let on = if is_on { "on" } else { "off" };
        Self {
            is_on: RwSignal::new(typed("rotation", on) != "off"),
            period: RwSignal::new(typed("period", period)),
            unit: RwSignal::new(PeriodUnit::parse(&typed("unit", unit.value()))),
        }
    }

    /// The chosen period; `None` where rotation is off.
    pub(crate) fn parsed(self) -> Result<Option<RotationPeriod>, InvalidPeriod> {
        match self.is_on.get() {
            true => RotationPeriod::parse(&self.period.get(), self.unit.get()).map(Some),
            false => Ok(None),
        }
    }
}

/// On or off, how often, and the next dates.
#[component]
pub(crate) fn RotationFields(
    choice: RotationChoice,
    /// What the next date is reckoned from; `None` for a secret that is not there yet.
    last_ms: Option<i64>,
    /// The cloud's time, where it is known.
    #[prop(into)]
    now_ms: Signal<Option<i64>>,
    /// Several secrets have no dates in common.
    #[prop(default = true)]
    has_dates: bool,
) -> impl IntoView {
    let c = t().create();
    let error = Signal::derive(move || choice.parsed().err().map(|error| c.invalid_period(error)));
    let option = move |is_on: bool, label: &'static str| {
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="rotation"
                    value=if is_on { "on" } else { "off" }
                    checked=choice.is_on.get_untracked() == is_on
                    prop:checked=move || choice.is_on.get() == is_on
                    on:change=move |_| choice.is_on.set(is_on)
                />
                {label}
            </label>
        }
    };
    let presets = PRESETS
        .map(|days| {
            let choose = move |_| {
                choice.period.set(days.to_string());
                choice.unit.set(PeriodUnit::Days);
            };
            let is_chosen = move || {
                choice.unit.get() == PeriodUnit::Days && choice.period.get().trim() == days.to_string()
            };
            html! { <button type="button" class="button" aria-pressed=move || is_chosen().to_string() on:click=choose>{t().common.days.with([&i64::from(days)])}</button> }
        })
        .collect_view();
    let units = [PeriodUnit::Days, PeriodUnit::Hours]
        .map(|unit| {
            let is_chosen = move || choice.unit.get() == unit;
            html! { <option value=unit.value() selected=is_chosen>{c.unit_name[unit as usize]}</option> }
        })
        .collect_view();
    let dates = move || match choice.parsed() {
        Ok(Some(period)) if has_dates => {
            let now_ms = now_ms.get().unwrap_or_else(time::now);
            html! { <NextDates period first_ms=period.first_ms(last_ms, now_ms)/> }
        }
        _ => ().into_any(),
    };
    let bounds = Signal::derive(move || choice.unit.get().bounds());
    let hours_note = move || (choice.unit.get() == PeriodUnit::Hours).then_some(c.hours_note);
    html! {
        <fieldset class="field">
            <legend class="visually-hidden">{c.rotation_title}</legend>
            {option(true, c.turn_on)}
            <div class="nested">
                <div class="presets needs-script">{presets}</div>
                <div class="pair">
                    <TextField id="period" label=c.period error=error value=choice.period bounds/>
                    <div class="field">
                        <label for="unit">{c.unit}</label>
                        <select
                            id="unit"
                            name="unit"
                            on:change=move |event| choice.unit.set(PeriodUnit::parse(&event_target_value(&event)))
                        >
                            {units}
                        </select>
                    </div>
                </div>
                <p class="hint">{hours_note}</p>
                {dates}
                <p class="hint">{c.both_keys_note}</p>
            </div>
            {option(false, c.turn_off)}
        </fieldset>
    }
}

/// When the next three rotations begin.
#[component]
fn NextDates(period: RotationPeriod, first_ms: i64) -> impl IntoView {
    let dates = (0..3)
        .map(|n| html! { <li><Time at_ms={first_ms + n * period.milliseconds()}/></li> })
        .collect_view();
    html! {
        <p>{t().create().next_dates}</p>
        <ul class="facts">{dates}</ul>
    }
}
