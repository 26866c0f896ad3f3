//! A dialog about one secret: loads it, lies over the page it was opened from, and closes to there.

use leptos::prelude::*;

use super::over::{Changes, Target, load_secret, use_leave, use_target};
use crate::api::{Answered, Loaded};
use crate::browser::document;
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::{Secret, State};
use crate::pages::failed::Failed;
use crate::pages::not_found::NotFound;
use crate::pages::secret::SecretPage;
use crate::paths;
use crate::plain;
use crate::ui::announce::Announcer;
use crate::ui::dialog::Dialog;
use crate::ui::html::html;
use crate::ui::skeleton::Skeleton;

/// When a change is done: says so in words about the secret's name and the answer, and leaves for the page beneath, which asks anew.
pub(super) fn leave_when_done<I: 'static, O: Clone + Send + Sync + 'static>(
    target: Target,
    action: Action<I, Result<O, ApiError>>,
    words: impl Fn(&str, O) -> String + 'static,
) {
    let (leave, announcer, changes) =
        (use_leave(), expect_context::<Announcer>(), expect_context::<Changes>());
    Effect::new(move || {
        if let Some(Ok(done)) = action.value().get() {
            let name = target.name.get_untracked().map(|name| name.to_string()).unwrap_or_default();
            announcer.result(words(&name, done));
            changes.made();
            leave(&target.beneath());
        }
    });
}

/// Why the last try failed, here or as a plain post; nothing while another is on its way.
pub(super) fn failure<I: 'static, O: Clone + Send + Sync + 'static>(
    action: Action<I, Result<O, ApiError>>,
) -> impl Fn() -> Option<ApiError> {
    let refused = plain::error();
    move || {
        let error = action.value().get().and_then(Result::err).or_else(|| refused.clone());
        error.filter(|_| !action.pending().get())
    }
}

/// Why rotation cannot be touched now, if it cannot.
pub(super) fn rotation_hindrance(secret: &Secret) -> Option<&'static str> {
    let r = t().rotate();
    match secret.row.state() {
        Some(State::PendingDeletion) => Some(r.in_window),
        Some(State::Rotating) => Some(r.under_way),
        _ => None,
    }
}

/// The way out of the deletion window, where that is what hinders.
pub(super) fn restore_link(secret: &Secret) -> Option<AnyView> {
    let target = use_target();
    secret.row.deletion_ms.map(|_| {
        let over = if target.is_over_details.get_untracked() { "?over=details" } else { "" };
        let href = paths::restore_secret(&target.region.get_untracked(), &secret.row.name) + over;
        html! { <a href=href>{t().list.restore}</a> }
    })
}

/// What `Cancel` does.
pub(super) type Cancel = Callback<()>;

/// The end of a dialog's form: the button that does it, and `Cancel`.
#[component]
pub(super) fn DialogButtons(
    /// What the first button says.
    label: &'static str,
    #[prop(default = false)] is_dangerous: bool,
    /// Nothing can be done now, or something is on its way.
    is_disabled: impl Fn() -> bool + Send + 'static,
    cancel: Cancel,
) -> impl IntoView {
    html! {
        <div class="dialog-buttons">
            <button
                type="submit"
                class="button"
                data-kind=if is_dangerous { "danger" } else { "primary" }
                aria-disabled=move || is_disabled().to_string()
            >
                {label}
            </button>
            <CancelButton cancel/>
        </div>
    }
}

#[component]
pub(super) fn SecretDialog(
    target: Target,
    /// The dialog's element.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    /// Something is on its way: the dialog waits for what it comes to.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// The form, once the secret is there.
    body: impl Fn(Secret, Cancel) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let secret = load_secret(target);
    let leave = use_leave();
    let cancel = Cancel::new(move |()| {
        if !is_busy.get_untracked() {
            leave(&target.beneath());
        }
    });
    let on_close = move || match is_busy.get_untracked() {
        true => document::show_modal(id),
        false => cancel.run(()),
    };
    let body = StoredValue::new(body);
    html! {
        {move || target.is_over_details.get().then(|| html! { <SecretPage is_beneath=true/> })}
        <Dialog id title is_busy on_close>
            <Transition fallback=|| html! { <Skeleton lines=5/> }>
                {move || {
                    secret.get().map(|(_, answer)| match answer {
                        Ok(secret) => body.with_value(|body| body(secret, cancel)),
                        Err(error) => failed(error, target, secret, cancel),
                    })
                }}
            </Transition>
            <form id=CANCEL method="get" action=move || target.beneath()></form>
        </Dialog>
    }
}

/// The form that goes back without WASM; it has no fields.
const CANCEL: &str = "cancel";

#[component]
pub(super) fn CancelButton(cancel: Cancel) -> impl IntoView {
    let on_click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        cancel.run(());
    };
    html! { <button type="submit" form=CANCEL class="button" data-leave on:click=on_click>{t().common.cancel}</button> }
}

/// The secret could not be loaded, or does not exist.
fn failed(error: ApiError, target: Target, secret: Loaded<Answered<Secret>>, cancel: Cancel) -> AnyView {
    let what = match error.code {
        ErrorCode::NotFound => {
            let name = target.name.get_untracked().map(|name| name.to_string()).unwrap_or_default();
            let text = t().frame.not_found_secret.with([&name, &target.region.get_untracked()]);
            html! { <NotFound text is_in_dialog=true/> }
        }
        _ => {
            html! { <Failed error retry=move || secret.refetch()/> }
        }
    };
    html! { <div>{what} <div class="dialog-buttons"><CancelButton cancel/></div></div> }
}
