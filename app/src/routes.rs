//! The one list of routes, and the app around it.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, path};

use crate::forms::over::{Changes, LastList};
use crate::json::Json;
use crate::layout::frame::Frame;
use crate::lazy::{
    AccessKeysRoute, AfterLeakRoute, BulkRoute, CreateSecretRoute, OverviewRoute, SecretDialogsRoute,
    SecretRoute,
};
use crate::model::session::Session;
use crate::pages::not_found::NotFound;
use crate::pages::region::RegionPage;
use crate::ui::announce::Announcer;
use crate::ui::heading::Focus;
use crate::ui::html::html;

#[component]
pub(crate) fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Announcer::default());
    provide_context(Focus::default());
    provide_context(Changes::default());
    provide_context(LastList::default());
    // The server writes it into the page, the browser reads it from there.
    let session = SharedValue::<Session, Json>::new_with_encoding(expect_context::<Session>).into_inner();
    provide_context(session);
    html! {
        <Router>
            {page()}
        </Router>
    }
}

/// The pages of the console; or one that the server alone renders.
fn page() -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(served) = use_context::<crate::served::Served>() {
        return match served.is_outside() {
            true => crate::layout::outside::outside(served.view()),
            false => html! { <Frame>{served.view()}</Frame> },
        };
    }
    html! { <Frame><RegionPage/></Frame> }
}

/// What stands over or in place of the list.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    html! {
        <FlatRoutes fallback=|| html! { <NotFound/> }>
            <Route path=path!("/") view={Lazy::<OverviewRoute>::new()}/>
            <Route path=path!("/access-keys/*user") view={Lazy::<AccessKeysRoute>::new()}/>
            <Route path=path!("/:region/secrets") view=|| ()/>
            <Route path=path!("/:region/secrets/*name") view={Lazy::<SecretRoute>::new()}/>
            <Route path=path!("/:region/create-secret") view={Lazy::<CreateSecretRoute>::new()}/>
            <Route path=path!("/:region/bulk") view={Lazy::<BulkRoute>::new()}/>
            <Route path=path!("/:region/after-leak/*name") view={Lazy::<AfterLeakRoute>::new()}/>
            <Route path=path!("/:region/:dialog/*name") view={Lazy::<SecretDialogsRoute>::new()}/>
        </FlatRoutes>
    }
}
