//! Failures on demand: which call fails how, how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;

const MOST_FAULTS: usize = 100;
const LONGEST_DELAY_MS: u64 = 60_000;

/// What goes wrong with a call (`contract.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Answers with `status` and `code`, without doing the work.
    Error,
    /// Does the work, and answers so many `millis` later.
    Delay,
    /// Cuts the connection without doing the work.
    Drop,
    /// Does the work, then cuts the connection.
    LoseAnswer,
    /// Sends half of the answer, then cuts the connection.
    HalfBody,
    /// Sends the answer in pieces, over so many `millis`.
    SlowBody,
    /// Answers what is not JSON, as JSON.
    BadJson,
    /// Answers a web page.
    WrongType,
}

/// A fault as it is sent to `POST /_sandbox/faults`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(skip_deserializing)]
    pub(crate) id: u64,
    #[serde(default = "any")]
    service: String,
    #[serde(default = "any")]
    action: String,
    #[serde(default = "any")]
    pub(crate) region: String,
    kind: Kind,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    message: Option<String>,
    /// How many calls it hits; without it, all until it is removed.
    #[serde(default)]
    times: Option<u64>,
    /// Of so many matching calls, from 0 to 1.
    #[serde(default = "always")]
    share: f64,
    #[serde(default)]
    millis: u64,
    /// How far the share has added up: every whole one is a hit, so that it needs no chance.
    #[serde(skip)]
    due: f64,
}

fn any() -> String {
    "*".into()
}

fn always() -> f64 {
    1.0
}

/// What the faults do to one call.
#[derive(Debug, Default)]
pub(crate) struct Effect {
    pub(crate) delay: Option<Duration>,
    pub(crate) error: Option<ApiError>,
    /// The connection is cut and nothing done.
    pub(crate) is_dropped: bool,
    pub(crate) answer: Damage,
}

/// What becomes of an answer on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Damage {
    #[default]
    None,
    Lost,
    Half,
    Slow(Duration),
    BadJson,
    WrongType,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<Fault>,
    last_id: u64,
}

impl Faults {
    /// Answers with the new fault's ID, or with what is wrong with it.
    pub(crate) fn add(&mut self, mut fault: Fault) -> Result<u64, String> {
        if self.active.len() >= MOST_FAULTS {
            return Err(format!("at most {MOST_FAULTS} faults at a time; remove some"));
        }
        match fault.kind {
            Kind::Error if !fault.status.is_some_and(|status| (400..=599).contains(&status)) => {
                return Err("an error needs a `status` from 400 to 599".into());
            }
            Kind::Delay | Kind::SlowBody if !(1..=LONGEST_DELAY_MS).contains(&fault.millis) => {
                return Err(format!("this kind needs `millis` from 1 to {LONGEST_DELAY_MS}"));
            }
            _ => {}
        }
        if !(fault.share > 0.0 && fault.share <= 1.0) {
            return Err("`share` is more than 0, and 1 at the most".into());
        }
        if fault.times == Some(0) {
            return Err("`times` is 1 at least; without it, the fault stays until it is removed".into());
        }
        if !["*", "kms", "ram", "sts"].contains(&fault.service.to_lowercase().as_str()) {
            return Err("`service` is kms, ram, sts or *".into());
        }
        if fault.code.iter().chain(&fault.message).any(|text| text.chars().any(char::is_control)) {
            return Err("`code` and `message` are texts without control characters".into());
        }
        self.last_id += 1;
        fault.id = self.last_id;
        self.active.push(fault);
        Ok(self.last_id)
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.active
    }

    /// False where there is none of that ID.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|fault| fault.id != id);
        self.active.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// What happens to this call; counts it.
    pub(crate) fn strike(&mut self, service: &str, action: &str, region: &str) -> Effect {
        let mut effect = Effect::default();
        let hits = |pattern: &str, value: &str| pattern == "*" || pattern.eq_ignore_ascii_case(value);
        self.active.retain(|fault| fault.times != Some(0));
        for fault in &mut self.active {
            let matches = hits(&fault.service, service)
                && hits(&fault.action, action)
                && hits(&fault.region, region)
                && fault.times != Some(0);
            if !matches {
                continue;
            }
            fault.due += fault.share;
            if fault.due < 1.0 {
                continue;
            }
            fault.due -= 1.0;
            fault.times = fault.times.map(|times| times - 1);
            match fault.kind {
                Kind::Delay => effect.delay = Some(Duration::from_millis(fault.millis)),
                Kind::Drop => effect.is_dropped = true,
                Kind::LoseAnswer => effect.answer = Damage::Lost,
                Kind::HalfBody => effect.answer = Damage::Half,
                Kind::SlowBody => effect.answer = Damage::Slow(Duration::from_millis(fault.millis)),
                Kind::BadJson => effect.answer = Damage::BadJson,
                Kind::WrongType => effect.answer = Damage::WrongType,
                Kind::Error => {
                    let status = fault.status.unwrap_or(500);
                    effect.error = Some(ApiError {
                        status,
                        code: fault.code.clone().unwrap_or_else(|| default_code(status).into()),
                        message: fault
                            .message
                            .clone()
                            .unwrap_or_else(|| "A fault that was asked for at /_sandbox/faults.".into()),
                        denied: None,
                    });
                }
            }
        }
        effect
    }
}

fn default_code(status: u16) -> &'static str {
    match status {
        403 => "Forbidden.NoPermission",
        404 => "Forbidden.ResourceNotFound",
        429 => "Rejected.Throttling",
        503 => "ServiceUnavailableTemporary",
        500..=599 => "InternalFailure",
        _ => "InvalidParameter",
    }
}
