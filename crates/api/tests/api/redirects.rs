//! Redirects: followed within the origin, and none changes the method.

use lapel_api::{ApiErrorKind, Delivery, ReadMode, Secret, UserUpdate, login};

use crate::server::{Answer, Server, http, json, session, user};

/// Answers on v1 by a redirect to the same route of v2, and there as the API does.
async fn moved(status: u16) -> Server {
    Server::start(move |request| match request.line.split_once(" /v2/") {
        Some((_, "auth/login")) => session("access", "refresh", 3600),
        Some((_, "upload/logo/logo")) => json(200, serde_json::json!({ "status": true, "data": { "url": "/p/1" } })),
        Some(_) => json(200, user()),
        None => {
            let path = request.line.split_once(" /v1").map(|(_, path)| path).unwrap_or_default();
            Answer::Reply(status, vec![("location", format!("/v2{path}"))], vec![])
        }
    })
    .await
}

#[tokio::test]
async fn a_read_follows_every_redirect_within_the_origin() {
    for status in [301, 302, 303, 307, 308] {
        let server = moved(status).await;
        server.connection().profile(ReadMode::Since(None)).await.unwrap();
        let request = &server.requests()[1];
        assert_eq!((request.line.as_str(), request.bearer()), ("GET /v2/users/profile", "key"), "{status}");
    }
}

#[tokio::test]
async fn whatever_is_not_a_read_is_followed_only_where_method_and_body_stay() {
    let update = UserUpdate { first_name: Some("Zoë".into()), ..UserUpdate::default() };
    let password = Secret::new("p".into());
    for status in [307, 308] {
        let server = moved(status).await;
        let connection = server.connection();
        connection.update_user("1", &update, Some("\"1\"")).await.unwrap();
        connection.upload_picture(vec![7; 50_000], "image/png", |_, _| ()).await.unwrap();
        login(&http(), &server.endpoint(), "a@example.com", &password, None, None).await.unwrap();
        let requests = server.requests();
        for (first, second) in [(0, 1), (2, 3), (4, 5)] {
            let (first, second) = (&requests[first], &requests[second]);
            assert_eq!(second.line, first.line.replace("/v1/", "/v2/"), "{status}");
            // The boundary of a form is another each time, of the same length.
            assert_eq!(second.body.len(), first.body.len(), "{status}");
            assert_eq!(second.header("if-match"), first.header("if-match"));
        }
    }
    for status in [301, 302, 303] {
        let server = moved(status).await;
        let connection = server.connection();
        let put = connection.update_user("1", &update, None).await.unwrap_err();
        let upload = connection.upload_picture(vec![7; 10], "image/png", |_, _| ()).await.unwrap_err();
        let login = login(&http(), &server.endpoint(), "a@example.com", &password, None, None).await.unwrap_err();
        for error in [put, upload, login] {
            // What a 303 stands for has been carried out (RFC 9110, 15.4.4).
            assert_eq!((error.kind, error.delivery), (ApiErrorKind::Redirected, Delivery::Unknown), "{status}");
        }
        assert!(server.requests().iter().all(|request| request.line.contains(" /v1/")), "{status}");
    }
}

#[tokio::test]
async fn a_redirect_elsewhere_sends_nothing_there() {
    let elsewhere = Server::start(|_| json(200, user())).await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("http://{}/v1/users/profile", elsewhere.address);
        let server = Server::start(move |_| Answer::Reply(status, vec![("location", target.clone())], vec![])).await;
        let put = server.connection().update_user("1", &UserUpdate::default(), None).await.unwrap_err();
        let read = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
        for error in [put, read] {
            assert_eq!((error.kind, error.http_status), (ApiErrorKind::Redirected, Some(status)));
        }
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let server = Server::start(|_| Answer::Reply(302, vec![("location", "/v1/users/profile".into())], vec![])).await;
    assert_eq!(server.connection().profile(ReadMode::Since(None)).await.unwrap_err().kind, ApiErrorKind::Redirected);
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_answer() {
    for location in [vec![], vec![("location", "http://[".to_owned())]] {
        let server = Server::start(move |_| Answer::Reply(307, location.clone(), vec![])).await;
        assert_eq!(
            server.connection().profile(ReadMode::Since(None)).await.unwrap_err().kind,
            ApiErrorKind::Redirected
        );
    }
}
