//! The one error that the browser sees, as `contract.md` has it: what happened, what to do next, and the vendor's code.

use serde::{Deserialize, Serialize};

use super::new_secret::{InvalidInput, Proof};

/// An error of a server function, in the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiError {
    pub code: ErrorCode,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// Ours, for the log.
    pub request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<CloudCause>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// Which call failed, with the vendor's code and request ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudCause {
    pub service: String,
    pub action: String,
    pub code: Option<String>,
    pub request_id: Option<String>,
}

/// A message that belongs under a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    pub field: String,
    pub code: String,
    pub message: String,
}

impl FieldError {
    /// Of an AccessKey secret, by the ID of its AccessKey: under the field that the wizard gives it.
    pub fn unproven(id: &str, proof: Proof) -> Self {
        let code = proof.code().unwrap_or_default();
        let message = crate::locales::t().create().unproven(proof).to_owned();
        Self { field: format!("value-{id}"), code: code.into(), message }
    }

    /// In the person's language.
    pub fn of(field: &str, error: InvalidInput) -> Self {
        let code = match error {
            InvalidInput::Missing => "missing",
            InvalidInput::TooLong(_) => "too_long",
            InvalidInput::NotATag(_) => "not_a_tag",
            InvalidInput::NotAPair(_) => "not_a_pair",
            InvalidInput::TooMany(_) => "too_many",
        };
        Self { field: field.into(), code: code.into(), message: crate::locales::t().create().invalid(error) }
    }
}

/// The kinds that a caller tells apart; each has its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    Malformed,
    NoSession,
    Forbidden,
    /// What cannot be undone needs a sign-in of the last minutes.
    ConfirmIdentity,
    /// It waits for a second person.
    NeedsApproval,
    /// A change that does not come from our own pages.
    CrossSite,
    NotFound,
    InDeletionWindow,
    NotInDeletionWindow,
    AlreadyExists,
    Unavailable,
    /// A rotation is under way.
    Rotating,
    /// The RAM user that a secret manages does not exist.
    UserGone,
    /// The RAM user has a second AccessKey that KMS does not know.
    NoRoomForKey,
    /// An AccessKey that works is not deleted.
    KeyActive,
    /// The AccessKey is the current value of a secret.
    KeyInUse,
    /// Whether a secret lives by the AccessKey cannot be told now.
    KeyUnsure,
    /// Neither of KMS's service roles lets it manage AccessKeys.
    NoServiceRole,
    Conflict,
    /// Somebody else changed it since this person saw it.
    ChangedMeanwhile,
    ClientOutdated,
    TooLarge,
    WrongType,
    WrongHost,
    Invalid,
    Throttled,
    /// The same for immediate rotations, of which an account has few.
    RotationThrottled,
    CloudRefused,
    /// The cloud does not take what signs the calls, or there is nothing to sign them with.
    CredentialsRefused,
    /// The cloud refuses the time of the machine that Keyturn runs on.
    ClockWrong,
    CloudFailed,
    CloudUnreachable,
    CloudTooSlow,
    /// A write whose answer was lost, and that could not be settled by reading.
    UnknownOutcome,
    /// What cannot be written to the audit log is not done.
    AuditDown,
    /// Keyturn's own fault.
    Internal,
    /// The browser could not reach Keyturn.
    Offline,
}

impl ErrorCode {
    pub const ALL: [Self; 37] = [
        Self::Malformed,
        Self::NoSession,
        Self::Forbidden,
        Self::ConfirmIdentity,
        Self::NeedsApproval,
        Self::CrossSite,
        Self::NotFound,
        Self::InDeletionWindow,
        Self::NotInDeletionWindow,
        Self::AlreadyExists,
        Self::Unavailable,
        Self::Rotating,
        Self::UserGone,
        Self::NoRoomForKey,
        Self::KeyActive,
        Self::KeyInUse,
        Self::KeyUnsure,
        Self::NoServiceRole,
        Self::Conflict,
        Self::ChangedMeanwhile,
        Self::ClientOutdated,
        Self::TooLarge,
        Self::WrongType,
        Self::WrongHost,
        Self::Invalid,
        Self::Throttled,
        Self::RotationThrottled,
        Self::CloudRefused,
        Self::CredentialsRefused,
        Self::ClockWrong,
        Self::CloudFailed,
        Self::CloudUnreachable,
        Self::CloudTooSlow,
        Self::UnknownOutcome,
        Self::AuditDown,
        Self::Internal,
        Self::Offline,
    ];

    /// Whether the same may go well a little later, with nothing done about it.
    pub fn may_pass(self) -> bool {
        self.status() >= 429
    }

    /// The HTTP status of an answer with this code.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NoSession => 401,
            Self::Forbidden | Self::ConfirmIdentity | Self::NeedsApproval | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::InDeletionWindow
            | Self::NotInDeletionWindow
            | Self::AlreadyExists
            | Self::Unavailable
            | Self::Rotating
            | Self::UserGone
            | Self::NoRoomForKey
            | Self::KeyActive
            | Self::KeyInUse
            | Self::KeyUnsure
            | Self::NoServiceRole
            | Self::Conflict
            | Self::ChangedMeanwhile
            | Self::ClientOutdated => 409,
            Self::TooLarge => 413,
            Self::WrongType => 415,
            Self::WrongHost => 421,
            Self::Invalid => 422,
            Self::Throttled | Self::RotationThrottled => 429,
            Self::Internal => 500,
            Self::CloudRefused | Self::CredentialsRefused | Self::ClockWrong | Self::CloudFailed => 502,
            Self::CloudUnreachable | Self::AuditDown | Self::Offline => 503,
            Self::CloudTooSlow | Self::UnknownOutcome => 504,
        }
    }
}

impl ApiError {
    /// With the code's own words in the person's language.
    pub fn new(code: ErrorCode) -> Self {
        let (message, hint) = crate::locales::t().errors.of(code);
        Self {
            code,
            message: message.into(),
            hint: hint.into(),
            request_id: String::new(),
            cloud: None,
            fields: Vec::new(),
            retry_after_ms: None,
        }
    }

    /// The same in the language of the person who asks now.
    pub fn in_words(self) -> Self {
        let Self { message, hint, .. } = Self::new(self.code);
        Self { message, hint, ..self }
    }

    /// A refused input, with one message for each field.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(ErrorCode::Invalid) }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.message, self.hint)
    }
}

impl std::error::Error for ApiError {}

impl server_fn::error::FromServerFnError for ApiError {
    type Encoder = crate::json::Json;

    fn from_server_fn_error(error: server_fn::error::ServerFnErrorErr) -> Self {
        use server_fn::error::ServerFnErrorErr as E;
        Self::new(match error {
            E::Request(_) => ErrorCode::Offline,
            E::Args(_) | E::MissingArg(_) | E::Deserialization(_) => ErrorCode::Malformed,
            _ => ErrorCode::Internal,
        })
    }
}
