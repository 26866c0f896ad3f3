//! `/` and `/{region}/…`: the list, and over or instead of it the page of the address. The list stays while a dialog is over it.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::not_found::NotFound;
use super::secrets::SecretsPage;
use crate::locales::t;
use crate::model::session::Session;
use crate::paths;
use crate::routes::Pages;
use crate::ui::html::{html, live};

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

/// Whether the first part of an address names no region.
fn is_of_all_regions(part: &str) -> bool {
    part.is_empty() || part == paths::ACCESS_KEYS_PART
}

fn list_view(path: &str, is_over_details: bool) -> ListView {
    let mut segments = path.split('/').skip(2);
    match segments.next() {
        Some("secrets") if segments.next().is_none_or(str::is_empty) => ListView::Page,
        Some("create-secret") => ListView::Beneath,
        Some(
            "delete-secret" | "restore-secret" | "rotate-secret" | "change-rotation" | "edit-secret"
            | "edit-policy",
        ) if !is_over_details => ListView::Beneath,
        _ => ListView::Hidden,
    }
}

#[component]
pub(crate) fn RegionPage() -> impl IntoView {
    let session: Session = expect_context();
    let path = use_location().pathname;
    let first = Memo::new(move |_| path.read().split('/').nth(1).unwrap_or_default().to_owned());
    let query = use_query_map();
    let list = Memo::new(move |_| list_view(&path.get(), query.read().get_str("over") == Some("details")));
    let default_region = session.regions.first().map(|region| region.id.clone()).unwrap_or_default();
    // A page of all regions leaves the list in the region it was in.
    let region = Memo::new(move |before: Option<&String>| match is_of_all_regions(&first.read()) {
        true => before.unwrap_or(&default_region).clone(),
        false => first.get(),
    });
    let is_known =
        Memo::new(move |_| is_of_all_regions(&first.read()) || session.region(&first.read()).is_some());
    live(move || match is_known.get() {
        true => html! {
            <SecretsPage region list/>
            <Pages/>
        },
        false => html! {
            <NotFound title=t().frame.region_not_found_title text=t().frame.not_found_region.with([&first.get()])/>
        },
    })
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
            ("/cn-hangzhou/rotate-secret/acs/ram/user/x", ListView::Beneath),
            ("/cn-hangzhou/nothing", ListView::Hidden),
            ("/cn-hangzhou", ListView::Hidden),
        ] {
            assert_eq!(list_view(path, false), expected, "{path}");
        }
        assert_eq!(list_view("/cn-hangzhou/delete-secret/acs/ram/user/x", true), ListView::Hidden);
    }
}
