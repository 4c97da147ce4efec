//! What the requests look like on the wire, and what becomes of ordinary answers.

use std::sync::{Arc, Mutex};

use lapel_api::{ApiErrorKind, Delivery, Fetched, ReadMode, Secret, UserUpdate, login};
use serde_json::json;

use crate::server::{Answer, Server, http, json as reply, session, user};

#[tokio::test]
async fn signing_in_answers_tokens_and_profile() {
    let server = Server::start(|_| session("access", "refresh", 3600)).await;
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
async fn a_refused_sign_in_says_what_to_type_again() {
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
        let server = Server::start(move |_| reply(status, body.clone())).await;
        let password = Secret::new("wrong".into());
        let error = login(&http(), &server.endpoint(), "a@example.com", &password, None, None).await.unwrap_err();
        assert_eq!((error.kind, error.code), (kind, Some(code)));
        assert!(!format!("{error} {error:?}").contains("wrong\""), "{error:?}");
    }
}

#[tokio::test]
async fn reading_the_profile_names_the_version_that_is_known() {
    let server = Server::start(|request| match request.header("if-none-match") {
        Some("\"1\"") => Answer::Reply(304, vec![], vec![]),
        _ => Answer::Reply(200, vec![("etag", "\"1\"".into())], user().to_string().into_bytes()),
    })
    .await;
    let connection = server.connection();
    let Fetched::Profile(read) = connection.profile(ReadMode::Since(None)).await.unwrap() else {
        panic!("a first read")
    };
    assert_eq!((read.profile.last_name.as_str(), read.etag.as_deref()), ("Doe", Some("\"1\"")));
    assert_eq!(connection.profile(ReadMode::Since(read.etag.as_deref())).await.unwrap(), Fetched::NotModified);
    let request = &server.requests()[0];
    assert_eq!((request.line.as_str(), request.bearer()), ("GET /v1/users/profile", "key"));
}

#[tokio::test]
async fn an_update_carries_only_what_changes() {
    let server = Server::start(|_| reply(200, user())).await;
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

/// Compared as text: key for key, in the order of the document.
#[tokio::test]
async fn an_update_of_everything_is_the_documented_request() {
    let server = Server::start(|_| reply(200, user())).await;
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
    // None of its values has a space.
    assert_eq!(String::from_utf8_lossy(&request.body), document.split_whitespace().collect::<String>());
}

#[tokio::test]
async fn a_refused_update_brings_the_sentence_of_the_server() {
    let server = Server::start(|_| {
        let body = include_bytes!("../../../../tests/contract/examples/error-5120.json").to_vec();
        Answer::Reply(400, vec![("retry-after", "3".into())], body)
    })
    .await;
    let error = server.connection().update_user("1", &UserUpdate::default(), None).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Rejected, Delivery::Answered));
    assert_eq!(error.server_message.as_deref(), Some("Error updating entity"));
    assert_eq!(error.retry_after.unwrap().as_secs(), 3);
}

#[tokio::test]
async fn an_upload_sends_the_file_and_tells_how_far_it_is() {
    let server = Server::start(|request| {
        let host = request.header("host").unwrap();
        reply(200, json!({ "status": true, "data": { "id": "1", "url": format!("http://{host}/v1/pictures/1") } }))
    })
    .await;
    let picture: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let connection = server.connection();
    let uploaded = connection.upload_picture(picture.clone(), "image/png", move |sent, total| {
        tell.lock().unwrap().push((sent, total));
    });
    assert_eq!(uploaded.await.unwrap(), "/v1/pictures/1");
    let request = &server.requests()[0];
    assert_eq!(request.line, "POST /v1/upload/logo/logo");
    let form = String::from_utf8_lossy(&request.body);
    assert!(form.contains("name=\"file\"; filename=\"picture.png\"\r\nContent-Type: image/png\r\n"), "{form:.200}");
    assert!(request.body.windows(picture.len()).any(|window| window == picture));
    let told = told.lock().unwrap();
    assert!(told.len() > 2 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&(100_000, 100_000)));
}

