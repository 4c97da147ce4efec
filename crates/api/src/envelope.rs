//! Reads the envelope of a response, `{ status, data | error }`, and maps error codes and HTTP statuses to error
//! kinds.
//!
//! A response without an envelope may come from an intermediary (proxy, captive portal) instead of the API. It never
//! ends the session and says nothing about the user's permissions. Its status still counts (`kind_without_envelope`),
//! but its body is ignored.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::request::RawResponse;
use crate::wire::lenient;
use crate::{ApiError, ApiErrorKind, Delivery};

/// Maximum length of a server message, in characters.
const MAX_MESSAGE_LENGTH: usize = 500;
/// Maximum wait that a server may request.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Which response without a body is accepted from the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmptyBody {
    /// None: every response must have an envelope.
    Never,
    /// 304, for a conditional read.
    NotModified,
    /// 204, for a write.
    NoContent,
}

impl EmptyBody {
    fn accepts(self, status: u16) -> bool {
        matches!((self, status), (Self::NotModified, 304) | (Self::NoContent, 204))
    }
}

/// The `data` of a response; null for a response without a body that `empty_body` accepts.
pub(crate) fn data(response: &RawResponse, empty_body: EmptyBody) -> Result<Value, ApiError> {
    let status = response.status.as_u16();
    if empty_body.accepts(status) {
        return Ok(Value::Null);
    }
    match envelope(&response.body) {
        Some(Envelope::Data(data)) if (200..=299).contains(&status) => Ok(data),
        Some(Envelope::Error { code, error }) => {
            let kind = kind_by_code(code).or_else(|| kind_by_status(status)).unwrap_or(ApiErrorKind::Rejected);
            Err(api_error(response, kind, Some((code, &error))))
        }
        _ => Err(api_error(response, kind_without_envelope(status), None)),
    }
}

/// The two forms of an API response.
enum Envelope {
    /// `status` is true, and there is `data`.
    Data(Value),
    /// `status` is false, and there is an `error` with a code.
    Error { code: i64, error: Map<String, Value> },
}

/// Parses an envelope; `None` if the body is anything else.
fn envelope(body: &[u8]) -> Option<Envelope> {
    let Some(Value::Object(mut envelope)) = lenient::parse(body) else { return None };
    match envelope.get("status")? {
        Value::Bool(true) => envelope.remove("data").filter(Value::is_object).map(Envelope::Data),
        Value::Bool(false) => {
            let Some(Value::Object(error)) = envelope.remove("error") else { return None };
            lenient::integer(&error, "code").map(|code| Envelope::Error { code, error })
        }
        _ => None,
    }
}

/// The error for a valid envelope without the expected data.
pub(crate) fn unreadable(response: &RawResponse) -> ApiError {
    api_error(response, ApiErrorKind::Unreadable, None)
}

fn api_error(response: &RawResponse, kind: ApiErrorKind, error: Option<(i64, &Map<String, Value>)>) -> ApiError {
    let status = response.status.as_u16();
    let delivery = match (error, status) {
        // The API refused the request. After an internal error (`Transient`) it may have carried the request out.
        (Some(_), _) if kind != ApiErrorKind::Transient => Delivery::Answered,
        // Servers and intermediaries check rate limits before they carry out or forward a request.
        (_, 429) => Delivery::Answered,
        // An intermediary may have forwarded the request before it responded.
        _ => Delivery::Unknown,
    };
    ApiError {
        http_status: Some(status),
        code: error.map(|(code, _)| code),
        server_message: error.and_then(|(_, error)| message(error)),
        retry_after: response.retry_after.as_deref().and_then(|value| retry_after(value, response.date.as_deref())),
        host: Some(response.host.clone()),
        ..ApiError::new(kind, delivery)
    }
}

fn message(error: &Map<String, Value>) -> Option<String> {
    let text = error.get("message")?.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(MAX_MESSAGE_LENGTH).collect())
}

fn kind_by_code(code: i64) -> Option<ApiErrorKind> {
    Some(match code {
        3001 => ApiErrorKind::Missing { known: true },
        4002 | 4004 => ApiErrorKind::SignedOut,
        4003 => ApiErrorKind::Forbidden,
        4006 => ApiErrorKind::WrongCredentials,
        4013 => ApiErrorKind::TwoFactorWrong,
        4014 => ApiErrorKind::TwoFactorRequired,
        5057 | 5120 => ApiErrorKind::Rejected,
        _ => return None,
    })
}

