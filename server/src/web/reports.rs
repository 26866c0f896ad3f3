//! Where browsers report what the page's policy kept from happening: a sign of an attack, or of a mistake of ours.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::Web;
use super::request::RequestId;
use crate::audit::is_odd;

pub(super) const PATH: &str = "/csp-report";

/// A report is small.
const MOST_BYTES: usize = 16 << 10;
/// So many lines a minute: whoever sends more fills no log.
const MOST_LINES: u32 = 20;

#[derive(Deserialize)]
struct Reported {
    #[serde(rename = "csp-report")]
    report: Report,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Report {
    effective_directive: String,
    violated_directive: String,
    blocked_uri: String,
    line_number: u32,
}

/// When the minute began, and the lines in it.
static LINES: Mutex<Option<(Instant, u32)>> = Mutex::new(None);

pub(super) async fn take(State(web): State<Web>, request: Request) -> StatusCode {
    let id = RequestId::of(&request);
    let body: Bytes = to_bytes(request.into_body(), MOST_BYTES).await.unwrap_or_default();
    let Ok(Reported { report }) = serde_json::from_slice(&body) else { return StatusCode::BAD_REQUEST };
    web.metrics.policy_violation();
    if has_room(&LINES, Instant::now()) {
        let directive = match report.effective_directive.is_empty() {
            true => report.violated_directive,
            false => report.effective_directive,
        };
        tracing::warn!(
            request_id = id,
            directive = plain(&directive),
            // Its query and fragment could hold what is nobody's business.
            blocked = plain(report.blocked_uri.split(['?', '#']).next().unwrap_or_default()),
            line = report.line_number,
            "a browser kept something from happening that the page's policy does not allow"
        );
    }
    StatusCode::NO_CONTENT
}

fn has_room(lines: &Mutex<Option<(Instant, u32)>>, now: Instant) -> bool {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    let (since, count) =
        lines.filter(|(since, _)| now.duration_since(*since) < Duration::from_secs(60)).unwrap_or((now, 0));
    *lines = Some((since, count + 1));
    count < MOST_LINES
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_odd(*c)).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s20_a_flood_of_reports_fills_no_log() {
        let (lines, now) = (Mutex::new(None), Instant::now());
        let written = (0..1_000).filter(|_| has_room(&lines, now)).count();
        assert_eq!(written, 20);
        assert!(has_room(&lines, now + Duration::from_secs(61)));
    }
}