#[tokio::test]
async fn an_upload_that_is_refused_is_an_answer() {
    for (status, kind) in
        [(403, ApiErrorKind::Forbidden), (404, ApiErrorKind::Missing { known: false }), (413, ApiErrorKind::Rejected)]
    {
        let body = json!({ "status": false, "error": { "code": 5999, "message": "No" } });
        let server = Server::start(move |_| reply(status, body.clone())).await;
        let error = server.connection().upload_picture(vec![0; 10], "image/png", |_, _| ()).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (kind, Delivery::Answered));
    }
}

#[tokio::test]
async fn an_upload_is_cancelled_by_dropping_it() {
    let server = Server::start(|_| Answer::Stall("")).await;
    let connection = server.connection();
    let mut upload = Box::pin(connection.upload_picture(vec![0; 50_000], "image/png", |_, _| ()));
    while server.requests().is_empty() {
        tokio::select! {
            done = &mut upload => panic!("the server answers nothing: {done:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(upload);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn signing_out_is_done_also_where_there_is_nothing_to_end() {
    let refusal = |status, code| reply(status, json!({ "status": false, "error": { "code": code, "message": "No" } }));
    for (status, done) in [(200, true), (204, true), (401, true), (403, true), (404, true), (302, true), (502, true)] {
        let server = Server::start(move |_| match status {
            200 => reply(200, json!({ "status": true, "data": { "done": true } })),
            _ => Answer::Reply(status, vec![], b"<html>".to_vec()),
        })
        .await;
        assert_eq!(server.connection().logout().await.is_ok(), done, "{status}");
        assert_eq!(server.requests()[0].line, "POST /v1/auth/logout");
    }
    for (status, code, done) in [(401, 4002, true), (404, 3001, true), (403, 4003, false), (500, 1, false)] {
        let server = Server::start(move |_| refusal(status, code)).await;
        assert_eq!(server.connection().logout().await.is_ok(), done, "{status} with {code}");
    }
}

/// A version that the server calls weak says what may be shown, and never what may be overwritten.
#[tokio::test]
async fn a_weak_version_is_asked_about_and_never_made_a_condition_of_a_write() {
    let server = Server::start(|request| match request.header("if-none-match") {
        Some(_) => Answer::Reply(304, vec![], vec![]),
        None => Answer::Reply(200, vec![("etag", "W/\"1\"".into())], user().to_string().into_bytes()),
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
async fn every_read_asks_past_caches_and_one_afresh_names_no_version() {
    let server = Server::start(|_| reply(200, user())).await;
    let connection = server.connection();
    for look in [ReadMode::Since(None), ReadMode::Since(Some("\"1\"")), ReadMode::Afresh] {
        connection.profile(look).await.unwrap();
    }
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.header("cache-control") == Some("no-cache")));
    assert_eq!(
        requests.iter().map(|request| request.header("if-none-match")).collect::<Vec<_>>(),
        [None, Some("\"1\""), None]
    );
}

#[tokio::test]
async fn a_write_may_be_answered_without_a_body() {
    let server = Server::start(|_| Answer::Reply(204, vec![], vec![])).await;
    let connection = server.connection();
    assert_eq!(connection.update_user("1", &UserUpdate::default(), None).await.unwrap(), None);
    assert_eq!(connection.update_collaborator("1", "2", &lapel_domain::TeamRole::Editor).await.unwrap(), None);
    let read = connection.profile(ReadMode::Afresh).await.unwrap_err();
    assert_eq!(read.kind, ApiErrorKind::Between, "a read is never answered so");
    let uploaded = connection.upload_picture(vec![0; 10], "image/png", |_, _| ()).await;
    assert_eq!(uploaded.unwrap_err().kind, ApiErrorKind::Between);
}

#[tokio::test]
async fn a_connection_shows_no_token() {
    let server = Server::start(|_| Answer::Reset).await;
    let shown = format!("{:?}", server.connection());
    assert!(shown.contains("127.0.0.1") && !shown.contains("key\""), "{shown}");
    assert!(!shown.contains("Secret") && !shown.contains("Tokens"), "{shown}");
}