/// The kind of an API error with an unknown code; `None` if the status does not determine it.
fn kind_by_status(status: u16) -> Option<ApiErrorKind> {
    Some(match status {
        401 => ApiErrorKind::SignedOut,
        403 => ApiErrorKind::Forbidden,
        404 => ApiErrorKind::Missing { known: false },
        409 | 412 => ApiErrorKind::Changed,
        408 | 429 | 500..=599 => ApiErrorKind::Transient,
        _ => return None,
    })
}

/// The kind of a response without an envelope. Busy gateways use the same statuses as a busy server, and a gateway
/// may check `If-Match` before the API does.
fn kind_without_envelope(status: u16) -> ApiErrorKind {
    match status {
        301 | 302 | 303 | 307 | 308 => ApiErrorKind::Redirected,
        408 | 429 | 500..=599 => ApiErrorKind::Transient,
        409 | 412 => ApiErrorKind::Changed,
        _ => ApiErrorKind::Intermediary,
    }
}

/// Parses seconds or a date. A date is compared with the server's clock, if the response contains it.
fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let now = server_time(date).unwrap_or_else(SystemTime::now);
            // A date in the past means no wait.
            httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// The server's clock, from its `Date` header.
pub(crate) fn server_time(date: Option<&str>) -> Option<SystemTime> {
    httpdate::parse_http_date(date?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use reqwest::StatusCode;
    use zeroize::Zeroizing;

    use super::*;
    use crate::ApiErrorKind as Kind;
    use crate::Delivery::{Answered, Unknown};

    fn response(status: u16, body: &str) -> RawResponse {
        let body = Zeroizing::new(body.as_bytes().to_vec());
        let status = StatusCode::from_u16(status).unwrap();
        let (etag, date, retry_after, location) = (None, None, None, None);
        RawResponse { status, etag, date, retry_after, location, body, host: "api.example.com".into() }
    }

    fn error_body(code: &str) -> String {
        format!(r#"{{"status":false,"error":{{"code":{code},"message":"No"}}}}"#)
    }

    fn parse(status: u16, body: &str) -> Result<Value, ApiError> {
        data(&response(status, body), EmptyBody::Never)
    }

    #[test]
    fn a_known_code_takes_precedence_over_the_status() {
        for (code, kind) in [
            (3001, Kind::Missing { known: true }),
            (4002, Kind::SignedOut),
            (4003, Kind::Forbidden),
            (4004, Kind::SignedOut),
            (4006, Kind::WrongCredentials),
            (4013, Kind::TwoFactorWrong),
            (4014, Kind::TwoFactorRequired),
            (5057, Kind::Rejected),
            (5120, Kind::Rejected),
        ] {
            for status in [200, 302, 400, 401, 403, 404, 409, 500] {
                let error = parse(status, &error_body(&code.to_string())).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, Answered), "{code} with {status}");
                assert_eq!((error.code, error.http_status), (Some(code), Some(status)));
                assert_eq!(error.server_message.as_deref(), Some("No"));
            }
        }
    }

    #[test]
    fn the_status_decides_if_the_code_is_unknown() {
        for (status, kind, delivery) in [
            (200, Kind::Rejected, Answered),
            (302, Kind::Rejected, Answered),
            (400, Kind::Rejected, Answered),
            (401, Kind::SignedOut, Answered),
            (403, Kind::Forbidden, Answered),
            (404, Kind::Missing { known: false }, Answered),
            (408, Kind::Transient, Unknown),
            (409, Kind::Changed, Answered),
            (412, Kind::Changed, Answered),
            (413, Kind::Rejected, Answered),
            (429, Kind::Transient, Answered),
            (500, Kind::Transient, Unknown),
            (503, Kind::Transient, Unknown),
        ] {
            for code in ["9999", "4010", "4011", "-1"] {
                let error = parse(status, &error_body(code)).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, delivery), "{status} with {code}");
            }
        }
    }

    /// Responses of intermediaries, and invalid envelopes.
    const INVALID_ENVELOPES: [&str; 14] = [
        "",
        "<!doctype html><title>Blocked</title>",
        "null",
        "[]",
        "{}",
        r#"{"message":"Unauthorized"}"#,
        r#"{"error":{"code":4002,"message":"No"}}"#,
        r#"{"status":401,"error":{"code":4002}}"#,
        r#"{"status":false}"#,
        r#"{"status":false,"error":"no"}"#,
        r#"{"status":false,"error":{"message":"No"}}"#,
        r#"{"status":"true","data":{}}"#,
        r#"{"status":true,"data":[]}"#,
        r#"{"status":true,"data":"#,
    ];

    #[test]
    fn without_an_envelope_only_the_status_decides() {
        for (status, kind, delivery) in [
            (200, Kind::Intermediary, Unknown),
            (204, Kind::Intermediary, Unknown),
            (300, Kind::Intermediary, Unknown),
            (302, Kind::Redirected, Unknown),
            (303, Kind::Redirected, Unknown),
            (304, Kind::Intermediary, Unknown),
            (400, Kind::Intermediary, Unknown),
            (401, Kind::Intermediary, Unknown),
            (403, Kind::Intermediary, Unknown),
            (404, Kind::Intermediary, Unknown),
            (405, Kind::Intermediary, Unknown),
            (407, Kind::Intermediary, Unknown),
            (408, Kind::Transient, Unknown),
            (409, Kind::Changed, Unknown),
            (412, Kind::Changed, Unknown),
            (413, Kind::Intermediary, Unknown),
            (421, Kind::Intermediary, Unknown),
            (429, Kind::Transient, Answered),
            (451, Kind::Intermediary, Unknown),
            (500, Kind::Transient, Unknown),
            (503, Kind::Transient, Unknown),
        ] {
            for body in INVALID_ENVELOPES {
                let error = parse(status, body).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, delivery), "{status} with {body}");
                assert_eq!((error.http_status, error.code), (Some(status), None));
            }
        }
    }

    #[test]
    fn a_success_needs_both_the_envelope_and_the_http_status() {
        for body in [r#"{"status":true,"data":{}}"#, r#"{"status":true,"data":{},"error":null,"took":5}"#] {
            assert_eq!(parse(200, body).unwrap(), serde_json::json!({}), "{body}");
            assert_eq!(parse(401, body).unwrap_err().kind, Kind::Intermediary, "{body}");
        }
    }

    #[test]
    fn a_response_without_a_body_is_accepted_only_if_the_request_allows_it() {
        for (empty_body, status) in [(EmptyBody::NoContent, 204), (EmptyBody::NotModified, 304)] {
            assert_eq!(data(&response(status, ""), empty_body).unwrap(), Value::Null);
        }
        for (empty_body, status) in
            [(EmptyBody::NoContent, 304), (EmptyBody::NotModified, 204), (EmptyBody::Never, 204)]
        {
            assert_eq!(data(&response(status, ""), empty_body).unwrap_err().kind, Kind::Intermediary);
        }
    }

    #[test]
    fn the_documented_errors_have_the_right_kind() {
        for (document, status, kind) in [
            (include_str!("../../../tests/contract/examples/error-3001.json"), 404, Kind::Missing { known: true }),
            (include_str!("../../../tests/contract/examples/error-4002.json"), 401, Kind::SignedOut),
            (include_str!("../../../tests/contract/examples/error-5120.json"), 400, Kind::Rejected),
        ] {
            assert_eq!(parse(status, document).unwrap_err().kind, kind);
        }
    }

    #[test]
    fn unusual_codes_and_messages_are_accepted() {
        let error = parse(400, &error_body(r#""4004""#)).unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::SignedOut, Some(4004)), "a code sent as text");
        let long = format!(r#"{{"status":false,"error":{{"code":7,"message":"{}"}}}}"#, "é".repeat(5000));
        let error = parse(400, &long).unwrap_err();
        assert_eq!((error.code, error.server_message.unwrap().chars().count()), (Some(7), 500));
        assert!(parse(200, &"[".repeat(100_000)).is_err());
    }

    #[test]
    fn retry_after_is_parsed_as_seconds_or_as_a_date() {
        let date = Some("Mon, 01 Jan 2024 00:00:00 GMT");
        let seconds = |value, date| retry_after(value, date).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 7 ", None), Some(7));
        assert_eq!(seconds("Mon, 01 Jan 2024 00:01:30 GMT", date), Some(90));
        assert_eq!(seconds("Sun, 31 Dec 2023 00:00:00 GMT", date), Some(0));
        assert_eq!(seconds("99999999999", None), Some(86_400));
        assert_eq!(seconds("Fri, 01 Jan 2100 00:00:00 GMT", None), Some(86_400));
        assert_eq!(seconds("soon", date), None);
        assert_eq!(seconds("-5", date), None);
    }

    #[test]
    fn the_error_message_names_status_and_code() {
        let error = parse(400, &error_body("5120")).unwrap_err();
        assert_eq!(error.to_string(), "the server refused this, HTTP status 400, code 5120");
    }
}
