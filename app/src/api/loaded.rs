//! Data of a page: rendered by the server, written into the page, read from there by the browser.

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::browser::{document, timers};

/// A resource of ours.
pub(crate) type Loaded<T> = Resource<T, Json>;

/// JSON, read as the server functions' answers are: two ways of reading would be compiled twice for each type.
pub(crate) struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// Asks again whenever the source changes.
pub(crate) fn load<S, T, Answer>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> Answer + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Answer: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, ask, false)
}

/// What follows from loaded data. In the browser it changes only when it differs, so that what stays the same is not drawn
/// anew. The server computes it at each look: on another thread, what was computed before the data came may not be
/// marked as stale yet when the page is rendered.
pub(crate) fn derived<T>(compute: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Clone + Send + Sync + 'static,
{
    #[cfg(feature = "ssr")]
    return Signal::derive(compute);
    #[cfg(not(feature = "ssr"))]
    return Memo::new(move |_| compute()).into();
}

/// Asks again now, or, while nobody looks at the page, a little later.
pub(crate) fn refetch_when_seen<T>(loaded: Loaded<T>, wait_ms: u32)
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    if document::is_visible() {
        loaded.refetch();
    } else {
        timers::after(wait_ms, move || refetch_when_seen(loaded, wait_ms));
    }
}

/// How soon an answer is asked for again while the server reads on, and once it is whole.
const READING_MS: u32 = 700;
const REFRESH_MS: u32 = 60_000;

/// What the server reads in the background, as far as it is known; and the way to have all of it read anew.
pub(crate) fn load_reading<S, T, E, Answer>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S, bool) -> Answer + Send + Sync + 'static,
    is_reading: fn(&T) -> bool,
) -> (Loaded<Result<T, E>>, impl Fn() + Copy + 'static)
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    E: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<T, E>> + Send + 'static,
{
    // Said once: only the question after the click reads anew what is known.
    let is_refresh = RwSignal::new(false);
    let loaded: Loaded<Result<T, E>> =
        load(source, move |source| ask(source, is_refresh.try_update(std::mem::take).unwrap_or_default()));
    Effect::new(move || {
        if let Some(Ok(read)) = loaded.get() {
            let wait_ms = if is_reading(&read) { READING_MS } else { REFRESH_MS };
            timers::after(wait_ms, move || refetch_when_seen(loaded, wait_ms));
        }
    });
    let refresh = move || {
        is_refresh.set(true);
        loaded.refetch();
    };
    (loaded, refresh)
}
