//! `/`, when a link in the hydrated page leads there: the list of the default region. The server redirects by itself.

use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::model::session::Session;
use crate::paths;

#[component]
pub(crate) fn Home() -> impl IntoView {
    let session: Session = expect_context();
    let region = session.regions.first().map(|region| region.id.clone());
    view! { <Redirect path=paths::secrets(&region.unwrap_or_default())/> }
}
