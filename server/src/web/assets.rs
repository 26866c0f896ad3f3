//! The site's files, embedded in the binary: hashed, compressed at build time, immutable.

use std::sync::{LazyLock, OnceLock};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keyturn_app::shell::{Assets, Language};
use rust_embed::RustEmbed;

use super::Web;
use crate::builds::{Builds, Files, words_of};

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
    profile: String,
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

/// Whether the site was built for people, and not for tests.
pub(crate) fn is_release() -> bool {
    site().profile == "wasm-release"
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
        (words_of(words.as_bytes()), words)
    })
}

/// Puts this version's files where replicas of others find them.
pub(crate) async fn publish(builds: &Builds) -> anyhow::Result<()> {
    let words = Language::WITH_TESTS.map(|language| words(language).1.as_str());
    builds.publish(build(), &files(), &words).await
}

/// Of this build, as they were before they were compressed.
fn files() -> Files {
    let folder = format!("pkg/{}/", build());
    let own = |path: &str| {
        let file =
            path.strip_prefix(&folder).filter(|file| !file.ends_with(".br") && !file.ends_with(".gz"))?;
        Some((file.to_owned(), Site::get(path)?.data.into_owned().into()))
    };
    Site::iter().filter_map(|path| own(&path)).collect()
}

/// `/words/{hash}.txt`.
pub(crate) async fn of_words(State(web): State<Web>, Path(file): Path<String>) -> Response {
    let Some(hash) = file.strip_suffix(".txt") else { return StatusCode::NOT_FOUND.into_response() };
    let own = Language::WITH_TESTS.into_iter().map(words).find(|(of, _)| of == hash);
    match own {
        Some((_, words)) => immutable("text/plain; charset=utf-8", Bytes::from_static(words.as_bytes())),
        None => of_another(web.builds.words(hash).await, "text/plain; charset=utf-8"),
    }
}

/// `/pkg/{build}/{file}`.
pub(crate) async fn of_build(
    State(web): State<Web>,
    Path((of, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match kind_of(&file) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(_) if of == build() => serve(&format!("pkg/{of}/{file}"), &headers, IMMUTABLE)
            .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response()),
        Some(kind) => of_another(web.builds.file(&of, &file).await, kind),
    }
}

fn of_another(found: anyhow::Result<Option<Bytes>>, kind: &'static str) -> Response {
    match found {
        Ok(Some(content)) => immutable(kind, content),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), "the files of another version cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn immutable(kind: &'static str, content: Bytes) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, IMMUTABLE)], content).into_response()
}

fn kind_of(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    TYPES.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

/// A file of `public/` by its name at the root; `None` where there is none.
pub(crate) fn public(path: &str, headers: &HeaderMap) -> Option<Response> {
    serve(&format!("public{path}"), headers, "public, max-age=3600")
}

fn serve(path: &str, headers: &HeaderMap, caching: &'static str) -> Option<Response> {
    let kind = kind_of(path)?;
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
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, caching)
        .header(header::VARY, "accept-encoding");
    if let Some(coding) = coding {
        response = response.header(header::CONTENT_ENCODING, coding);
    }
    response.body(Body::from(file.data.into_owned())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s57_the_site_is_named_by_the_hash_of_its_files() {
        assert!(!build().is_empty(), "the site is not built: node .ci/site.mjs gate");
        assert_eq!(crate::builds::build_of(&files()), build());
    }
}
