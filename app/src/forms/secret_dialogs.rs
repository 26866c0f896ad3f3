//! `/{region}/{dialog}/{name…}`: which dialog an address asks for.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::change_rotation::ChangeRotation;
use super::delete_secret::DeleteSecret;
use super::edit_policy::EditPolicy;
use super::edit_secret::EditSecret;
use super::restore_secret::RestoreSecret;
use super::rotate_secret::RotateSecret;
use crate::pages::not_found::NotFound;
use crate::ui::html::{html, live};

#[component]
pub(crate) fn SecretDialogs() -> impl IntoView {
    let params = use_params_map();
    let dialog = Memo::new(move |_| params.read().get("dialog").unwrap_or_default());
    live(move || match dialog.get().as_str() {
        "delete-secret" => html! { <DeleteSecret/> },
        "restore-secret" => html! { <RestoreSecret/> },
        "rotate-secret" => html! { <RotateSecret/> },
        "change-rotation" => html! { <ChangeRotation/> },
        "edit-secret" => html! { <EditSecret/> },
        "edit-policy" => html! { <EditPolicy/> },
        _ => html! { <NotFound/> },
    })
}
