//! What the list does not need: each a file of its own, fetched when it is first opened.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::forms::create_secret::CreateSecret;
use crate::forms::secret_dialogs::SecretDialogs;
use crate::pages::access_keys::AccessKeys;
use crate::pages::after_leak::AfterLeak;
use crate::pages::bulk::BulkPage;
use crate::pages::overview::OverviewPage;
use crate::pages::secret::SecretPage;
use crate::ui::html::html;

pub(crate) struct OverviewRoute;
pub(crate) struct AccessKeysRoute;
pub(crate) struct AfterLeakRoute;
pub(crate) struct BulkRoute;
pub(crate) struct CreateSecretRoute;
/// All dialogs about one secret in one: each route weighs on the first file.
pub(crate) struct SecretDialogsRoute;
pub(crate) struct SecretRoute;

#[lazy_route]
impl LazyRoute for OverviewRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <OverviewPage/> }
    }
}

#[lazy_route]
impl LazyRoute for AccessKeysRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <AccessKeys/> }
    }
}

#[lazy_route]
impl LazyRoute for AfterLeakRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <AfterLeak/> }
    }
}

#[lazy_route]
impl LazyRoute for CreateSecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <CreateSecret/> }
    }
}

#[lazy_route]
impl LazyRoute for SecretDialogsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <SecretDialogs/> }
    }
}

#[lazy_route]
impl LazyRoute for SecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <SecretPage/> }
    }
}

#[lazy_route]
impl LazyRoute for BulkRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <BulkPage/> }
    }
}
