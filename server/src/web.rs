//! HTTP: the router, the middleware in one visible order, pages, server functions, assets, health, metrics.

mod api;
mod assets;
mod calendar;
mod health;
mod identity;
mod language;
mod listen;
mod metrics;
mod pages;
mod reports;
mod request;
mod security;
mod served;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use keyturn_app::api::Function;
use keyturn_app::model::session::Session;
use keyturn_app::shell::Language;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::approvals::Approvals;
use crate::audit::Audit;
use crate::doctor::Doctor;
use crate::gateway::Gateways;
use crate::identity::{Identity, PageMarks};
use crate::storage::Database;

pub(crate) use assets::publish;
pub(crate) use listen::serve;
pub(crate) use metrics::Metrics;
pub(crate) use security::Site;

/// Nothing that the console sends comes near this.
const MAX_BODY_BYTES: usize = 256 << 10;
/// The longest that a request may take; the client's own limits are shorter.
const REQUEST_LIMIT: Duration = Duration::from_secs(40);

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) gateway: Arc<Gateways>,
    /// In the order of `Language::ALL`: regions have a name in each.
    pub(crate) sessions: Arc<[Session]>,
    pub(crate) site: Arc<Site>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) functions: Arc<[Function]>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) page_marks: PageMarks,
    pub(crate) audit: Audit,
    pub(crate) approvals: Approvals,
    pub(crate) doctor: Arc<Doctor>,
    pub(crate) database: Database,
    pub(crate) builds: Arc<crate::builds::Builds>,
    /// Requests that change something: they are waited for when it stops.
    pub(crate) changes: TaskTracker,
    /// Which other origins may show the console's pages in a frame, as they stand in its policy.
    pub(crate) embedded_by: Arc<str>,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) proxies: Arc<[IpAddr]>,
}

impl Web {
    /// In the language of this request.
    fn session(&self) -> &Session {
        &self.sessions[Language::ALL.iter().position(|of| *of == Language::current()).unwrap_or_default()]
    }
}

/// The console's router. Layers run from the last to the first.
pub(crate) fn router(web: Web) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/rotations.ics", get(calendar::planned))
        .route("/api/{*function}", axum::routing::any(api::call))
        .route("/pkg/{build}/{file}", get(assets::of_build))
        .route("/words/{file}", get(assets::of_words))
        .route(reports::PATH, post(reports::take))
        .merge(served::routes(&web))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::for_loopback))
        .fallback(pages::page)
        .layer(CompressionLayer::new().gzip(true).br(true))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(web.clone(), identity::known))
        .layer(middleware::from_fn_with_state(web.clone(), security::same_origin))
        .layer(middleware::from_fn_with_state(web.clone(), security::known_host))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::GATEWAY_TIMEOUT, REQUEST_LIMIT))
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(middleware::from_fn_with_state(web.clone(), security::headers))
        .layer(middleware::from_fn_with_state(web.clone(), request::logged))
        .layer(middleware::from_fn(language::spoken))
        .layer(middleware::from_fn_with_state(web.changes.clone(), request::to_its_end))
        .with_state(web)
}

/// The router of `KEYTURN_METRICS_LISTEN`: `/metrics` and nothing else.
pub(crate) fn metrics_router(metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", get(metrics::for_all)).with_state(metrics)
}
