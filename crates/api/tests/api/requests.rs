//! The format of the requests, and the results of normal responses.

use std::sync::{Arc, Mutex};

use lapel_api::{ApiErrorKind, Delivery, Fetched, ReadMode, Secret, UserUpdate, login};
use serde_json::json;

use crate::server::{Response, Server, http, json_response, session_response, user_response_body};

#[tokio::test]
async fn login_returns_tokens_and_profile() {
    let server = Server::start(|_| session_response("access", "refresh", 3600)).await;
    let password = Secret::new("lapel-demo".into());
    let (http, endpoint) = (http(), server.endpoint());
    let signed_in = login(&http, &endpoint, "owner@example.com", &password, Some("123456"), Some("es"));
    let (tokens, profile) = signed_in.await.unwrap();
    assert_eq!((tokens.access.expose(), tokens.refresh.as_ref().unwrap().expose()), ("access", "refresh"));
    assert_eq!(profile.first_name, "John");
    let request = &server.requests()[0];
    assert_eq!(request.line, "POST /v1/auth/login");
    assert_eq!(request.header("authorization"), None);
    assert!(request.header("user-agent").unwrap().starts_with("Lapel/"));
    let payload = json!({ "email": "owner@example.com", "password": "lapel-demo", "twoFactorCode": "123456" });
    assert_eq!(request.json(), json!({ "provider": "traditional", "payload": payload, "language": "es" }));
}

#[tokio::test]
async fn a_failed_login_says_which_input_is_wrong() {
    for (status, code, kind) in [
        (403, 4006, ApiErrorKind::WrongCredentials),
        (401, 4002, ApiErrorKind::WrongCredentials),
        (400, 4014, ApiErrorKind::TwoFactorRequired),
        (401, 4014, ApiErrorKind::TwoFactorRequired),
        (403, 4014, ApiErrorKind::TwoFactorRequired),
        (400, 4013, ApiErrorKind::TwoFactorWrong),
        (401, 4013, ApiErrorKind::TwoFactorWrong),
        (403, 4013, ApiErrorKind::TwoFactorWrong),
        (401, 4010, ApiErrorKind::Rejected),
        (403, 4011, ApiErrorKind::Forbidden),
        (400, 5000, ApiErrorKind::Rejected),
    ] {
        let body = json!({ "status": false, "error": { "code": code, "message": "No" } });
        let server = Server::start(move |_| json_response(status, body.clone())).await;
        let password = Secret::new("wrong".into());
        let error = login(&http(), &server.endpoint(), "a@example.com", &password, None, None).await.unwrap_err();
        assert_eq!((error.kind, error.code), (kind, Some(code)));
        assert!(!format!("{error} {error:?}").contains("wrong\""), "{error:?}");
    }
}

#[tokio::test]
async fn a_profile_read_sends_the_known_etag() {
    let server = Server::start(|request| match request.header("if-none-match") {
        Some("\"1\"") => Response::Complete(304, vec![], vec![]),
        _ => Response::Complete(200, vec![("etag", "\"1\"".into())], user_response_body().to_string().into_bytes()),
    })
    .await;
    let connection = server.connection();
    let Fetched::Profile(read) = connection.profile(ReadMode::Since(None)).await.unwrap() else {
        panic!("the first read returns the profile")
    };
    assert_eq!((read.profile.last_name.as_str(), read.etag.as_deref()), ("Doe", Some("\"1\"")));
    assert_eq!(connection.profile(ReadMode::Since(read.etag.as_deref())).await.unwrap(), Fetched::NotModified);
    let request = &server.requests()[0];
    assert_eq!((request.line.as_str(), request.bearer()), ("GET /v1/users/profile", Some("key")));
}

