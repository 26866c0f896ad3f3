//! A dialog about one secret: loads it, lies over the page it was opened from, and closes to there.

use leptos::prelude::*;

use super::over::{Target, use_leave};
use crate::api::get_secret;
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
    let secret = Resource::new(
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
    view! {
        {move || target.is_over_details.get().then(|| view! { <SecretPage/> })}
        <Dialog id title on_close=move || cancel.run(())>
            <Transition fallback=|| view! { <Skeleton lines=5/> }>
                {move || {
                    secret.get().map(|answer| match answer {
                        Ok(secret) => body.with_value(|body| body(secret, cancel)),
                        Err(error) => failed(error),
                    })
                }}
            </Transition>
        </Dialog>
    }
}

/// The secret could not be loaded, or does not exist.
fn failed(error: ApiError) -> AnyView {
    if error.code == ErrorCode::NotFound {
        return view! { <div><NotFound is_in_dialog=true/></div> }.into_any();
    }
    response::set_status(error.code.status());
    view! { <div><ErrorAlert error title=crate::locales::t().errors.page_failed/></div> }.into_any()
}
