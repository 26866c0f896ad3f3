//! `/rotations.ics`: the planned rotations of all regions as a calendar (RFC 5545), for the programs that people plan in.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use icalendar::{Calendar, Component, Event, EventLike};
use keyturn_app::model::error::{ApiError, ErrorCode};
use keyturn_app::model::overview::PlannedRotation;
use keyturn_app::model::secret::Tag;
use keyturn_app::model::secret_query::SecretQuery;
use keyturn_app::{paths, shell};

use super::Web;
use super::identity::asker;
use super::pages::parameters;
use super::request::error_response;

/// With `tag` as the overview has it. It waits a while for all regions; those that are missing then are named in its description.
pub(crate) async fn planned(State(web): State<Web>, request: Request) -> Response {
    let (query, ignored) =
        SecretQuery::parse(|name| (name == "tag").then(|| parameters(request.uri(), "tag").join(",")));
    // Of a wrong filter comes no calendar of everything.
    if !ignored.is_empty() {
        return error_response(&ApiError::new(ErrorCode::Invalid));
    }
    let tags: Vec<Tag> = query.tags;
    let backend = web.gateway.for_request(asker(&request));
    match backend.planned_rotations(tags).await {
        Err(error) => error_response(&error),
        Ok(planned) => {
            let mut calendar = Calendar::new();
            calendar.name(shell::product());
            if !planned.unread_regions.is_empty() {
                calendar.description(&shell::missing_words(&planned.unread_regions.join(", ")));
            }
            for rotation in &planned.rotations {
                if let Some(event) = event(rotation, web.site.origin()) {
                    calendar.push(event);
                }
            }
            let kind = "text/calendar; charset=utf-8";
            let name = "attachment; filename=\"rotations.ics\"";
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], calendar.done().to_string())
                .into_response()
        }
    }
}

/// The same rotation has the same ID in each export: a program that imports it again does not show it twice.
fn event(rotation: &PlannedRotation, origin: &str) -> Option<Event> {
    let PlannedRotation { region, name, at_ms } = rotation;
    let at = jiff::Timestamp::from_millisecond(*at_ms).ok()?;
    Some(
        Event::new()
            .uid(&format!("{at_ms}.{region}.{name}@keyturn"))
            .summary(&shell::event_words(name.as_str()))
            .location(region)
            .url(&format!("{origin}{}", paths::secret(region, name)))
            .add_property("DTSTART", at.strftime("%Y%m%dT%H%M%SZ").to_string())
            .done(),
    )
}