#[tokio::test]
async fn an_update_contains_only_changed_fields() {
    let server = Server::start(|_| json_response(200, user_response_body())).await;
    let connection = server.connection();
    let update =
        UserUpdate { last_name: Some("Roe".into()), picture: Some("/v1/pictures/1".into()), ..UserUpdate::default() };
    let written = connection.update_user("507f/1", &update, Some("\"1\"")).await.unwrap().unwrap();
    assert_eq!((written.profile.first_name.as_str(), written.etag), ("John", None));
    let request = &server.requests()[0];
    assert_eq!(request.line, "PUT /v1/users/507f%2F1");
    assert_eq!(request.header("if-match"), Some("\"1\""));
    let picture = format!("http://{}/v1/pictures/1", server.address);
    assert_eq!(request.json(), json!({ "lastName": "Roe", "picture": picture }));
}

/// Compared as text, so that the order of keys counts too.
#[tokio::test]
async fn a_full_update_is_the_documented_request() {
    let server = Server::start(|_| json_response(200, user_response_body())).await;
    let document = include_str!("../../../../tests/contract/examples/put-user.request.json");
    let field =
        |name: &str| Some(serde_json::from_str::<serde_json::Value>(document).unwrap()[name].as_str()?.to_owned());
    let update = UserUpdate {
        first_name: field("firstName"),
        last_name: field("lastName"),
        picture: field("picture"),
        role: field("role"),
        language: field("language"),
    };
    server.connection().update_user("1", &update, None).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("content-type"), Some("application/json"));
    // Removing all whitespace is safe, because no value contains a space.
    assert_eq!(String::from_utf8_lossy(&request.body), document.split_whitespace().collect::<String>());
}

#[tokio::test]
async fn a_rejected_update_returns_the_servers_message() {
    let server = Server::start(|_| {
        let body = include_bytes!("../../../../tests/contract/examples/error-5120.json").to_vec();
        Response::Complete(400, vec![("retry-after", "3".into())], body)
    })
    .await;
    let error = server.connection().update_user("1", &UserUpdate::default(), None).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Rejected, Delivery::Answered));
    assert_eq!(error.server_message.as_deref(), Some("Error updating entity"));
    assert_eq!(error.retry_after.unwrap().as_secs(), 3);
}

#[tokio::test]
async fn an_upload_sends_the_file_and_reports_progress() {
    let server = Server::start(|request| {
        let host = request.header("host").unwrap();
        json_response(
            200,
            json!({ "status": true, "data": { "id": "1", "url": format!("http://{host}/v1/pictures/1") } }),
        )
    })
    .await;
    let picture: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let reported = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&reported);
    let connection = server.connection();
    let uploaded = connection.upload_picture(picture.clone(), "image/png", move |sent, total| {
        report.lock().unwrap().push((sent, total));
    });
    assert_eq!(uploaded.await.unwrap(), "/v1/pictures/1");
    let request = &server.requests()[0];
    assert_eq!(request.line, "POST /v1/upload/logo/logo");
    let form = String::from_utf8_lossy(&request.body);
    assert!(form.contains("name=\"file\"; filename=\"picture.png\"\r\nContent-Type: image/png\r\n"), "{form:.200}");
    assert!(request.body.windows(picture.len()).any(|window| window == picture));
    let reported = reported.lock().unwrap();
    assert!(reported.len() > 2 && reported.is_sorted(), "{reported:?}");
    assert_eq!(reported.last(), Some(&(100_000, 100_000)));
}

#[tokio::test]
async fn a_rejected_upload_was_not_carried_out() {
    for (status, kind) in
        [(403, ApiErrorKind::Forbidden), (404, ApiErrorKind::Missing { known: false }), (413, ApiErrorKind::Rejected)]
    {
        let body = json!({ "status": false, "error": { "code": 5999, "message": "No" } });
        let server = Server::start(move |_| json_response(status, body.clone())).await;
        let error = server.connection().upload_picture(vec![0; 10], "image/png", |_, _| ()).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (kind, Delivery::Answered));
    }
}

