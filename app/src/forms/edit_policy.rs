//! `/{region}/edit-policy/{name…}`: the secret's own policy, checked while it is typed.

use leptos::prelude::*;

use super::over::use_target;
use super::secret_dialog::{Cancel, CancelButton, DialogButtons, SecretDialog, failure, leave_when_done};
use crate::api::{get_secret_policy, load, set_secret_policy};
use crate::browser::document;
use crate::locales::t;
use crate::model::error::ApiError;
use crate::model::secret::Secret;
use crate::model::secret_edit::check_policy;
use crate::plain;
use crate::ui::announce::Announcer;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::form::page_of;
use crate::ui::html::html;
use crate::ui::skeleton::Skeleton;
use crate::ui::text_field::TextArea;

/// The policy, and the one that was there when the dialog was opened.
type Save = Action<(String, String), Result<(), ApiError>>;

#[component]
pub(crate) fn EditPolicy() -> impl IntoView {
    let target = use_target();
    let save: Save = Action::new(move |(policy, seen): &(String, String)| {
        let (policy, seen) = (policy.clone(), seen.clone());
        async move {
            let (region, name) = target.secret()?;
            set_secret_policy(region, name, policy, seen).await
        }
    });
    leave_when_done(target, save, |name, _| t().edit().policy_done.with([&name]));
    let body =
        move |secret, cancel| html! { <Body secret region=target.region.get_untracked() save cancel/> };
    html! { <SecretDialog target id="edit-policy" title=t().edit().policy_title is_busy=save.pending() body/> }
}

#[component]
fn Body(secret: Secret, region: String, save: Save, cancel: Cancel) -> impl IntoView {
    let name = secret.row.name.clone();
    let asked = name.clone();
    let policy = load(move || (), move |()| get_secret_policy(region.clone(), asked.clone()));
    html! {
        <Transition fallback=|| html! { <Skeleton lines=8/> }>
            {move || policy.get().map(|answer| match answer {
                Ok(policy) => html! { <Form name=name.to_string() policy save cancel/> },
                Err(error) => html! {
                    <div>
                        <ErrorAlert error title=t().errors.page_failed/>
                        <div class="dialog-buttons"><CancelButton cancel/></div>
                    </div>
                },
            })}
        </Transition>
    }
}

#[component]
fn Form(name: String, policy: String, save: Save, cancel: Cancel) -> impl IntoView {
    let e = t().edit();
    let typed = RwSignal::new(plain::typed("policy", &policy));
    let wrong = Memo::new(move |_| check_policy(&typed.get()).err());
    let error = Signal::derive(move || wrong.get().map(|wrong| e.invalid_policy(&wrong)));
    let announcer: Announcer = expect_context();
    let seen = plain::typed("seen", &policy);
    let submit = {
        let seen = seen.clone();
        move || {
            if save.pending().get_untracked() {
                return;
            }
            match wrong.get_untracked() {
                None => {
                    save.dispatch((typed.get_untracked(), seen.clone()));
                }
                Some(_) => {
                    announcer.wrong_input();
                    document::focus_id("policy");
                }
            }
        }
    };
    let failure = failure(save);
    let failed = move || failure().map(|error| html! { <ErrorAlert error title=e.failed/> });
    html! {
        <form data-guard method="post" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
            {page_of()}
            <p><strong>{name}</strong></p>
            <Remark meaning=Meaning::Warning text=e.policy_warning/>
            <TextArea id="policy" label=e.policy hint=e.policy_hint error=error value=typed rows=16 class="code"/>
            <input type="hidden" name="seen" value=seen/>
            {failed}
            <DialogButtons label=t().rotate().save is_disabled=move || save.pending().get() cancel/>
        </form>
    }
}
