//! `/{region}`: the list, and over or instead of it the child page. The list stays while a dialog is open over it.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

use super::not_found::NotFound;
use super::secrets::SecretsPage;
use crate::locales::t;
use crate::model::session::Session;

/// How the list is seen at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListView {
    /// It is the page.
    Page,
    /// A dialog lies over it.
    Beneath,
    /// Another page stands in its place.
    Hidden,
}

fn list_view(path: &str, is_over_details: bool) -> ListView {
    let mut segments = path.split('/').skip(2);
    match segments.next() {
        Some("secrets") if segments.next().is_none_or(str::is_empty) => ListView::Page,
        Some("create-secret") => ListView::Beneath,
        Some("delete-secret" | "restore-secret") if !is_over_details => ListView::Beneath,
        _ => ListView::Hidden,
    }
}

#[component]
pub(crate) fn RegionPage() -> impl IntoView {
    let session: Session = expect_context();
    let params = use_params_map();
    let region = Memo::new(move |_| params.read().get("region").unwrap_or_default());
    let path = use_location().pathname;
    let query = use_query_map();
    let list = Memo::new(move |_| list_view(&path.get(), query.read().get_str("over") == Some("details")));
    let is_offered = Memo::new(move |_| session.region(&region.read()).is_some());
    move || {
        if is_offered.get() {
            view! {
                <SecretsPage region list/>
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
    use super::{ListView, list_view};

    #[test]
    fn dialogs_leave_the_list_in_its_place() {
        for (path, expected) in [
            ("/cn-hangzhou/secrets", ListView::Page),
            ("/cn-hangzhou/secrets/", ListView::Page),
            ("/cn-hangzhou/secrets/acs/ram/user/x", ListView::Hidden),
            ("/cn-hangzhou/create-secret", ListView::Beneath),
            ("/cn-hangzhou/delete-secret/acs/ram/user/x", ListView::Beneath),
            ("/cn-hangzhou/nothing", ListView::Hidden),
            ("/cn-hangzhou", ListView::Hidden),
        ] {
            assert_eq!(list_view(path, false), expected, "{path}");
        }
        assert_eq!(list_view("/cn-hangzhou/delete-secret/acs/ram/user/x", true), ListView::Hidden);
    }
}
