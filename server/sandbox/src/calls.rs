//! The call log: who called what with which answer, newest first, bounded, without any value.

use std::collections::VecDeque;

use serde::Serialize;

const KEPT: usize = 1_000;

/// One call as `GET /_sandbox/calls` shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    pub(crate) at: String,
    pub(crate) service: String,
    pub(crate) action: String,
    pub(crate) region: String,
    pub(crate) caller: Option<String>,
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) request_id: String,
}

#[derive(Debug, Default)]
pub(crate) struct Calls(VecDeque<Call>);

impl Calls {
    pub(crate) fn push(&mut self, call: Call) {
        self.0.truncate(KEPT - 1);
        self.0.push_front(call);
    }

    pub(crate) fn newest(&self, limit: usize) -> Vec<&Call> {
        self.0.iter().take(limit).collect()
    }
}
