//! What stands where data would be that could not be loaded: why, and another try.

use leptos::prelude::*;

use crate::api::Lasting;
use crate::locales::t;
use crate::model::error::ApiError;
use crate::response;
use crate::ui::badge::Meaning;
use crate::ui::error::{ErrorAlert, Remark};
use crate::ui::html::html;

/// Over what is known from before, while reading it anew fails.
pub(crate) fn not_refreshed<T>(shown: Lasting<T>) -> Option<AnyView> {
    let text = t().errors.not_refreshed.with([&shown.not_refreshed?.message]);
    Some(html! { <div role="alert"><Remark meaning=Meaning::Warning text/></div> })
}

#[component]
pub(crate) fn Failed(
    error: ApiError,
    /// What could not be loaded; without it, the page.
    #[prop(default = t().errors.page_failed)]
    title: &'static str,
    retry: impl Fn() + Send + 'static,
) -> impl IntoView {
    response::set_status(error.code.status());
    html! { <PartFailed error title retry/> }
}

/// The same for a part of a page that is there itself.
#[component]
pub(crate) fn PartFailed(
    error: ApiError,
    #[prop(into)] title: String,
    retry: impl Fn() + Send + 'static,
) -> impl IntoView {
    html! {
        <ErrorAlert error title>
            <button type="button" class="button needs-script" on:click=move |_| retry()>{t().common.retry}</button>
        </ErrorAlert>
    }
}