#[tokio::test]
async fn dropping_an_upload_cancels_it() {
    let server = Server::start(|_| Response::Stall("")).await;
    let connection = server.connection();
    let mut upload = Box::pin(connection.upload_picture(vec![0; 50_000], "image/png", |_, _| ()));
    while server.requests().is_empty() {
        tokio::select! {
            result = &mut upload => panic!("the server never responds: {result:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(upload);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn only_the_envelope_of_the_api_says_that_the_session_has_ended() {
    let error =
        |status, code| json_response(status, json!({ "status": false, "error": { "code": code, "message": "No" } }));
    for (status, succeeds) in
        [(200, true), (201, false), (204, false), (401, false), (403, false), (404, false), (302, false), (502, false)]
    {
        let server = Server::start(move |_| match status {
            200 => json_response(200, json!({ "status": true, "data": { "done": true } })),
            _ => Response::Complete(status, vec![], b"<html>".to_vec()),
        })
        .await;
        assert_eq!(server.connection().logout().await.is_ok(), succeeds, "{status}");
        assert_eq!(server.requests()[0].line, "POST /v1/auth/logout");
    }
    for (status, code, succeeds) in [(401, 4002, true), (404, 3001, false), (403, 4003, false), (500, 1, false)] {
        let server = Server::start(move |_| error(status, code)).await;
        assert_eq!(server.connection().logout().await.is_ok(), succeeds, "{status} with {code}");
    }
}

/// A weak ETag is suitable for conditional reads but not for conditional writes.
#[tokio::test]
async fn a_weak_etag_is_sent_with_reads_but_not_with_writes() {
    let server = Server::start(|request| match request.header("if-none-match") {
        Some(_) => Response::Complete(304, vec![], vec![]),
        None => {
            Response::Complete(200, vec![("etag", "W/\"1\"".into())], user_response_body().to_string().into_bytes())
        }
    })
    .await;
    let connection = server.connection();
    let weak = Some("W/\"1\"");
    assert_eq!(connection.profile(ReadMode::Since(weak)).await.unwrap(), Fetched::NotModified);
    connection.update_user("1", &UserUpdate::default(), weak).await.unwrap();
    assert_eq!(server.requests()[0].header("if-none-match"), weak);
    assert_eq!(server.requests()[1].header("if-match"), None);
}

#[tokio::test]
async fn every_read_bypasses_caches_and_a_fresh_read_sends_no_etag() {
    let server = Server::start(|_| json_response(200, user_response_body())).await;
    let connection = server.connection();
    for mode in [ReadMode::Since(None), ReadMode::Since(Some("\"1\"")), ReadMode::Afresh] {
        connection.profile(mode).await.unwrap();
    }
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.header("cache-control") == Some("no-cache")));
    assert_eq!(
        requests.iter().map(|request| request.header("if-none-match")).collect::<Vec<_>>(),
        [None, Some("\"1\""), None]
    );
}

#[tokio::test]
async fn an_update_may_get_a_response_without_a_body_but_not_a_read_or_an_upload() {
    let server = Server::start(|_| Response::Complete(204, vec![], vec![])).await;
    let connection = server.connection();
    assert_eq!(connection.update_user("1", &UserUpdate::default(), None).await.unwrap(), None);
    assert_eq!(connection.update_team_role("1", "2", &lapel_domain::TeamRole::Editor).await.unwrap(), None);
    let read = connection.profile(ReadMode::Afresh).await.unwrap_err();
    assert_eq!(read.kind, ApiErrorKind::Intermediary, "a 204 cannot be the API's response to a read");
    let uploaded = connection.upload_picture(vec![0; 10], "image/png", |_, _| ()).await;
    assert_eq!(uploaded.unwrap_err().kind, ApiErrorKind::Intermediary);
}

#[tokio::test]
async fn the_debug_output_of_a_connection_contains_no_token() {
    let server = Server::start(|_| Response::Reset).await;
    let shown = format!("{:?}", server.connection());
    assert!(shown.contains("127.0.0.1") && !shown.contains("key\""), "{shown}");
    assert!(!shown.contains("Secret") && !shown.contains("Tokens"), "{shown}");
}
