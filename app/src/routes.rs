//! The one list of routes, and the app around it.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

use crate::forms::over::{Changes, LastList};
use crate::layout::frame::Frame;
use crate::lazy::{CreateSecretRoute, DeleteSecretRoute, RestoreSecretRoute, SecretRoute};
use crate::model::session::Session;
use crate::pages::home::Home;
use crate::pages::not_found::NotFound;
use crate::pages::region::RegionPage;
use crate::ui::announce::Announcer;
use crate::ui::heading::Navigated;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Announcer::default());
    provide_context(Navigated::default());
    provide_context(Changes::default());
    provide_context(LastList::default());
    // The server writes it into the page, the browser reads it from there.
    let session = SharedValue::<Session>::new(expect_context::<Session>).into_inner();
    provide_context(session);
    view! {
        <Router>
            <Frame>
                <Routes fallback=|| view! { <NotFound/> }>
                    <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/:region") view=RegionPage ssr=SsrMode::Async>
                        <Route path=path!("secrets") view=|| ()/>
                        <Route path=path!("secrets/*name") view={Lazy::<SecretRoute>::new()}/>
                        <Route path=path!("create-secret") view={Lazy::<CreateSecretRoute>::new()}/>
                        <Route path=path!("delete-secret/*name") view={Lazy::<DeleteSecretRoute>::new()}/>
                        <Route path=path!("restore-secret/*name") view={Lazy::<RestoreSecretRoute>::new()}/>
                        <Route path=path!("*any") view=|| view! { <NotFound/> }/>
                    </ParentRoute>
                </Routes>
            </Frame>
        </Router>
    }
}
