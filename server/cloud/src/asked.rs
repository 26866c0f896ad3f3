//! On whose behalf calls are made, and until when the answer is of use.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static ASKED: Asked;
}

/// Who waits for the calls that are made within [`asked_by`].
#[derive(Clone, Debug)]
pub struct Asked {
    /// Calls take their turns as this person's. Where nobody is named, they are everybody's.
    pub person: Arc<str>,
    /// Nobody waits any longer for what comes after this.
    pub until: Option<Instant>,
}

/// Makes calls for somebody.
pub async fn asked_by<T>(asked: Asked, calls: impl Future<Output = T>) -> T {
    ASKED.scope(asked, calls).await
}

/// For a task that goes on with what a person has asked for, also after the person was answered.
pub fn as_now<F: Future>(calls: F) -> impl Future<Output = F::Output> {
    let asked = Asked { person: person(), until: None };
    async move { asked_by(asked, calls).await }
}

pub(crate) fn person() -> Arc<str> {
    ASKED.try_with(|asked| asked.person.clone()).unwrap_or_else(|_| Arc::from(""))
}

/// How much is left of the time that who asks waits; all of `most` where nobody does.
pub(crate) fn left(most: Duration) -> Duration {
    let until = ASKED.try_with(|asked| asked.until).ok().flatten();
    until.map_or(most, |until| until.saturating_duration_since(Instant::now()).min(most))
}
