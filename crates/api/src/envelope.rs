//! What an answer says: the envelope `{ status, data | error }`, and the table of codes and statuses. First of all it is
//! asked whether the answer is the API's own at all: anything else comes from something between this computer and the
//! server, and says nothing about the request, the session or the person's rights.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::request::Reply;
use crate::wire::lenient;
use crate::{ApiError, ApiErrorKind, Delivery};

/// Longest sentence of a server that is kept, in characters.
const LONGEST_MESSAGE: usize = 500;
/// Longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Which answer without a body counts as the API's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bodyless {
    /// None: every answer has an envelope.
    Never,
    /// 304, for a read that named a version.
    NotModified,
    /// 204, for a write.
    NoContent,
}

impl Bodyless {
    fn allows(self, status: u16) -> bool {
        matches!((self, status), (Self::NotModified, 304) | (Self::NoContent, 204))
    }
}

/// The `data` of an answer; null where `bodyless` allows an answer without one.
pub(crate) fn data(reply: &Reply, bodyless: Bodyless) -> Result<Value, ApiError> {
    let status = reply.status.as_u16();
    if bodyless.allows(status) {
        return Ok(Value::Null);
    }
    match envelope(&reply.body) {
        Some(Envelope::Data(data)) if (200..=299).contains(&status) => Ok(data),
        Some(Envelope::Error { code, error }) => {
            let kind = by_code(code).or_else(|| by_status(status)).unwrap_or(ApiErrorKind::Rejected);
            Err(failure(reply, kind, Some((code, &error))))
        }
        _ => Err(failure(reply, without_envelope(status), None)),
    }
}

/// The two forms that every answer of the API has.
enum Envelope {
    /// `status` is true, and there is `data`.
    Data(Value),
    /// `status` is false, and there is an `error` with a code.
    Error { code: i64, error: Map<String, Value> },
}

/// Reads the envelope; none where the body is anything else.
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

/// The failure for an answer whose envelope is fine and whose data is not what was asked for.
pub(crate) fn unreadable(reply: &Reply) -> ApiError {
    failure(reply, ApiErrorKind::Unreadable, None)
}

fn failure(reply: &Reply, kind: ApiErrorKind, error: Option<(i64, &Map<String, Value>)>) -> ApiError {
    let status = reply.status.as_u16();
    let delivery = match (error, status) {
        // The API said that it did not do it. Only where it failed itself, it may have.
        (Some(_), _) if kind != ApiErrorKind::Transient => Delivery::Answered,
        // Limits of requests are checked before anything is carried out, wherever they are.
        (_, 429) => Delivery::Answered,
        // Whoever answered may have passed the request on before.
        _ => Delivery::Unknown,
    };
    ApiError {
        http_status: Some(status),
        code: error.map(|(code, _)| code),
        server_message: error.and_then(|(_, error)| message(error)),
        retry_after: reply.retry_after.as_deref().and_then(|value| retry_after(value, reply.date.as_deref())),
        host: Some(reply.host.clone()),
        ..ApiError::new(kind, delivery)
    }
}

fn message(error: &Map<String, Value>) -> Option<String> {
    let text = error.get("message")?.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(LONGEST_MESSAGE).collect())
}

