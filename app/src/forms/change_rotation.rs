//! `/{region}/change-rotation/{name…}`: automatic rotation on or off, and its period.

use leptos::prelude::*;

use super::over::use_target;
use super::rotation_fields::{RotationChoice, RotationFields};
use super::secret_dialog::{
    Cancel, DialogButtons, SecretDialog, failure, leave_when_done, restore_link, rotation_hindrance,
};
use crate::api::change_rotation;
use crate::browser::document;
use crate::locales::t;
use crate::model::error::ApiError;
use crate::model::rotation::{PeriodUnit, RotationPeriod};
use crate::model::secret::{RotationState, Secret};
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::html::html;

type Change = Action<Option<RotationPeriod>, Result<(), ApiError>>;

#[component]
pub(crate) fn ChangeRotation() -> impl IntoView {
    let target = use_target();
    let change: Change = Action::new(move |rotation: &Option<RotationPeriod>| {
        let rotation = *rotation;
        async move {
            let (region, name) = target.secret()?;
            change_rotation(region, name, rotation).await
        }
    });
    // What was last sent makes KMS rotate at once.
    let is_at_once = RwSignal::new(false);
    let r = t().rotate();
    leave_when_done(target, change, move |name, _| {
        let words = if is_at_once.get_untracked() { r.changed_at_once } else { r.changed };
        words.with([&name])
    });
    let body = move |secret, cancel| html! { <Body secret change is_at_once cancel/> };
    html! { <SecretDialog target id="change-rotation" title=t().list.change_rotation is_busy=change.pending() body/> }
}

#[component]
fn Body(secret: Secret, change: Change, is_at_once: RwSignal<bool>, cancel: Cancel) -> impl IntoView {
    let r = t().rotate();
    let details = secret.row.details().cloned();
    let hindrance = rotation_hindrance(&secret);
    let restore = restore_link(&secret);
    let is_off = details.as_ref().is_some_and(|details| details.rotation == RotationState::Off);
    let period = details
        .as_ref()
        .and_then(|details| RotationPeriod::of_seconds(details.period_seconds?))
        .map_or((30, PeriodUnit::Days), RotationPeriod::number);
    let choice = RotationChoice::new(!is_off, &period.0.to_string(), period.1);
    let now_ms = secret.now_ms;
    let last_ms = secret.row.reckoned_from_ms();
    let rotates_at_once = move |period: RotationPeriod| period.has_passed(last_ms, now_ms);
    let is_failing = details.as_ref().is_some_and(|details| details.rotation == RotationState::Failing);
    let announcer: Announcer = expect_context();
    let submit = move || match choice.parsed() {
        _ if hindrance.is_some() || change.pending().get_untracked() => {}
        Ok(rotation) => {
            is_at_once.set(rotation.is_some_and(rotates_at_once));
            change.dispatch(rotation);
        }
        Err(_) => {
            announcer.wrong_input();
            document::focus_id("period");
        }
    };
    let at_once = move || match choice.parsed() {
        Ok(Some(period)) if rotates_at_once(period) => {
            html! { <Remark meaning=Meaning::Warning text=r.at_once/> }
        }
        _ => ().into_any(),
    };
    let failure = failure(change);
    let error = move || failure().map(|error| html! { <ErrorAlert error title=r.change_failed/> });
    html! {
        <form data-guard method="post" novalidate on:submit=move |event| { event.prevent_default(); untrack(submit); }>
            {page_of()}
            <p><strong>{secret.row.name.to_string()}</strong></p>
            {hindrance.map(|text| html! { <Remark meaning=Meaning::Warning text>{restore}</Remark> })}
            {is_failing.then(|| html! { <Remark meaning=Meaning::Danger text=t().details().failing_banner/> })}
            <RotationFields choice last_ms=Some(last_ms) now_ms=Signal::stored(Some(now_ms))/>
            {at_once}
            {error}
            <DialogButtons label=r.save is_disabled=move || hindrance.is_some() || change.pending().get() cancel/>
        </form>
    }
}
