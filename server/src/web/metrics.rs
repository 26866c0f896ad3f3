//! `/metrics`: requests by route and status, cloud calls by action, region and outcome, both with latencies.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use keyturn_cloud::{Observer, Service};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::Web;

/// Seconds; from a page in the cache to the longest limit.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Different outcomes kept apart; the vendor's codes are a few dozen.
const MOST_OUTCOMES: usize = 60;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CallLabels {
    service: &'static str,
    action: &'static str,
    region: String,
    outcome: String,
}

type Latencies<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ActionLabels {
    service: &'static str,
    action: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct DestinationLabel {
    destination: &'static str,
}

/// All metrics of the process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Latencies<RouteLabel>,
    calls: Family<CallLabels, Counter>,
    call_seconds: Latencies<ActionLabels>,
    audit_waiting: Family<DestinationLabel, Gauge>,
    policy_violations: Counter,
    outcomes: Mutex<HashSet<String>>,
    last_outcome: Mutex<Option<String>>,
}

impl Default for Metrics {
    fn default() -> Self {
        fn histogram() -> Histogram {
            Histogram::new(BUCKETS)
        }
        let mut registry = Registry::with_prefix("keyturn");
        let requests = Family::default();
        registry.register("requests", "Requests by route and status", requests.clone());
        let request_seconds = Latencies::<RouteLabel>::new_with_constructor(histogram);
        registry.register("request_seconds", "Seconds of a request", request_seconds.clone());
        let calls = Family::default();
        registry.register("cloud_calls", "Cloud calls by action, region and outcome", calls.clone());
        let call_seconds = Latencies::<ActionLabels>::new_with_constructor(histogram);
        registry.register("cloud_call_seconds", "Seconds of a cloud call", call_seconds.clone());
        let policy_violations = Counter::default();
        let about = "What browsers kept from happening that the page's policy does not allow";
        registry.register("policy_violations", about, policy_violations.clone());
        let audit_waiting = Family::<DestinationLabel, Gauge>::default();
        let about = "Audit records that are not forwarded yet";
        registry.register("audit_waiting", about, audit_waiting.clone());
        Self {
            registry,
            requests,
            request_seconds,
            calls,
            call_seconds,
            audit_waiting,
            policy_violations,
            outcomes: Mutex::default(),
            last_outcome: Mutex::default(),
        }
    }
}

impl Metrics {
    pub(crate) fn request(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { route: route.into(), status }).inc();
        self.request_seconds.get_or_create(&RouteLabel { route: route.into() }).observe(took.as_secs_f64());
    }

    pub(crate) fn policy_violation(&self) {
        self.policy_violations.inc();
    }

    pub(crate) fn audit_waiting(&self, destination: &'static str, records: i64) {
        self.audit_waiting.get_or_create(&DestinationLabel { destination }).set(records);
    }

    /// `ok`, the vendor's code or the error's kind; nothing before the first call.
    pub(crate) fn last_cloud_outcome(&self) -> Option<String> {
        self.last_outcome.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The text, or what went wrong with it.
    fn text(&self) -> Response {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => {
                let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                ([(header::CONTENT_TYPE, kind)], text).into_response()
            }
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    fn bounded(&self, outcome: &str) -> String {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        if outcomes.len() < MOST_OUTCOMES || outcomes.contains(outcome) {
            outcomes.insert(outcome.to_owned());
            return outcome.to_owned();
        }
        "other".to_owned()
    }
}

impl Observer for Metrics {
    fn called(
        &self,
        service: Service,
        action: &'static str,
        region: &str,
        outcome: &str,
        request_id: Option<&str>,
        took: Duration,
    ) {
        crate::gateway::note_call(action, request_id);
        let service = service.name();
        let outcome = self.bounded(outcome);
        *self.last_outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome.clone());
        self.calls.get_or_create(&CallLabels { service, action, region: region.into(), outcome }).inc();
        self.call_seconds.get_or_create(&ActionLabels { service, action }).observe(took.as_secs_f64());
    }

    fn clock_corrected(&self, ahead_ms: i64) {
        tracing::warn!(
            ahead_ms,
            "the clock of this machine is wrong: calls are signed with the cloud's; set it (NTP)"
        );
    }
}

/// Metrics tell what a company does; without a listener of their own only this machine may ask.
pub(crate) async fn for_loopback(
    State(web): State<Web>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> Response {
    if peer.ip().is_loopback() { web.metrics.text() } else { StatusCode::NOT_FOUND.into_response() }
}

pub(crate) async fn for_all(State(metrics): State<Arc<Metrics>>) -> Response {
    metrics.text()
}
