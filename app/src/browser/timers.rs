//! Waiting, by gloo-timers.

/// Runs once after so many milliseconds, unless the reactive owner that asked for it ends or runs again before.
pub(crate) fn after(milliseconds: u32, run: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let timeout = gloo_timers::callback::Timeout::new(milliseconds, run);
        leptos::prelude::StoredValue::new_local(timeout);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (milliseconds, run);
}
