//! `/{region}/change-rotation/{name…}`: automatic rotation on or off, and its period.

use leptos::prelude::*;

use super::over::use_target;
use super::rotation_fields::{RotationChoice, RotationFields};
use super::secret_dialog::{
    Cancel, DialogButtons, SecretDialog, failure, leave_when_done, rotation_hindrance,
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
    leave_when_done(target, change, t().rotate().changed);
    let body = move |secret, cancel| html! { <Body secret change cancel/> };
    html! { <SecretDialog target id="change-rotation" title=t().list.change_rotation is_busy=change.pending() body/> }
}

#[component]
fn Body(secret: Secret, change: Change, cancel: Cancel) -> impl IntoView {
    let r = t().rotate();
    let details = secret.row.details().cloned();
    let hindrance = rotation_hindrance(&secret);
    let is_off = details.as_ref().is_some_and(|details| details.rotation == RotationState::Off);
    let period = details
        .as_ref()
        .and_then(|details| RotationPeriod::of_seconds(details.period_seconds?))
        .map_or((30, PeriodUnit::Days), RotationPeriod::number);
    let choice = RotationChoice::new(!is_off, &period.0.to_string(), period.1);
    let now_ms = secret.now_ms;
    // What was never rotated is reckoned from its creation.
    let last_ms =
        details.as_ref().and_then(|details| details.last_rotation_ms).unwrap_or(secret.row.created_ms);
    let announcer: Announcer = expect_context();
    let submit = move || match choice.parsed() {
        _ if hindrance.is_some() || change.pending().get_untracked() => {}
        Ok(rotation) => {
            change.dispatch(rotation);
        }
        Err(_) => {
            announcer.wrong_input();
            document::focus_id("period");
        }
    };
    let at_once = move || match choice.parsed() {
        Ok(Some(period)) if last_ms + period.milliseconds() <= now_ms => {
            html! { <Remark meaning=Meaning::Warning text=r.at_once/> }
        }
        _ => ().into_any(),
    };
    let failure = failure(change);
    let error = move || failure().map(|error| html! { <ErrorAlert error title=r.change_failed/> });
    html! {
        <form method="post" novalidate on:submit=move |event| { event.prevent_default(); untrack(submit); }>
            <p><strong>{secret.row.name.to_string()}</strong></p>
            {hindrance.map(|text| html! { <Remark meaning=Meaning::Warning text/> })}
            <RotationFields choice last_ms=Some(last_ms) now_ms=Signal::stored(Some(now_ms))/>
            {at_once}
            {error}
            <DialogButtons label=r.save is_disabled=move || hindrance.is_some() || change.pending().get() cancel/>
        </form>
    }
}
