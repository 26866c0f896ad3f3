//! `/{region}/rotate-secret/{name…}`: a new AccessKey pair now. What happens, when, and who still uses the old key.

use leptos::prelude::*;

use super::over::use_target;
use super::secret_dialog::{
    Cancel, DialogButtons, SecretDialog, failure, leave_when_done, restore_link, rotation_hindrance,
};
use crate::api::rotate_secret;
use crate::browser::random;
use crate::locales::t;
use crate::model::access_key::Receipt;
use crate::model::error::ApiError;
use crate::model::secret::{Secret, State};
use crate::pages::secret::overview::AccessKeys;
use crate::plain::typed;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::html::html;

/// The ID of the version that the rotation makes.
type Rotate = Action<String, Result<Receipt, ApiError>>;

#[component]
pub(crate) fn RotateSecret() -> impl IntoView {
    let target = use_target();
    let rotate: Rotate = Action::new(move |version_id: &String| {
        let version_id = version_id.clone();
        async move {
            let (region, name) = target.secret()?;
            rotate_secret(region, name, version_id).await
        }
    });
    // It has begun, and is not done: the page beneath shows how it goes on.
    leave_when_done(target, rotate, |name, _| t().rotate().started.with([&name]));
    let body = move |secret, cancel| html! { <Body secret rotate cancel/> };
    html! { <SecretDialog target id="rotate-secret" title=t().list.rotate_now is_busy=rotate.pending() body/> }
}

#[component]
fn Body(secret: Secret, rotate: Rotate, cancel: Cancel) -> impl IntoView {
    let r = t().rotate();
    // The same for every try: a second click, or a try after a lost answer, rotates no second time.
    let version_id = match typed("version", "") {
        version if version.is_empty() => random::uuid(),
        version => version,
    };
    let hindrance = rotation_hindrance(&secret);
    let restore = restore_link(&secret);
    let of_keys = secret.clone();
    let has_two = secret.row.state() != Some(State::Rotating)
        && secret.access_keys.as_ref().is_some_and(|keys| keys.len() > 1);
    let submit = {
        let version_id = version_id.clone();
        move || {
            if hindrance.is_none() && !rotate.pending().get_untracked() {
                rotate.dispatch(version_id.clone());
            }
        }
    };
    let failure = failure(rotate);
    let error = move || failure().map(|error| html! { <ErrorAlert error title=r.failed/> });
    html! {
        <form method="post" on:submit=move |event| { event.prevent_default(); submit(); }>
            {page_of()}
            <p><strong>{secret.row.name.to_string()}</strong> " · " {t().list.user} " " {secret.row.user_name().to_owned()}</p>
            {hindrance.map(|text| html! { <Remark meaning=Meaning::Warning text>{restore}</Remark> })}
            {has_two.then(|| html! { <Remark meaning=Meaning::Warning text=r.two_keys/> })}
            <ul class="facts"><li>{r.new_pair}</li><li>{r.old_pair}</li><li>{r.reload}</li><li>{r.quota}</li></ul>
            <h3>{t().details().access_keys}</h3>
            <AccessKeys secret=of_keys/>
            <p class="hint">{r.use_is_late}</p>
            {error}
            <input type="hidden" name="version" value=version_id/>
            <DialogButtons label=t().list.rotate_now is_disabled=move || hindrance.is_some() || rotate.pending().get() cancel/>
        </form>
    }
}
