//! Data of a page: rendered by the server, written into the page, read from there by the browser.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::browser::timers;
use crate::json::Json;
use crate::model::error::ApiError;

/// A resource of ours.
pub(crate) type Loaded<T> = Resource<T, Json>;

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

/// A question, such as the address that shows the answer, and the answer to it.
pub(crate) type Answered<T> = (String, Result<T, ApiError>);

/// What is shown of what is asked for again and again.
#[derive(Clone, PartialEq)]
pub(crate) struct Lasting<T> {
    pub(crate) question: String,
    pub(crate) answer: Result<T, ApiError>,
    /// Why the answer is not the newest.
    pub(crate) not_refreshed: Option<ApiError>,
}

/// The newest answer. Where that is a failure that may pass, what is known stays, if it is the answer to the same question; and
/// while nothing is asked.
pub(crate) fn lasting<T>(
    read: impl Fn() -> Option<Answered<T>> + Send + Sync + 'static,
) -> Signal<Option<Lasting<T>>>
where
    T: PartialEq + Clone + Send + Sync + 'static,
{
    let newest = move || {
        let (question, answer) = read()?;
        Some(Lasting { question, answer, not_refreshed: None })
    };
    #[cfg(feature = "ssr")]
    return Signal::derive(newest);
    #[cfg(not(feature = "ssr"))]
    return Memo::new(move |before: Option<&Option<Lasting<T>>>| {
        let Some(newest) = newest() else { return before.cloned().flatten() };
        let known = before
            .and_then(Option::as_ref)
            .filter(|known| known.answer.is_ok() && known.question == newest.question);
        match (known, newest.answer) {
            (Some(known), Err(error)) if error.code.may_pass() => {
                Some(Lasting { not_refreshed: Some(error), ..known.clone() })
            }
            (_, answer) => Some(Lasting { answer, ..newest }),
        }
    })
    .into();
}

/// Asks again whenever the page's script says that it is time: as often as the person wants.
pub(crate) fn refetch_in_time<T>(loaded: Loaded<T>)
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    #[cfg(feature = "hydrate")]
    {
        let listening = window_event_listener_untyped("keyturn:refresh", move |_| loaded.refetch());
        on_cleanup(move || listening.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = loaded;
}

/// How soon an answer is asked for again while the server reads on; and where that failed.
const READING_MS: u32 = 700;
const FAILED_MS: u32 = 5_000;

/// Asks again until the answer is whole: `is_whole` says so of an answer, and nothing of a failure.
pub(crate) fn refetch_until<T>(loaded: Loaded<T>, is_whole: impl Fn(&T) -> Option<bool> + 'static)
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    Effect::new(move |was_whole: Option<bool>| {
        let was_whole = was_whole.unwrap_or(true);
        let Some(answer) = loaded.get() else { return was_whole };
        let now = is_whole(&answer);
        if !now.unwrap_or(was_whole) {
            timers::after(if now.is_some() { READING_MS } else { FAILED_MS }, move || loaded.refetch());
        }
        now.unwrap_or(was_whole)
    });
}

/// What the server reads in the background, as far as it is known; and the way to have all of it read anew.
pub(crate) fn load_reading<S, T, Answer>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S, bool) -> Answer + Send + Sync + 'static,
    question: fn(&S) -> String,
    is_reading: fn(&T) -> bool,
) -> (Loaded<Answered<T>>, impl Fn() + Copy + Send + Sync + 'static)
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    // Said once: only the question after the click reads anew what is known.
    let is_refresh = RwSignal::new(false);
    let loaded: Loaded<Answered<T>> = load(source, move |source| {
        let question = question(&source);
        let answer = ask(source, is_refresh.try_update(std::mem::take).unwrap_or_default());
        async move { (question, answer.await) }
    });
    refetch_until(loaded, move |(_, answer)| Some(!is_reading(answer.as_ref().ok()?)));
    refetch_in_time(loaded);
    let refresh = move || {
        is_refresh.set(true);
        loaded.refetch();
    };
    (loaded, refresh)
}
