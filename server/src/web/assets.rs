//! The site's files, embedded in the binary: hashed, compressed at build time, immutable.

use std::sync::{LazyLock, OnceLock};

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keyturn_app::shell::{Assets, Language};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// What `.ci/site` has built: `build.json`, `pkg/…` and `public/…`, each beside its `.br` and `.gz`.
#[derive(RustEmbed)]
#[folder = "site/"]
struct Site;

/// What `build.json` says about the build.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Build {
    build: String,
    style_integrity: String,
    script_integrity: String,
}

/// Types by ending; a file with another one is not served.
const TYPES: &[(&str, &str)] = &[
    ("js", "text/javascript; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
    ("webmanifest", "application/manifest+json; charset=utf-8"),
];

/// For what is named by its hash.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Where this build's assets lie. Empty names where the site was not built, as in unit tests.
pub(crate) fn assets(language: Language) -> Assets {
    let build = site();
    Assets {
        build: build.build.clone(),
        words: format!("/words/{}.txt", words(language).0),
        style_integrity: build.style_integrity.clone(),
        script_integrity: build.script_integrity.clone(),
    }
}

/// The name of this build.
pub(crate) fn build() -> &'static str {
    &site().build
}

/// Read once.
fn site() -> &'static Build {
    static SITE: LazyLock<Build> = LazyLock::new(|| {
        Site::get("build.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
    });
    &SITE
}

/// The hash of the strings, and the strings.
fn words(language: Language) -> &'static (String, String) {
    static WORDS: [OnceLock<(String, String)>; Language::COUNT] =
        [const { OnceLock::new() }; Language::COUNT];
    WORDS[language as usize].get_or_init(|| {
        let words = keyturn_app::shell::words(language);
        let hash = Sha256::digest(&words);
        (hex::encode(&hash[..8]), words)
    })
}

/// `/words/{hash}.txt`.
pub(crate) async fn of_words(Path(file): Path<String>) -> Response {
    let hash = file.strip_suffix(".txt");
    let found = Language::WITH_TESTS.into_iter().map(words).find(|(of, _)| Some(of.as_str()) == hash);
    let Some((_, words)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, IMMUTABLE)];
    (headers, words.as_str()).into_response()
}

/// `/pkg/{build}/{file}`.
pub(crate) async fn of_build(Path((build, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    serve(&format!("pkg/{build}/{file}"), &headers, IMMUTABLE)
        .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// A file of `public/` by its name at the root; `None` where there is none.
pub(crate) fn public(path: &str, headers: &HeaderMap) -> Option<Response> {
    serve(&format!("public{path}"), headers, "public, max-age=3600")
}

fn serve(path: &str, headers: &HeaderMap, caching: &'static str) -> Option<Response> {
    let ending = path.rsplit_once('.')?.1;
    let (_, kind) = TYPES.iter().find(|(known, _)| *known == ending)?;
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |coding: &str| {
        accepted.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next() == Some(coding) && parts.next() != Some("q=0")
        })
    };
    let found = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, ending)| Some((Some(coding), Site::get(&format!("{path}.{ending}"))?)))
        .or_else(|| Some((None, Site::get(path)?)))?;
    let (coding, file) = found;
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, *kind)
        .header(header::CACHE_CONTROL, caching)
        .header(header::VARY, "accept-encoding");
    if let Some(coding) = coding {
        response = response.header(header::CONTENT_ENCODING, coding);
    }
    response.body(Body::from(file.data.into_owned())).ok()
}
