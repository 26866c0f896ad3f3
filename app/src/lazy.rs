//! What the list does not need: each a file of its own, fetched when it is first opened.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::forms::change_rotation::ChangeRotation;
use crate::forms::create_secret::CreateSecret;
use crate::forms::delete_secret::DeleteSecret;
use crate::forms::edit_policy::EditPolicy;
use crate::forms::edit_secret::EditSecret;
use crate::forms::restore_secret::RestoreSecret;
use crate::forms::rotate_secret::RotateSecret;
use crate::pages::access_keys::AccessKeysPage;
use crate::pages::access_keys::user::UserKeysPage;
use crate::pages::after_leak::AfterLeak;
use crate::pages::overview::OverviewPage;
use crate::pages::secret::SecretPage;
use crate::ui::html::html;

pub(crate) struct OverviewRoute;
pub(crate) struct AccessKeysRoute;
pub(crate) struct UserKeysRoute;
pub(crate) struct AfterLeakRoute;
pub(crate) struct EditSecretRoute;
pub(crate) struct EditPolicyRoute;
pub(crate) struct CreateSecretRoute;
pub(crate) struct DeleteSecretRoute;
pub(crate) struct RestoreSecretRoute;
pub(crate) struct RotateSecretRoute;
pub(crate) struct ChangeRotationRoute;
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
impl LazyRoute for CreateSecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <CreateSecret/> }
    }
}

#[lazy_route]
impl LazyRoute for DeleteSecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <DeleteSecret/> }
    }
}

#[lazy_route]
impl LazyRoute for RestoreSecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <RestoreSecret/> }
    }
}

#[lazy_route]
impl LazyRoute for RotateSecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <RotateSecret/> }
    }
}

#[lazy_route]
impl LazyRoute for ChangeRotationRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <ChangeRotation/> }
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
impl LazyRoute for AccessKeysRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <AccessKeysPage/> }
    }
}

#[lazy_route]
impl LazyRoute for UserKeysRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <UserKeysPage/> }
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
impl LazyRoute for EditSecretRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <EditSecret/> }
    }
}

#[lazy_route]
impl LazyRoute for EditPolicyRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        html! { <EditPolicy/> }
    }
}
