//! A cloud error in the console's terms. The vendor's own sentence stays in the log; its code and request ID go along.

use keyturn_app::model::error::{ApiError, CloudCause, ErrorCode};
use keyturn_cloud::{CloudError, ErrorKind, Service};

/// No `[[assume_role]]` is for a person.
pub(super) const NO_ROLE: &str = "NoRole";

pub(crate) fn to_api(error: CloudError) -> ApiError {
    // Nothing was sent: it is Keyturn that refuses.
    if error.code.as_deref() == Some(NO_ROLE) {
        let (message, hint) = keyturn_app::served::no_role();
        return ApiError { message, hint, ..ApiError::new(ErrorCode::Forbidden) };
    }
    let code = match error.code.as_deref() {
        Some("Rejected.Unavailable") => ErrorCode::Unavailable,
        Some("Rejected.InvalidState") => ErrorCode::NotInDeletionWindow,
        // The person's own token has ended: signing in brings a new one.
        Some(code) if error.action == "AssumeRoleWithOIDC" && code.contains("OIDCToken") => {
            ErrorCode::NoSession
        }
        Some("Rejected.SecretInRotation") => ErrorCode::Rotating,
        Some("LimitExceeded.User.AccessKey") => ErrorCode::NoRoomForKey,
        // It is KMS that misses the user, in the name of the secret.
        Some("EntityNotExist.User") if error.service == Service::Kms => ErrorCode::UserGone,
        _ => match error.kind {
            ErrorKind::NotFound => ErrorCode::NotFound,
            ErrorKind::InDeletionWindow => ErrorCode::InDeletionWindow,
            ErrorKind::AlreadyExists => ErrorCode::AlreadyExists,
            ErrorKind::Conflict => ErrorCode::Conflict,
            ErrorKind::InvalidParameter | ErrorKind::NoPermission => ErrorCode::CloudRefused,
            ErrorKind::BadCredentials => ErrorCode::CredentialsRefused,
            ErrorKind::ClockWrong => ErrorCode::ClockWrong,
            ErrorKind::Throttled if error.action == "RotateSecret" => ErrorCode::RotationThrottled,
            ErrorKind::Throttled => ErrorCode::Throttled,
            ErrorKind::ServiceFailure | ErrorKind::UnreadableAnswer => ErrorCode::CloudFailed,
            ErrorKind::Unreachable => ErrorCode::CloudUnreachable,
            ErrorKind::UnknownOutcome if is_write(error.action) => ErrorCode::UnknownOutcome,
            ErrorKind::UnknownOutcome | ErrorKind::OutOfTime => ErrorCode::CloudTooSlow,
        },
    };
    let refused = match error.kind {
        ErrorKind::NoPermission if code == ErrorCode::CloudRefused => {
            let action = format!("{}:{}", error.service.name().to_ascii_lowercase(), error.action);
            let (message, hint) = keyturn_app::served::no_permission(&action);
            ApiError { message, hint, ..ApiError::new(code) }
        }
        _ => ApiError::new(code),
    };
    ApiError {
        cloud: Some(CloudCause {
            service: error.service.name().into(),
            action: error.action.into(),
            code: error.code,
            request_id: error.request_id,
        }),
        retry_after_ms: error.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        ..refused
    }
}

/// As the browser and the audit log have it.
pub(crate) fn code_name(code: ErrorCode) -> String {
    serde_json::to_value(code).ok().and_then(|value| Some(value.as_str()?.to_owned())).unwrap_or_default()
}

/// A read that was lost did nothing; a write may have.
pub(super) fn is_write(action: &str) -> bool {
    !["List", "Describe", "Get", "Assume"].iter().any(|reading| action.starts_with(reading))
}
