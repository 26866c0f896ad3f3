//! The audit log as a page, as JSON Lines and as CSV.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use keyturn_app::model::error::ErrorCode;
use keyturn_app::model::secret::RAM_SECRET_PREFIX;
use keyturn_app::served::{ActivityPage, ActivityRow, EVENTS, OUTCOMES, Served};

use super::{Answer, limited, show, sign_in};
use crate::audit::{End, Filter, Kept, Outcome, Sees, What};
use crate::gateway::Asker;
use crate::web::Web;
use crate::web::identity::asker;
use crate::web::pages::parameter;
use crate::web::request::refusal;
use crate::web::security::is_foreign;

const ROWS: usize = 50;
/// Records that are read at a time for a file.
const EXPORTED_AT_ONCE: usize = 2_000;

pub(super) async fn page(State(web): State<Web>, request: Request) -> Answer {
    let (filter, mut page) = read(request.uri());
    let sees = sees(&web, &asker(&request), &filter).await?;
    page.is_own = matches!(sees, Sees::Own { .. });
    match web.audit.find(&filter, &sees, ROWS).await {
        Ok(found) => {
            let last = found.records.last().map(|kept| kept.seq).filter(|_| found.has_more);
            page.older = last.map(|seq| address("/activity", request.uri(), Some(seq)));
            page.rows = found.records.into_iter().map(row).collect();
        }
        Err(error) => {
            tracing::error!(%error, "the audit log could not be read");
            page.is_failed = true;
        }
    }
    show(web, request, Served::Activity(page)).await
}

pub(super) async fn json_lines(State(web): State<Web>, request: Request) -> Answer {
    let lines = |records: Vec<Kept>| -> std::io::Result<Vec<u8>> {
        let mut lines = Vec::new();
        for record in records {
            serde_json::to_writer(&mut lines, &record)?;
            lines.push(b'\n');
        }
        Ok(lines)
    };
    let pages = exported(web, request).await?;
    Ok(file("application/jsonl; charset=utf-8", "activity.jsonl", pages.map(move |page| lines(page?))))
}

pub(super) async fn csv(State(web): State<Web>, request: Request) -> Answer {
    let names = [
        "seq",
        "at",
        "event",
        "outcome",
        "code",
        "person",
        "name",
        "from",
        "session",
        "region",
        "secret",
        "about",
        "parameters",
        "requestId",
        "cloudRequestIds",
        "hash",
    ];
    let pages = exported(web, request).await?;
    let names = stream::once(async move { lines_of([names.map(str::to_owned)]) });
    let rows = pages.map(|page| lines_of(page?.iter().map(|record| cells(record).map(|it| harmless(&it)))));
    Ok(file("text/csv; charset=utf-8", "activity.csv", names.chain(rows)))
}

fn lines_of(rows: impl IntoIterator<Item = [String; 16]>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(std::io::Error::other)
}

/// All that match, page by page, however many they are. That somebody took the log away is part of it.
async fn exported(
    web: Web,
    request: Request,
) -> Result<impl Stream<Item = std::io::Result<Vec<Kept>>> + Send + 'static, Response> {
    // It is recorded and counted, so another site's page cannot ask for it in a person's name.
    if is_foreign(request.headers()) {
        return Err(refusal(ErrorCode::CrossSite));
    }
    let (asker, uri) = (asker(&request), request.uri().clone());
    let (filter, page) = read(&uri);
    if page.is_invalid {
        return Err(refusal(ErrorCode::Invalid));
    }
    let what = What::default().with("filter", uri.query().unwrap_or_default());
    limited(&web, &asker, "export_activity", &what).await?;
    let end = End { outcome: Outcome::Done, ..End::default() };
    if web.audit.happened(&asker.who(), "export_activity", &what, end).await.is_err() {
        return Err(refusal(ErrorCode::AuditDown));
    }
    let sees = sees(&web, &asker, &filter).await?;
    Ok(stream::try_unfold(Some(filter), move |filter| {
        let (audit, sees) = (web.audit.clone(), sees.clone());
        async move {
            let Some(filter) = filter else { return Ok(None) };
            let found = audit.find(&filter, &sees, EXPORTED_AT_ONCE).await.map_err(|error| {
                tracing::error!(%error, "the audit log could not be read to its end");
                std::io::Error::other("the audit log could not be read")
            })?;
            let last = found.records.last().map(|kept| kept.seq).filter(|_| found.has_more);
            let next = last.map(|before| Filter { before: Some(before), ..filter });
            Ok(Some((found.records, next)))
        }
    }))
}

