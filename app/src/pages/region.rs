//! `/{region}`: the list, and over or instead of it the child page. The list stays while a dialog is open over it.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};

use super::not_found::NotFound;
use super::secrets::SecretsPage;
use crate::locales::t;
use crate::model::session::Session;

/// Which child pages stand in the list's place instead of over it.
fn hides_list(path: &str) -> bool {
    let mut segments = path.split('/').skip(2);
    match segments.next() {
        Some("secrets") => segments.next().is_some_and(|name| !name.is_empty()),
        Some("create-secret" | "delete-secret" | "restore-secret") => false,
        _ => true,
    }
}

#[component]
pub(crate) fn RegionPage() -> impl IntoView {
    let session: Session = expect_context();
    let params = use_params_map();
    let region = Memo::new(move |_| params.read().get("region").unwrap_or_default());
    let path = use_location().pathname;
    let is_listed = Memo::new(move |_| !hides_list(&path.get()));
    let is_offered = Memo::new(move |_| session.region(&region.read()).is_some());
    move || {
        if is_offered.get() {
            view! {
                <SecretsPage region is_listed/>
                <Outlet/>
            }
            .into_any()
        } else {
            view! { <NotFound text=(t().frame.not_found_region)(&region.get())/> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::hides_list;

    #[test]
    fn dialogs_leave_the_list_in_its_place() {
        for (path, expected) in [
            ("/cn-hangzhou/secrets", false),
            ("/cn-hangzhou/secrets/", false),
            ("/cn-hangzhou/secrets/acs/ram/user/x", true),
            ("/cn-hangzhou/create-secret", false),
            ("/cn-hangzhou/delete-secret/acs/ram/user/x", false),
            ("/cn-hangzhou/nothing", true),
            ("/cn-hangzhou", true),
        ] {
            assert_eq!(hides_list(path), expected, "{path}");
        }
    }
}