fn by_code(code: i64) -> Option<ApiErrorKind> {
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

/// What a refusal of the API means whose code is not known; none where the status says nothing.
fn by_status(status: u16) -> Option<ApiErrorKind> {
    Some(match status {
        401 => ApiErrorKind::SignedOut,
        403 => ApiErrorKind::Forbidden,
        404 => ApiErrorKind::Missing { known: false },
        409 | 412 => ApiErrorKind::Changed,
        408 | 429 | 500..=599 => ApiErrorKind::Transient,
        _ => return None,
    })
}

/// What an answer means that is not the API's own. Busy gateways speak the same statuses as a busy server, and a check of
/// versions may stand before the API.
fn without_envelope(status: u16) -> ApiErrorKind {
    match status {
        301 | 302 | 303 | 307 | 308 => ApiErrorKind::Redirected,
        408 | 429 | 500..=599 => ApiErrorKind::Transient,
        409 | 412 => ApiErrorKind::Changed,
        _ => ApiErrorKind::Between,
    }
}

/// Seconds, or a date, which is read against the server's own clock where the answer has it.
fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let now = server_time(date).unwrap_or_else(SystemTime::now);
            // A date that has passed asks for no wait.
            httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
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

    fn reply(status: u16, body: &str) -> Reply {
        let body = Zeroizing::new(body.as_bytes().to_vec());
        let status = StatusCode::from_u16(status).unwrap();
        let (etag, date, retry_after, location) = (None, None, None, None);
        Reply { status, etag, date, retry_after, location, body, host: "api.example.com".into() }
    }

    fn refusal(code: &str) -> String {
        format!(r#"{{"status":false,"error":{{"code":{code},"message":"No"}}}}"#)
    }

    fn answered(status: u16, body: &str) -> Result<Value, ApiError> {
        data(&reply(status, body), Bodyless::Never)
    }

    #[test]
    fn a_known_code_decides_before_the_status() {
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
                let error = answered(status, &refusal(&code.to_string())).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, Answered), "{code} with {status}");
                assert_eq!((error.code, error.http_status), (Some(code), Some(status)));
                assert_eq!(error.server_message.as_deref(), Some("No"));
            }
        }
    }

    #[test]
    fn in_an_envelope_an_unknown_code_leaves_it_to_the_status() {
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
                let error = answered(status, &refusal(code)).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, delivery), "{status} with {code}");
            }
        }
    }

    /// Pages and documents of whatever stands between, and envelopes that are none.
    const NO_ENVELOPES: [&str; 14] = [
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
    fn what_is_not_the_apis_own_comes_from_between_whatever_its_status() {
        for (status, kind, delivery) in [
            (200, Kind::Between, Unknown),
            (204, Kind::Between, Unknown),
            (300, Kind::Between, Unknown),
            (302, Kind::Redirected, Unknown),
            (303, Kind::Redirected, Unknown),
            (304, Kind::Between, Unknown),
            (400, Kind::Between, Unknown),
            (401, Kind::Between, Unknown),
            (403, Kind::Between, Unknown),
            (404, Kind::Between, Unknown),
            (405, Kind::Between, Unknown),
            (407, Kind::Between, Unknown),
            (408, Kind::Transient, Unknown),
            (409, Kind::Changed, Unknown),
            (412, Kind::Changed, Unknown),
            (413, Kind::Between, Unknown),
            (421, Kind::Between, Unknown),
            (429, Kind::Transient, Answered),
            (451, Kind::Between, Unknown),
            (500, Kind::Transient, Unknown),
            (503, Kind::Transient, Unknown),
        ] {
            for body in NO_ENVELOPES {
                let error = answered(status, body).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, delivery), "{status} with {body}");
                assert_eq!((error.http_status, error.code), (Some(status), None));
            }
        }
    }

    #[test]
    fn a_success_is_an_envelope_with_a_status_of_success() {
        for body in [r#"{"status":true,"data":{}}"#, r#"{"status":true,"data":{},"error":null,"took":5}"#] {
            assert_eq!(answered(200, body).unwrap(), serde_json::json!({}), "{body}");
            assert_eq!(answered(401, body).unwrap_err().kind, Kind::Between, "{body}");
        }
    }

    #[test]
    fn an_answer_without_a_body_counts_only_where_the_request_allows_it() {
        for (bodyless, status) in [(Bodyless::NoContent, 204), (Bodyless::NotModified, 304)] {
            assert_eq!(data(&reply(status, ""), bodyless).unwrap(), Value::Null);
        }
        for (bodyless, status) in [(Bodyless::NoContent, 304), (Bodyless::NotModified, 204), (Bodyless::Never, 204)] {
            assert_eq!(data(&reply(status, ""), bodyless).unwrap_err().kind, Kind::Between);
        }
    }

    #[test]
    fn the_documented_errors_are_understood() {
        for (document, status, kind) in [
            (include_str!("../../../tests/contract/examples/error-3001.json"), 404, Kind::Missing { known: true }),
            (include_str!("../../../tests/contract/examples/error-4002.json"), 401, Kind::SignedOut),
            (include_str!("../../../tests/contract/examples/error-5120.json"), 400, Kind::Rejected),
        ] {
            assert_eq!(answered(status, document).unwrap_err().kind, kind);
        }
    }

    #[test]
    fn odd_codes_and_messages_do_no_harm() {
        let error = answered(400, &refusal(r#""4004""#)).unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::SignedOut, Some(4004)), "a code written as text");
        let long = format!(r#"{{"status":false,"error":{{"code":7,"message":"{}"}}}}"#, "é".repeat(5000));
        let error = answered(400, &long).unwrap_err();
        assert_eq!((error.code, error.server_message.unwrap().chars().count()), (Some(7), 500));
        assert!(answered(200, &"[".repeat(100_000)).is_err());
    }

    #[test]
    fn waits_are_read_as_seconds_and_as_dates() {
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
    fn the_displayed_text_is_plain() {
        let error = answered(400, &refusal("5120")).unwrap_err();
        assert_eq!(error.to_string(), "the server refused this, HTTP status 400, code 5120");
    }
}
