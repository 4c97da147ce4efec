//! Requests about passwords, verification mails and two-factor authentication.

use lapel_api::{ApiError, ApiErrorKind, Delivery, Secret, forgot_password, resend_verification, reset_password};
use serde_json::{Value, json};

use crate::sandbox::{connect, start_with_members};
use crate::server::{Response, Server, http, json_response};

fn secret(text: &str) -> Secret {
    Secret::new(text.into())
}

fn refusal(code: i64) -> Value {
    json!({ "status": false, "error": { "code": code, "message": "No" } })
}

/// Sends each request of this kind to a server that responds like this, and returns the results.
async fn results(respond: impl Fn() -> Response + Send + Sync + 'static) -> Vec<Result<(), ApiError>> {
    let server = Server::start(move |_| respond()).await;
    let (http, endpoint, connection) = (http(), server.endpoint(), server.connection());
    let (old, new) = (secret("hunter-2"), secret("hunter-3"));
    vec![
        connection.change_password(&old, &new).await,
        connection.remove_two_factor(&old).await,
        reset_password(&http, &endpoint, &old, &new).await,
        forgot_password(&http, &endpoint, "a@example.com", Some("es")).await,
        resend_verification(&http, &endpoint, "a@example.com", &old, None).await,
    ]
}

#[tokio::test]
async fn only_requests_of_a_session_carry_its_token() {
    let server = Server::start(|_| json_response(200, json!({ "status": true, "data": { "done": true } }))).await;
    let (http, endpoint, connection) = (http(), server.endpoint(), server.connection());
    let (old, new) = (secret("old"), secret("new"));
    connection.change_password(&old, &new).await.unwrap();
    connection.remove_two_factor(&old).await.unwrap();
    reset_password(&http, &endpoint, &secret("token"), &new).await.unwrap();
    forgot_password(&http, &endpoint, "a@example.com", Some("es")).await.unwrap();
    resend_verification(&http, &endpoint, "a@example.com", &old, None).await.unwrap();
    let expected = [
        ("POST /v1/auth/register/update-password", Some("key"), json!({ "password": "old", "newPassword": "new" })),
        ("DELETE /v1/auth/two-factor", Some("key"), json!({ "password": "old" })),
        ("POST /v1/auth/register/change-password", None, json!({ "token": "token", "password": "new" })),
        ("POST /v1/auth/register/forgot-password", None, json!({ "email": "a@example.com", "language": "es" })),
        ("POST /v1/auth/register/verify-resend", None, json!({ "email": "a@example.com", "password": "old" })),
    ];
    let requests = server.requests();
    assert_eq!(requests.len(), expected.len());
    for (request, (line, bearer, body)) in requests.iter().zip(expected) {
        assert_eq!((request.line.as_str(), request.bearer(), request.json()), (line, bearer, body));
    }
}

#[tokio::test]
async fn refusals_of_the_api_have_their_own_kinds() {
    for (status, code, kind) in [
        (403, 4006, ApiErrorKind::WrongCredentials),
        (401, 4013, ApiErrorKind::TwoFactorWrong),
        (400, 4007, ApiErrorKind::TooSoon),
        (429, 4007, ApiErrorKind::TooSoon),
        (400, 5057, ApiErrorKind::WeakPassword),
        (404, 3001, ApiErrorKind::Missing { known: true }),
        (404, 3000, ApiErrorKind::Missing { known: false }),
        (403, 4003, ApiErrorKind::Forbidden),
        (400, 5000, ApiErrorKind::Rejected),
    ] {
        for result in results(move || json_response(status, refusal(code))).await {
            let error = result.unwrap_err();
            assert_eq!((error.kind, error.delivery, error.code), (kind, Delivery::Answered, Some(code)));
            assert_eq!(error.server_message.as_deref(), Some("No"));
            assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn without_a_session_none_can_end() {
    let kinds: Vec<_> =
        results(|| json_response(401, refusal(4004))).await.into_iter().map(Result::unwrap_err).collect();
    let kinds: Vec<_> = kinds.iter().map(|error| error.kind).collect();
    let (ended, wrong) = (ApiErrorKind::SignedOut, ApiErrorKind::WrongCredentials);
    assert_eq!(kinds, [ended, ended, wrong, wrong, wrong]);
}

#[tokio::test]
async fn without_the_envelope_of_the_api_nothing_is_known() {
    let pages: [fn() -> Response; 4] = [
        || Response::Complete(200, vec![], b"<title>Welcome</title>".to_vec()),
        || Response::Complete(204, vec![], vec![]),
        || Response::Complete(403, vec![], b"<title>Blocked</title>".to_vec()),
        || Response::Reset,
    ];
    for page in pages {
        for result in results(page).await {
            let error = result.unwrap_err();
            assert_eq!(error.delivery, Delivery::Unknown, "{error:?}");
            assert!(matches!(error.kind, ApiErrorKind::Intermediary | ApiErrorKind::Network), "{error:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let server = Server::start(|_| Response::Reset).await;
    let connection = server.connection();
    connection.change_password(&secret("old"), &secret("new")).await.unwrap_err();
    reset_password(&http(), &server.endpoint(), &secret("token"), &secret("new")).await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_sandbox_changes_and_resets_a_password() {
    let (sandbox, endpoint) = start_with_members(0).await;
    let (connection, _, _) = connect(&endpoint, "editor@example.com").await;
    let (old, new) = (secret("lapel-demo"), secret("lapel-demo-2"));
    let kind = |result: Result<(), ApiError>| result.unwrap_err().kind;
    assert_eq!(kind(connection.change_password(&new, &new).await), ApiErrorKind::WrongCredentials);
    assert_eq!(kind(connection.change_password(&old, &secret("onlyletters")).await), ApiErrorKind::WeakPassword);
    connection.change_password(&old, &new).await.unwrap();
    assert_eq!(kind(connection.change_password(&old, &new).await), ApiErrorKind::WrongCredentials);

    let http = http();
    forgot_password(&http, &endpoint, "editor@example.com", Some("es")).await.unwrap();
    assert_eq!(kind(forgot_password(&http, &endpoint, "editor@example.com", None).await), ApiErrorKind::TooSoon);
    let link = sandbox.take_mails().remove(0).link;
    let token = secret(link.split_once("?token=").unwrap().1);
    reset_password(&http, &endpoint, &token, &old).await.unwrap();
    assert_eq!(kind(reset_password(&http, &endpoint, &token, &old).await), ApiErrorKind::WrongCredentials);
    assert_eq!(kind(connection.change_password(&old, &new).await), ApiErrorKind::SignedOut, "all sessions have ended");
}
