//! What an answer says: the envelope `{ status, data | error }`, and the table of codes and statuses. A known code
//! decides before the HTTP status (design: "Errors").

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::exchange::Reply;
use crate::wire::lenient;
use crate::{ApiError, ApiErrorKind, Delivery};

/// Longest sentence of a server that is kept, in characters.
const LONGEST_MESSAGE: usize = 500;
/// Longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The `data` of an answer; null for answers that have none by their nature (204, 304).
pub(crate) fn data(reply: &Reply) -> Result<Value, ApiError> {
    let status = reply.status.as_u16();
    if matches!(status, 204 | 304) {
        return Ok(Value::Null);
    }
    let Some(Value::Object(mut envelope)) = lenient::parse(&reply.body) else {
        let kind = by_status(status).unwrap_or(ApiErrorKind::Unreadable);
        return Err(failure(reply, kind, None));
    };
    let error = envelope.get("error").and_then(Value::as_object);
    let refused = error.is_some() || envelope.get("status") == Some(&Value::Bool(false));
    let code = error.and_then(|error| lenient::integer(error, "code"));
    if let Some(kind) = code.filter(|_| refused).and_then(by_code).or_else(|| by_status(status)) {
        return Err(failure(reply, kind, error));
    }
    if refused {
        return Err(failure(reply, ApiErrorKind::Rejected, error));
    }
    match envelope.remove("data") {
        Some(data @ Value::Object(_)) => Ok(data),
        _ => Err(failure(reply, ApiErrorKind::Unreadable, None)),
    }
}

/// The failure for an answer whose envelope is fine and whose data is not what was asked for.
pub(crate) fn unreadable(reply: &Reply) -> ApiError {
    failure(reply, ApiErrorKind::Unreadable, None)
}

fn failure(reply: &Reply, kind: ApiErrorKind, error: Option<&Map<String, Value>>) -> ApiError {
    let status = reply.status.as_u16();
    let refused_in_words = error.is_some() && !matches!(kind, ApiErrorKind::Transient);
    // A gateway answers 5xx and 408 for a request that may have gone on to the server behind it, and an unreadable 2xx
    // comes from whoever carried the request out.
    let delivery = match status {
        _ if refused_in_words => Delivery::Answered,
        300..=399 => Delivery::Answered,
        400..=499 if status != 408 => Delivery::Answered,
        200..=299 if kind != ApiErrorKind::Unreadable => Delivery::Answered,
        _ => Delivery::Unknown,
    };
    ApiError {
        http_status: Some(status),
        code: error.and_then(|error| lenient::integer(error, "code")),
        server_message: error.and_then(message),
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
        4010 => ApiErrorKind::TwoFactorRequired,
        4011 => ApiErrorKind::TwoFactorWrong,
        5120 => ApiErrorKind::Rejected,
        _ => return None,
    })
}

