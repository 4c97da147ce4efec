//! What every answer looks like: the envelope around data, and the refusals with their codes.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::config::CodeStatus;

/// What a handler gives back.
pub(crate) type Answer = Result<Response, Refusal>;

/// An answer with `status: false`.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: u16,
    pub(crate) message: Cow<'static, str>,
}

impl Refusal {
    fn new(status: StatusCode, code: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A request that does not fit the contract (the number is assumed).
    pub(crate) fn request(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5000, sentence)
    }

    /// The body of a PUT that cannot be applied; the sentence is for the person at the form.
    pub(crate) fn entity(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5120, sentence)
    }

    pub(crate) fn no_file() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 5006, "No File Found in request")
    }

    pub(crate) fn file_kind() -> Self {
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

    pub(crate) fn credentials() -> Self {
        Self::new(StatusCode::FORBIDDEN, 4006, "Invalid Credentials")
    }

    /// Not a pair of tokens that could be renewed: never one, or no longer the last one.
    pub(crate) fn invalid_pair() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 4011, "Last access token and refresh token invalid")
    }

    pub(crate) fn code_wrong(status: CodeStatus) -> Self {
        Self::new(status.into(), 4013, "Invalid 2FA code")
    }

    pub(crate) fn code_required(status: CodeStatus) -> Self {
        Self::new(status.into(), 4014, "Required two factor code")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 3001, "Entity not found")
    }

    /// Not 3001: that one says that an entity is gone, and a missing route says nothing about entities.
    pub(crate) fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, 3000, "Route not found")
    }

    pub(crate) fn no_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, 3002, "Method not allowed")
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, 5408, "The request took too long")
    }

    pub(crate) fn changed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, 5412, "The entity was changed meanwhile")
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, 5413, "The request is too large")
    }

    /// A fault of the sandbox itself: the cause goes to the log, not to the client.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed inside the sandbox");
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

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "status": false, "error": { "code": self.code, "message": self.message } });
        let mut response = json_response(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// 200 with the data in the envelope.
pub(crate) fn success(data: Value) -> Response {
    json_response(StatusCode::OK, &json!({ "status": true, "data": data }))
}

/// 204: done, without a body.
pub(crate) fn bare() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// 200 for an operation that has nothing to tell.
pub(crate) fn done(message: &str) -> Response {
    success(json!({ "done": true, "message": message }))
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