/// Who may see everything sees all records; who may see a secret, what was done to it; everybody else the own ones.
async fn sees(web: &Web, asker: &Asker, filter: &Filter) -> Result<Sees, Response> {
    let person = &asker.person;
    if person.grants.everywhere().is_some() {
        return Ok(Sees::All);
    }
    if let (Some(region), Some(secret)) = (&filter.region, &filter.secret)
        && secret.starts_with(RAM_SECRET_PREFIX)
        && web.gateway.role_over(asker, &What::secret(region, secret)).await.is_some()
    {
        return Ok(Sees::All);
    }
    // Whoever had the name before was somebody else.
    let since_ms = match person.id.strip_prefix("local:") {
        Some(name) => {
            let account = sign_in(web)?.accounts.one(name).await.map_err(failed)?;
            account.map_or(i64::MAX, |account| account.created_ms)
        }
        None => 0,
    };
    Ok(Sees::Own { person: person.id.clone(), since_ms })
}

fn failed(error: sqlx::Error) -> Response {
    tracing::error!(%error, "the audit log could not be read");
    refusal(ErrorCode::Internal)
}

/// What the address asks for, and the page with the same in its fields.
fn read(uri: &Uri) -> (Filter, ActivityPage) {
    let text = |name: &str| parameter(uri, name).unwrap_or_default().trim().to_owned();
    let known = |name: &str, all: &[&str]| {
        let value = text(name);
        if value.is_empty() || all.contains(&value.as_str()) { (value, false) } else { (String::new(), true) }
    };
    let ((event, no_event), (outcome, no_outcome)) = (known("event", &EVENTS), known("outcome", &OUTCOMES));
    let day = |name: &str| {
        let value = text(name);
        if value.is_empty() {
            return (None, false);
        }
        let date = value.parse::<jiff::civil::Date>().ok();
        (date, date.is_none())
    };
    let ((from, no_from), (until, no_until)) = (day("from"), day("until"));
    let start = |date: jiff::civil::Date| {
        let midnight: Option<jiff::Timestamp> = format!("{date}T00:00:00Z").parse().ok();
        midnight.map(jiff::Timestamp::as_millisecond)
    };
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let (person, region, secret) = (text("person"), text("region"), text("secret"));
    let filter = Filter {
        person: some(&person),
        region: some(&region),
        secret: some(&secret),
        event: some(&event),
        outcome: some(&outcome),
        from_ms: from.and_then(start),
        until_ms: until.and_then(|date| date.tomorrow().ok()).and_then(start),
        before: parameter(uri, "before").and_then(|seq| seq.parse().ok()),
    };
    let page = ActivityPage {
        person,
        region,
        secret,
        event,
        outcome,
        from: from.map(|date| date.to_string()).unwrap_or_default(),
        until: until.map(|date| date.to_string()).unwrap_or_default(),
        is_invalid: no_event || no_outcome || no_from || no_until,
        json_lines: address("/activity.jsonl", uri, None),
        csv: address("/activity.csv", uri, None),
        ..ActivityPage::default()
    };
    (filter, page)
}

/// The same filter elsewhere.
fn address(path: &str, uri: &Uri, before: Option<i64>) -> String {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(name, value)| name != "before" && !value.is_empty()));
    if let Some(before) = before {
        query.append_pair("before", &before.to_string());
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

fn row(Kept { record, .. }: Kept) -> ActivityRow {
    let outcome = record.outcome_name();
    let at: Option<jiff::Timestamp> = record.at.parse().ok();
    ActivityRow {
        at_ms: at.map(jiff::Timestamp::as_millisecond).unwrap_or_default(),
        event: record.event,
        outcome,
        code: record.code,
        name: record.who.name,
        person: record.who.person,
        from: record.who.from,
        region: record.what.region,
        secret: record.what.secret,
        about: record.what.about,
        parameters: record
            .what
            .parameters
            .into_iter()
            .map(|(name, value)| (name, shown_value(&value)))
            .collect(),
        request_id: record.who.request_id,
        cloud_request_ids: record.cloud_request_ids,
    }
}

pub(super) fn shown_value(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn cells(Kept { record, hash }: &Kept) -> [String; 16] {
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        record.seq.to_string(),
        record.at.clone(),
        record.event.clone(),
        record.outcome_name(),
        some(&record.code),
        record.who.person.clone(),
        record.who.name.clone(),
        record.who.from.clone(),
        some(&record.who.session),
        some(&record.what.region),
        some(&record.what.secret),
        some(&record.what.about),
        serde_json::Value::Object(record.what.parameters.clone()).to_string(),
        record.who.request_id.clone(),
        record.cloud_request_ids.join(" "),
        hash.clone(),
    ]
}

/// What starts a formula in a spreadsheet, in the widths of East Asian scripts too.
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Puts a quote in front of what a spreadsheet would take for a formula: at the start, and after a semicolon or a tab, which
/// separate cells in some languages.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len() + 1);
    let mut is_start = true;
    for c in text.chars() {
        if is_start && FORMULA_STARTS.contains(&c) {
            harmless.push('\'');
        }
        is_start = matches!(c, ';' | '\t' | '\r' | '\n') || (is_start && c.is_whitespace());
        harmless.push(c);
    }
    harmless
}

fn file(
    kind: &'static str,
    name: &str,
    content: impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static,
) -> Response {
    let mut response = Body::from_stream(content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
