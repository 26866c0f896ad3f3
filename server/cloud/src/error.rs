//! What can go wrong with a call, and whether it may be repeated. It never holds a parameter's value.

use std::fmt;
use std::time::Duration;

use crate::client::Effect;
use crate::endpoint::Service;

/// The code, not the vendor's, of a call that there was nothing to sign with.
pub const NO_CREDENTIALS: &str = "NoCredentials";

/// A failed call: its kind, the vendor's code and request ID where the vendor answered.
#[derive(Clone, Debug, thiserror::Error)]
pub struct CloudError {
    pub kind: ErrorKind,
    pub service: Service,
    pub action: &'static str,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The vendor's code, such as `Forbidden.ResourceNotFound`.
    pub code: Option<String>,
    /// The vendor's sentence, in English.
    pub message: String,
    /// The vendor's request ID, for its support.
    pub request_id: Option<String>,
    /// How long the vendor asks to wait.
    pub retry_after: Option<Duration>,
}

impl CloudError {
    /// Without an answer of the vendor's.
    pub fn new(kind: ErrorKind, service: Service, action: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            service,
            action,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            retry_after: None,
        }
    }

    /// Nothing could be sent, as there is nothing to sign it with.
    pub(crate) fn without_credentials(message: String) -> Self {
        let code = Some(NO_CREDENTIALS.into());
        Self { code, ..Self::new(ErrorKind::BadCredentials, Service::Sts, "", message) }
    }

    /// What it means for such a call: a write that something was answered to, but nothing that can be read, or by somebody
    /// between, may have taken effect.
    pub(crate) fn of(self, effect: Effect) -> Self {
        let is_lost = match self.kind {
            ErrorKind::UnreadableAnswer => true,
            ErrorKind::ServiceFailure => {
                self.code.is_none() && self.status.is_some_and(|status| status >= 500)
            }
            _ => false,
        };
        match effect {
            Effect::Write if is_lost => Self { kind: ErrorKind::UnknownOutcome, ..self },
            _ => self,
        }
    }

    /// Of the call that fetches credentials: whatever became of it, the one that they are for was not sent.
    pub(crate) fn before_the_call(self) -> Self {
        match self.kind {
            ErrorKind::UnknownOutcome => Self { kind: ErrorKind::Unreachable, ..self },
            _ => self,
        }
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {:?}", self.service.name(), self.action, self.kind)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        Ok(())
    }
}

/// The kinds of failure that a caller tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was named does not exist.
    NotFound,
    /// The secret is in its deletion window.
    InDeletionWindow,
    /// A secret for this RAM user, or of this name, exists.
    AlreadyExists,
    /// The service refuses because of the resource's state, for example a rotation under way.
    Conflict,
    /// The vendor says that a parameter is wrong.
    InvalidParameter,
    /// The credentials may not do this.
    NoPermission,
    /// The credentials themselves are refused.
    BadCredentials,
    /// The time of this machine is too far from the cloud's.
    ClockWrong,
    /// Too many calls.
    Throttled,
    /// The service failed.
    ServiceFailure,
    /// No connection could be made: the call did not take effect.
    Unreachable,
    /// Who asks has no time left for it: the call was not sent.
    OutOfTime,
    /// The time ran out, or the connection broke, after the call was sent: it may have taken effect.
    UnknownOutcome,
    /// The answer was not what the vendor documents.
    UnreadableAnswer,
}

impl ErrorKind {
    /// The kind for a vendor's answer that is not a success.
    pub fn of(status: u16, code: &str) -> Self {
        match code {
            "Rejected.ResourceInDeleteWindow" => Self::InDeletionWindow,
            "Rejected.ResourceExist" => Self::AlreadyExists,
            "Rejected.Throttling" => Self::Throttled,
            "SignatureDoesNotMatch" | "IncompleteSignature" => Self::BadCredentials,
            "InvalidTimeStamp.Expired" | "IllegalTimestamp" => Self::ClockWrong,
            "Forbidden.ResourceNotFound" | "Forbidden.KeyNotFound" => Self::NotFound,
            _ if code.starts_with("Throttling") => Self::Throttled,
            _ if code.starts_with("EntityNotExist.") => Self::NotFound,
            _ if code.starts_with("InvalidAccessKeyId.") || code.starts_with("InvalidSecurityToken.") => {
                Self::BadCredentials
            }
            _ => match status {
                429 => Self::Throttled,
                401 | 403 => Self::NoPermission,
                409 => Self::Conflict,
                404 => Self::NotFound,
                400..=499 => Self::InvalidParameter,
                _ => Self::ServiceFailure,
            },
        }
    }

    /// Whether a read may simply be tried again.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled
                | Self::ServiceFailure
                | Self::Unreachable
                | Self::UnknownOutcome
                | Self::UnreadableAnswer
        )
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn the_vendors_codes_become_kinds() {
        let cases = [
            (404, "Forbidden.ResourceNotFound", ErrorKind::NotFound),
            (409, "Rejected.ResourceInDeleteWindow", ErrorKind::InDeletionWindow),
            (409, "Rejected.ResourceExist", ErrorKind::AlreadyExists),
            (429, "Rejected.Throttling", ErrorKind::Throttled),
            (400, "Throttling.User", ErrorKind::Throttled),
            (404, "EntityNotExist.User", ErrorKind::NotFound),
            (404, "InvalidAccessKeyId.NotFound", ErrorKind::BadCredentials),
            (400, "InvalidTimeStamp.Expired", ErrorKind::ClockWrong),
            (403, "Forbidden.NoPermission", ErrorKind::NoPermission),
            (400, "InvalidParameter", ErrorKind::InvalidParameter),
            (500, "InternalFailure", ErrorKind::ServiceFailure),
        ];
        for (status, code, kind) in cases {
            assert_eq!(ErrorKind::of(status, code), kind, "{code}");
        }
    }
}
