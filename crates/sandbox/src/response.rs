//! The response format: the envelope around data, and the errors with their codes.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::config::CodeStatus;

/// The result of a handler.
pub(crate) type HandlerResult = Result<Response, ApiError>;

/// An error response (`status: false`).
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: u16,
    pub(crate) message: Cow<'static, str>,
}

impl ApiError {
    fn new(status: StatusCode, code: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A request that violates the contract. The service does not document the code; 5000 is an assumption.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5000, message)
    }

    /// A PUT body with an invalid value. The message is shown to the user.
    pub(crate) fn invalid_entity(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5120, message)
    }

    pub(crate) fn no_file() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5006, "No File Found in request")
    }

    pub(crate) fn unsupported_file() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5007, "File extension not allowed")
    }

    pub(crate) fn too_soon() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 4007, "Same action repeated too soon")
    }

    pub(crate) fn weak_password() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5057, "Insufficient Password Complexity")
    }

    pub(crate) fn no_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 4002, "No auth token")
    }

    pub(crate) fn invalid_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 4004, "Invalid Token")
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, 4003, "Forbidden")
    }

    pub(crate) fn foreign_host() -> Self {
        Self::new(StatusCode::FORBIDDEN, 4003, "This server answers to names of this computer only")
    }

    pub(crate) fn invalid_credentials() -> Self {
        Self::new(StatusCode::FORBIDDEN, 4006, "Invalid Credentials")
    }

    /// The tokens are not the current pair of a session.
    pub(crate) fn invalid_pair() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 4011, "Last access token and refresh token invalid")
    }

    pub(crate) fn wrong_code(status: CodeStatus) -> Self {
        Self::new(status.into(), 4013, "Invalid 2FA code")
    }

    pub(crate) fn code_required(status: CodeStatus) -> Self {
        Self::new(status.into(), 4014, "Required two factor code")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 3001, "Entity not found")
    }

    /// A missing route. The code differs from 3001, which means that an entity does not exist.
    pub(crate) fn route_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 3000, "Route not found")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, 3002, "Method not allowed")
    }

    pub(crate) fn timeout() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, 5408, "The request took too long")
    }

    pub(crate) fn precondition_failed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, 5412, "The entity was changed meanwhile")
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, 5413, "The request is too large")
    }

    /// An internal error. The cause is logged, not sent to the client.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed with an internal error");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1000, "Internal server error")
    }
}

impl From<CodeStatus> for StatusCode {
    fn from(status: CodeStatus) -> Self {
        match status {
            CodeStatus::Unauthorized401 => Self::UNAUTHORIZED,
            CodeStatus::BadRequest400 => Self::BAD_REQUEST,
            CodeStatus::Forbidden403 => Self::FORBIDDEN,
        }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "status": false, "error": { "code": self.code, "message": self.message } });
        let mut response = json_response(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// 200 with data.
pub(crate) fn success(data: Value) -> Response {
    json_response(StatusCode::OK, &json!({ "status": true, "data": data }))
}

/// 204 without a body.
pub(crate) fn no_content() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// 200 for an operation that returns no data.
pub(crate) fn done(message: &str) -> Response {
    success(json!({ "done": true, "message": message }))
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
