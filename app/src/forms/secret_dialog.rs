//! A dialog about one secret: loads it, lies over the page it was opened from, and closes to there.

use crate::ui::html::html;
use leptos::prelude::*;

use super::over::{Target, use_leave};
use crate::api::{get_secret, load};
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::Secret;
use crate::pages::not_found::NotFound;
use crate::pages::secret::SecretPage;
use crate::response;
use crate::ui::dialog::Dialog;
use crate::ui::error::ErrorAlert;
use crate::ui::skeleton::Skeleton;

/// What `Cancel` does.
pub(super) type Cancel = Callback<()>;

#[component]
pub(super) fn SecretDialog(
    target: Target,
    /// The dialog's element.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    /// The form, once the secret is there.
    body: impl Fn(Secret, Cancel) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let secret = load(
        move || (target.region.get(), target.name.get()),
        |(region, name)| async move {
            match name {
                Some(name) => get_secret(region, name).await,
                None => Err(ApiError::new(ErrorCode::NotFound)),
            }
        },
    );
    let leave = use_leave();
    let cancel = Cancel::new(move |()| leave(&target.beneath()));
    let body = StoredValue::new(body);
    html! {
        {move || target.is_over_details.get().then(|| html! { <SecretPage is_beneath=true/> })}
        <Dialog id title on_close=move || cancel.run(())>
            <Transition fallback=|| html! { <Skeleton lines=5/> }>
                {move || {
                    secret.get().map(|answer| match answer {
                        Ok(secret) => body.with_value(|body| body(secret, cancel)),
                        Err(error) => failed(error),
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
    html! { <button type="submit" form=CANCEL class="button" on:click=on_click>{t().common.cancel}</button> }
}

/// The secret could not be loaded, or does not exist.
fn failed(error: ApiError) -> AnyView {
    if error.code == ErrorCode::NotFound {
        return html! { <div><NotFound is_in_dialog=true/></div> };
    }
    response::set_status(error.code.status());
    html! { <div><ErrorAlert error title=t().errors.page_failed/></div> }
}
