//! The request bodies and the response of `login` and `refresh`.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;

use super::lenient::timestamp;
use crate::{Secret, Tokens};

/// Maximum length of a token in bytes. A longer token counts as missing.
const MAX_TOKEN_LENGTH: usize = 16 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Login<'a> {
    provider: &'static str,
    payload: Credentials<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credentials<'a> {
    email: &'a str,
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    two_factor_code: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refresh<'a> {
    last_access_token: &'a str,
    refresh_token: &'a str,
}

/// The body of `login`.
pub(crate) fn login_body<'a>(
    email: &'a str,
    password: &'a Secret,
    two_factor_code: Option<&'a str>,
    language: Option<&'a str>,
) -> impl Serialize + 'a {
    let payload = Credentials { email, password: password.expose(), two_factor_code };
    Login { provider: "traditional", payload, language }
}

/// The body of `refresh`: the current token pair.
pub(crate) fn refresh_body<'a>(access: &'a Secret, refresh: &'a Secret) -> impl Serialize + 'a {
    Refresh { last_access_token: access.expose(), refresh_token: refresh.expose() }
}

/// Moves the tokens out of a session document; `None` if it has no access token. The expiry is converted from the
/// server's clock (`server_now`) to this computer's clock, because the two may differ by any amount.
pub(crate) fn read_session(data: &mut Value, server_now: Option<SystemTime>) -> Option<Tokens> {
    let now = millis(SystemTime::now());
    let expires_at = data.get("accessToken").and_then(Value::as_object).and_then(|token| timestamp(token, "expireAt"));
    let lifetime = expires_at.and_then(|at| at.millis()).map(|at| at.saturating_sub(server_now.map_or(now, millis)));
    Some(Tokens {
        access: take_token(data.get_mut("accessToken"))?,
        // If a new token has already expired, one of the clocks is wrong. The expiry then counts as unknown, and the
        // first 401 triggers a renewal.
        access_expires_at: lifetime.filter(|lifetime| *lifetime > 0).map(|lifetime| now.saturating_add(lifetime)),
        refresh: take_token(data.get_mut("refreshToken")),
    })
}

/// Moves the text out, so that no unwiped copy stays in memory.
fn take_token(token: Option<&mut Value>) -> Option<Secret> {
    match token?.get_mut("token")?.take() {
        Value::String(text) if !text.is_empty() && text.len() <= MAX_TOKEN_LENGTH => Some(Secret::new(text)),
        _ => None,
    }
}

/// Milliseconds since 1970; 0 for earlier times.
pub(crate) fn millis(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn session(expire_at: &str) -> Value {
        json!({
            "accessToken": { "token": "a", "expireAt": expire_at },
            "refreshToken": { "token": "r", "expireAt": "2024-01-02T00:00:00Z" },
        })
    }

    #[test]
    fn bodies_follow_the_contract() {
        let password = Secret::new("p".into());
        let full = serde_json::to_value(login_body("a@example.com", &password, Some("123456"), Some("es"))).unwrap();
        let payload = json!({ "email": "a@example.com", "password": "p", "twoFactorCode": "123456" });
        assert_eq!(full, json!({ "provider": "traditional", "payload": payload, "language": "es" }));
        let minimal = serde_json::to_value(login_body("a@example.com", &password, None, None)).unwrap();
        let payload = json!({ "email": "a@example.com", "password": "p" });
        assert_eq!(minimal, json!({ "provider": "traditional", "payload": payload }));
        let pair = refresh_body(&Secret::new("a".into()), &password).serialize(serde_json::value::Serializer).unwrap();
        assert_eq!(pair, json!({ "lastAccessToken": "a", "refreshToken": "p" }));
    }

    #[test]
    fn the_expiry_is_converted_to_this_computers_clock() {
        // The server's clock says 2024.
        let server_now = UNIX_EPOCH + Duration::from_millis(1_704_067_200_000);
        let before = millis(SystemTime::now());
        let tokens = read_session(&mut session("2024-01-01T01: 00:00Z"), Some(server_now)).unwrap();
        let remaining = tokens.access_expires_at.unwrap() - before;
        assert!((3_600_000..3_610_000).contains(&remaining), "{remaining}");
        assert_eq!((tokens.access.expose(), tokens.refresh.unwrap().expose()), ("a", "r"));
    }

    #[test]
    fn an_invalid_expiry_counts_as_unknown() {
        for expire_at in ["2024-01-01T01:00:00Z", "soon", ""] {
            assert_eq!(read_session(&mut session(expire_at), None).unwrap().access_expires_at, None, "{expire_at}");
        }
    }

    #[test]
    fn without_an_access_token_there_is_no_session() {
        for mut data in [json!({}), json!({ "accessToken": { "token": "" } }), json!({ "accessToken": { "token": 5 } })]
        {
            assert_eq!(read_session(&mut data, None), None);
        }
    }
}
