//! Redirects are followed within the origin, and only if the method stays the same.

use lapel_api::{ApiErrorKind, Delivery, ReadMode, Secret, UserUpdate, login};

use crate::server::{Response, Server, http, json_response, session_response, user_response_body};

/// Redirects every v1 route to the same v2 route, and responds there like the API.
async fn redirecting_server(status: u16) -> Server {
    Server::start(move |request| match request.line.split_once(" /v2/") {
        Some((_, "auth/login")) => session_response("access", "refresh", 3600),
        Some((_, "upload/logo/logo")) => {
            json_response(200, serde_json::json!({ "status": true, "data": { "url": "/p/1" } }))
        }
        Some(_) => json_response(200, user_response_body()),
        None => {
            let path = request.line.split_once(" /v1").map(|(_, path)| path).unwrap_or_default();
            Response::Complete(status, vec![("location", format!("/v2{path}"))], vec![])
        }
    })
    .await
}

#[tokio::test]
async fn a_read_follows_every_redirect_within_the_origin() {
    for status in [301, 302, 303, 307, 308] {
        let server = redirecting_server(status).await;
        server.connection().profile(ReadMode::Since(None)).await.unwrap();
        let request = &server.requests()[1];
        assert_eq!((request.line.as_str(), request.bearer()), ("GET /v2/users/profile", Some("key")), "{status}");
    }
}

#[tokio::test]
async fn a_write_follows_only_redirects_that_keep_method_and_body() {
    let update = UserUpdate { first_name: Some("Zoë".into()), ..UserUpdate::default() };
    let password = Secret::new("p".into());
    for status in [307, 308] {
        let server = redirecting_server(status).await;
        let connection = server.connection();
        connection.update_user("1", &update, Some("\"1\"")).await.unwrap();
        connection.upload_picture(vec![7; 50_000], "image/png", |_, _| ()).await.unwrap();
        login(&http(), &server.endpoint(), "a@example.com", &password, None, None).await.unwrap();
        let requests = server.requests();
        for (first, second) in [(0, 1), (2, 3), (4, 5)] {
            let (first, second) = (&requests[first], &requests[second]);
            assert_eq!(second.line, first.line.replace("/v1/", "/v2/"), "{status}");
            // Compare lengths only: the multipart boundary differs each time but has the same length.
            assert_eq!(second.body.len(), first.body.len(), "{status}");
            assert_eq!(second.header("if-match"), first.header("if-match"));
        }
    }
    for status in [301, 302, 303] {
        let server = redirecting_server(status).await;
        let connection = server.connection();
        let put = connection.update_user("1", &update, None).await.unwrap_err();
        let upload = connection.upload_picture(vec![7; 10], "image/png", |_, _| ()).await.unwrap_err();
        let login = login(&http(), &server.endpoint(), "a@example.com", &password, None, None).await.unwrap_err();
        for error in [put, upload, login] {
            // Unknown, because a server may carry a request out and then send a 303 (RFC 9110, 15.4.4).
            assert_eq!((error.kind, error.delivery), (ApiErrorKind::Redirected, Delivery::Unknown), "{status}");
        }
        assert!(server.requests().iter().all(|request| request.line.contains(" /v1/")), "{status}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    let other_server = Server::start(|_| json_response(200, user_response_body())).await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("http://{}/v1/users/profile", other_server.address);
        let server =
            Server::start(move |_| Response::Complete(status, vec![("location", target.clone())], vec![])).await;
        let put = server.connection().update_user("1", &UserUpdate::default(), None).await.unwrap_err();
        let read = server.connection().profile(ReadMode::Since(None)).await.unwrap_err();
        for error in [put, read] {
            assert_eq!((error.kind, error.http_status), (ApiErrorKind::Redirected, Some(status)));
        }
    }
    assert!(other_server.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_loop_ends_after_five_redirects() {
    let server =
        Server::start(|_| Response::Complete(302, vec![("location", "/v1/users/profile".into())], vec![])).await;
    assert_eq!(server.connection().profile(ReadMode::Since(None)).await.unwrap_err().kind, ApiErrorKind::Redirected);
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_redirect_without_a_valid_target_is_returned_as_an_error() {
    for location in [vec![], vec![("location", "http://[".to_owned())]] {
        let server = Server::start(move |_| Response::Complete(307, location.clone(), vec![])).await;
        assert_eq!(
            server.connection().profile(ReadMode::Since(None)).await.unwrap_err().kind,
            ApiErrorKind::Redirected
        );
    }
}