/// None for success.
fn by_status(status: u16) -> Option<ApiErrorKind> {
    Some(match status {
        200..=299 => return None,
        300..=399 => ApiErrorKind::Redirected,
        401 => ApiErrorKind::SignedOut,
        403 => ApiErrorKind::Forbidden,
        404 => ApiErrorKind::Missing { known: false },
        409 | 412 => ApiErrorKind::Changed,
        408 | 429 | 500..=599 => ApiErrorKind::Transient,
        400..=499 => ApiErrorKind::Rejected,
        _ => ApiErrorKind::Unreadable,
    })
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
        Reply { status, etag: None, date: None, retry_after: None, body, host: "api.example.com".into() }
    }

    fn refusal(code: &str) -> String {
        format!(r#"{{"status":false,"error":{{"code":{code},"message":"No"}}}}"#)
    }

    #[test]
    fn a_known_code_decides_before_the_status() {
        for (code, kind) in [
            (3001, Kind::Missing { known: true }),
            (4002, Kind::SignedOut),
            (4003, Kind::Forbidden),
            (4004, Kind::SignedOut),
            (4006, Kind::WrongCredentials),
            (4010, Kind::TwoFactorRequired),
            (4011, Kind::TwoFactorWrong),
            (5120, Kind::Rejected),
        ] {
            for status in [200, 302, 400, 401, 403, 404, 409, 500] {
                let error = data(&reply(status, &refusal(&code.to_string()))).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, Answered), "{code} with {status}");
                assert_eq!((error.code, error.http_status), (Some(code), Some(status)));
                assert_eq!(error.server_message.as_deref(), Some("No"));
            }
        }
    }

    #[test]
    fn otherwise_the_status_decides_whatever_the_body_is() {
        for (status, kind, delivery) in [
            (302, Kind::Redirected, Answered),
            (400, Kind::Rejected, Answered),
            (401, Kind::SignedOut, Answered),
            (403, Kind::Forbidden, Answered),
            (404, Kind::Missing { known: false }, Answered),
            (408, Kind::Transient, Unknown),
            (409, Kind::Changed, Answered),
            (412, Kind::Changed, Answered),
            (413, Kind::Rejected, Answered),
            (418, Kind::Rejected, Answered),
            (429, Kind::Transient, Answered),
            (500, Kind::Transient, Unknown),
            (503, Kind::Transient, Unknown),
        ] {
            for body in ["", "<html>", "{}", "[]", &refusal("9999"), r#"{"status":true,"data":{}}"#] {
                let error = data(&reply(status, body)).unwrap_err();
                assert_eq!((error.kind, error.delivery), (kind, delivery), "{status} with {body}");
            }
        }
    }

    #[test]
    fn a_success_is_judged_by_its_envelope() {
        let empty = serde_json::json!({});
        for body in
            [r#"{"status":true,"data":{}}"#, r#"{"data":{}}"#, r#"{"status":"true","data":{},"error":null,"took":5}"#]
        {
            assert_eq!(data(&reply(200, body)).unwrap(), empty, "{body}");
        }
        for body in [r#"{"status":false}"#, r#"{"status":false,"data":{}}"#, r#"{"error":{}}"#, &refusal("null")] {
            let error = data(&reply(200, body)).unwrap_err();
            assert_eq!((error.kind, error.delivery), (Kind::Rejected, Answered), "{body}");
        }
        for body in ["", "<!doctype html>", "null", "[]", "{}", r#"{"status":true,"data":"#, r#"{"data":[]}"#] {
            let error = data(&reply(200, body)).unwrap_err();
            assert_eq!((error.kind, error.delivery), (Kind::Unreadable, Unknown), "{body}");
        }
        assert_eq!(data(&reply(204, "")).unwrap(), Value::Null);
    }

    #[test]
    fn the_documented_errors_are_understood() {
        for (document, status, kind) in [
            (include_str!("../../../tests/contract/examples/error-3001.json"), 404, Kind::Missing { known: true }),
            (include_str!("../../../tests/contract/examples/error-4002.json"), 401, Kind::SignedOut),
            (include_str!("../../../tests/contract/examples/error-5120.json"), 400, Kind::Rejected),
        ] {
            assert_eq!(data(&reply(status, document)).unwrap_err().kind, kind);
        }
    }

    #[test]
    fn odd_codes_and_messages_do_no_harm() {
        let error = data(&reply(400, &refusal(r#""4004""#))).unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::SignedOut, Some(4004)), "a code written as text");
        let long = format!(r#"{{"status":false,"error":{{"code":{{}},"message":"{}"}}}}"#, "é".repeat(5000));
        let error = data(&reply(400, &long)).unwrap_err();
        assert_eq!((error.code, error.server_message.unwrap().chars().count()), (None, 500));
        assert!(data(&reply(200, &"[".repeat(100_000))).is_err());
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
        let error = data(&reply(400, &refusal("5120"))).unwrap_err();
        assert_eq!(error.to_string(), "the server refused this, HTTP status 400, code 5120");
    }
}
