//! The vendor's errors: HTTP status, code and message, in its spelling (`kms-ram-api.md` 0.6).

use axum::http::StatusCode;
use serde_json::Value;

/// An error answer; the request ID is added where the answer is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// `AccessDeniedDetail`: who lacked what.
    pub(crate) denied: Option<Value>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status: status.as_u16(), code: code.into(), message: message.into(), denied: None }
    }

    /// RAM's and STS's refusal.
    pub(crate) fn no_permission() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "NoPermission",
            "You are not authorized to do this action. You should be authorized by RAM.",
        )
    }

    /// A document that is no policy; `why` is a half sentence.
    pub(crate) fn malformed_policy(why: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MalformedPolicyDocument",
            format!("The policy is malformed: {why}."),
        )
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "MissingParameter",
            format!("The parameter \"{parameter}\" is needed but not provided."),
        )
    }

    pub(crate) fn invalid(parameter: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "InvalidParameter",
            format!("The specified parameter \"{parameter}\" is not valid."),
        )
    }

    /// Invalid, and why: more than the vendor says, for those who test against the sandbox.
    pub(crate) fn invalid_because(parameter: &str, why: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "InvalidParameter",
            format!("The specified parameter \"{parameter}\" is not valid: {why}."),
        )
    }

    pub(crate) fn secret_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Forbidden.ResourceNotFound", "The resource is not found.")
    }

    pub(crate) fn in_deletion_window() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "Rejected.ResourceInDeleteWindow",
            "The secret is planned to be deleted.",
        )
    }

    /// That it is refused is documented, the code is not (UNVERIFIED).
    pub(crate) fn rotating() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "Rejected.SecretInRotation",
            "Your secret is being rotated, please try again later.",
        )
    }

    pub(crate) fn throttled(why: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Rejected.Throttling", format!("QPS Limit Exceeded: {why}."))
    }

    pub(crate) fn too_many_access_keys() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "LimitExceeded.User.AccessKey",
            "The access key count of the user access keys beyond the current limits.",
        )
    }

    /// That creation fails without it is documented, the code is not (UNVERIFIED).
    pub(crate) fn no_service_role(name: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Forbidden.NoPermission",
            format!("The service role {name} does not exist, or does not let KMS manage AccessKeys."),
        )
    }

    /// Nothing is done: what the file does not take is taken back.
    pub(crate) fn not_saved() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalFailure",
            "The sandbox's state could not be saved, and nothing was done; see its log.",
        )
    }

    pub(crate) fn exists() -> Self {
        Self::new(StatusCode::CONFLICT, "Rejected.ResourceExist", "The resource already exists.")
    }

    /// The code is documented, its status is not (UNVERIFIED: 409).
    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "Rejected.Unavailable",
            "The request is rejected because the secret state is unavailable.",
        )
    }
}
