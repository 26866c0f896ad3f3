//! The only place that touches the browser's own API. Each function does nothing, or its plain best, on the server.

pub(crate) mod clipboard;
pub(crate) mod document;
pub(crate) mod random;
pub(crate) mod storage;
pub(crate) mod time;
pub(crate) mod timers;
