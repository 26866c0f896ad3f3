//! `/{region}/restore-secret/{name…}`: ends the deletion window.

use leptos::prelude::*;

use super::over::{Changes, use_leave, use_target};
use crate::api::{get_secret, restore_secret};
use crate::locales::t;
use crate::model::error::{ApiError, ErrorCode};
use crate::model::secret::Secret;
use crate::pages::not_found::NotFound;
use crate::pages::secret::SecretPage;
use crate::response;
use crate::ui::announce::Announcer;
use crate::ui::dialog::Dialog;
use crate::ui::error::ErrorAlert;
use crate::ui::skeleton::Skeleton;
use crate::ui::time::Time;

#[component]
pub(crate) fn RestoreSecret() -> impl IntoView {
    let target = use_target();
    let secret = Resource::new(
        move || (target.region.get(), target.name.get()),
        |(region, name)| async move {
            match name {
                Some(name) => get_secret(region, name).await,
                None => Err(ApiError::new(ErrorCode::NotFound)),
            }
        },
    );
    let restore = Action::new(move |_: &()| async move {
        match target.name.get_untracked() {
            Some(name) => restore_secret(target.region.get_untracked(), name).await,
            None => Err(ApiError::new(ErrorCode::NotFound)),
        }
    });
    let (leave, announcer, changes) =
        (use_leave(), expect_context::<Announcer>(), expect_context::<Changes>());
    let close = {
        let leave = leave.clone();
        move || leave(&target.beneath())
    };
    Effect::new(move || {
        if let Some(Ok(())) = restore.value().get() {
            let name = target.name.get_untracked().map(|name| name.to_string()).unwrap_or_default();
            announcer.result((t().restore.done)(&name));
            changes.made();
            leave(&target.beneath());
        }
    });
    let cancel = close.clone();
    view! {
        {move || target.is_over_details.get().then(|| view! { <SecretPage/> })}
        <Dialog id="restore-secret" title=t().list.restore on_close=close>
            <Transition fallback=|| view! { <Skeleton lines=3/> }>
                {
                    let cancel = cancel.clone();
                    move || {
                        let cancel = cancel.clone();
                        secret.get().map(|answer| match answer {
                            Ok(secret) => {
                                let is_pending = Signal::derive(move || restore.pending().get());
                                let error = Signal::derive(move || {
                                    restore.value().get().and_then(Result::err)
                                });
                                let ok = move || {
                                    if !restore.pending().get_untracked() {
                                        restore.dispatch(());
                                    }
                                };
                                view! { <Body secret is_pending error ok cancel/> }.into_any()
                            }
                            Err(error) => failed(error),
                        })
                    }
                }
            </Transition>
        </Dialog>
    }
}

#[component]
fn Body(
    secret: Secret,
    is_pending: Signal<bool>,
    error: Signal<Option<ApiError>>,
    ok: impl Fn() + Send + 'static,
    cancel: impl Fn() + Send + 'static,
) -> impl IntoView {
    let r = &t().restore;
    let text = match secret.row.deletion_ms {
        Some(at_ms) => view! { <p>{r.planned_for} " " <Time at_ms/> ". " {r.effect}</p> }.into_any(),
        None => view! { <p>{r.not_pending}</p> }.into_any(),
    };
    view! {
        <form method="post" on:submit=move |event| { event.prevent_default(); ok(); }>
            <p><strong>{secret.row.name.to_string()}</strong></p>
            {text}
            {move || error.get().map(|error| view! { <ErrorAlert error title=r.failed/> })}
            <div class="dialog-buttons">
                <button type="submit" class="button" data-kind="primary" aria-disabled=move || is_pending.get().to_string()>
                    {t().common.ok}
                </button>
                <button type="button" class="button" on:click=move |_| cancel()>{t().common.cancel}</button>
            </div>
        </form>
    }
}

/// The dialog's secret could not be loaded, or does not exist.
pub(super) fn failed(error: ApiError) -> AnyView {
    if error.code == ErrorCode::NotFound {
        return view! { <div><NotFound is_in_dialog=true/></div> }.into_any();
    }
    response::set_status(error.code.status());
    view! { <div><ErrorAlert error title=t().errors.page_failed/></div> }.into_any()
}
