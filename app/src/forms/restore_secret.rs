//! `/{region}/restore-secret/{name…}`: ends the deletion window.

use crate::ui::form::page_of;
use crate::ui::html::{html, live};
use leptos::prelude::*;

use super::over::use_target;
use super::secret_dialog::{Cancel, DialogButtons, SecretDialog, failure, leave_when_done};
use crate::api::{get_secret, restore_secret};
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::{RotationState, Secret};
use crate::ui::error::ErrorAlert;
use crate::ui::time::in_words;

#[component]
pub(crate) fn RestoreSecret() -> impl IntoView {
    let target = use_target();
    let restore = Action::new(move |_: &()| async move {
        let (region, name) = target.secret()?;
        restore_secret(region.clone(), name.clone()).await?;
        // Somebody may have deleted or disabled its AccessKey in RAM meanwhile. That this cannot be told undoes nothing.
        Ok(get_secret(region, name).await.ok())
    });
    leave_when_done(target, restore, |name, now| t().restore().result(name, now.as_ref()));
    let body = move |secret, cancel| html! { <Body secret restore cancel/> };
    html! { <SecretDialog target id="restore-secret" title=t().list.restore is_busy=restore.pending() body/> }
}

#[component]
fn Body(
    secret: Secret,
    restore: Action<(), Result<Option<Secret>, ApiError>>,
    cancel: Cancel,
) -> impl IntoView {
    let r = t().restore();
    let is_pending = secret.row.deletion_ms.is_some();
    let ok = move || {
        if is_pending && !restore.pending().get_untracked() {
            restore.dispatch(());
        }
    };
    let failure = failure(restore);
    let error = move || failure().map(|error| html! { <ErrorAlert error title=r.failed/> });
    let is_gone = move || {
        let error = restore.value().get().and_then(Result::err);
        error.is_some_and(|error| error.code == ErrorCode::NotFound)
    };
    let rotation = secret.row.details().map(|details| match details.rotation {
        RotationState::Off => r.effect_off,
        RotationState::On | RotationState::Failing => r.effect_rotates,
    });
    let at = in_words();
    let text = live(move || match secret.row.deletion_ms {
        _ if is_gone() => html! { <p>{r.window_ended}</p> },
        Some(at_ms) => html! { <p>{r.planned_for.with([&at(at_ms)])}</p> <p>{r.effect} " " {rotation}</p> },
        None => html! { <p>{r.not_pending}</p> },
    });
    html! {
        <form method="post" on:submit=move |event| { event.prevent_default(); ok(); }>
            {page_of()}
            <p><strong>{secret.row.name.to_string()}</strong></p>
            {text}
            {error}
            <DialogButtons label=t().common.ok is_disabled=move || !is_pending || restore.pending().get() cancel/>
        </form>
    }
}
