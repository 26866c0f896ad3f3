//! `/`: until there is an overview, the way to the list of the default or the chosen region.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

use crate::model::session::Session;
use crate::paths;

#[component]
pub(crate) fn Home() -> impl IntoView {
    let session: Session = expect_context();
    // The region select sends its form here where there is no JavaScript.
    let chosen = use_query_map().with_untracked(|query| query.get("region")).unwrap_or_default();
    let region = session.region(&chosen).or(session.regions.first()).map(|region| region.id.clone());
    view! { <Redirect path=paths::secrets(&region.unwrap_or_default())/> }
}
