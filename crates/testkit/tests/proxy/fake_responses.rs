//! Responses of intermediaries (proxies, captive portals), redirects, lost responses, and blocked routes.

use std::sync::atomic::Ordering;

use lapel_testkit::proxy::{FakeResponse, Fault, Proxy};
use serde_json::json;

use crate::client::{BODY, SignedIn, ask, counting_server, proxy_and_count};

const TOKENS: &str = r#"{"status":true,"data":{"accessToken":{"token":"lost-access-token"},"refreshToken":{"token":"lost-refresh-token"}}}"#;

#[tokio::test]
async fn a_fake_response_is_sent_and_the_request_is_not_delivered() {
    let (proxy, count) = proxy_and_count().await;
    for status in [200, 401, 403, 404, 405, 407, 413, 421, 451, 502] {
        proxy.next(Fault::page(status));
        let response = ask(&proxy, "PUT", "/v1/users/1").await.unwrap();
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")) && response.contains("text/html"), "{response}");
        assert!(response.ends_with("</html>"), "{response}");
    }
    let gateway =
        FakeResponse::new(403, "application/json", r#"{"error":"blocked"}"#).with_header("via", "1.1 gateway");
    proxy.next(Fault::Respond(gateway));
    let response = ask(&proxy, "GET", "/").await.unwrap();
    assert!(response.contains("via: 1.1 gateway") && response.ends_with(r#"{"error":"blocked"}"#), "{response}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn responses_with_status_204_and_304_have_no_body() {
    let (proxy, _) = proxy_and_count().await;
    for status in [204, 304] {
        proxy.next(Fault::respond(status, "text/html", "never sent"));
        let response = ask(&proxy, "PUT", "/").await.unwrap();
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")) && response.ends_with("\r\n\r\n"), "{response}");
        assert!(!response.contains("content-"), "{response}");
    }
}

#[tokio::test]
async fn respond_after_delivers_the_request_and_replaces_the_response() {
    let person = SignedIn::new("viewer@example.com").await;
    let mark = person.proxy.mark();
    person.proxy.next(Fault::RespondAfter(FakeResponse::page(502)));
    let response = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((response.status, response.header("content-type")), (502, Some("text/html; charset=utf-8")));
    assert_eq!(person.server_field("firstName").await, "Bea");
    assert!(person.proxy.requests(mark)[0].delivered);
}

#[tokio::test]
async fn a_redirect_has_the_given_status_and_location() {
    let (proxy, count) = proxy_and_count().await;
    for status in [301, 302, 303, 307, 308] {
        for location in ["/v1/users/profile", "http://127.0.0.1:1/v1/elsewhere"] {
            proxy.next(Fault::redirect(status, location));
            let response = ask(&proxy, "PUT", "/v1/users/1").await.unwrap();
            assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{response}");
            assert!(response.contains(&format!("location: {location}\r\n")), "{response}");
        }
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn tokens_of_a_lost_refresh_response_are_recorded() {
    let (upstream, count) = counting_server(TOKENS).await;
    let proxy = Proxy::start(upstream).await.unwrap();
    proxy.next_on("POST", "/v1/auth/refresh", Fault::ResetAfter);
    let error = ask(&proxy, "POST", "/v1/auth/refresh").await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    // The client never received these tokens, but the leak check must still search for them.
    assert_eq!(proxy.tokens(), ["lost-access-token", "lost-refresh-token"]);
}

#[tokio::test]
async fn a_route_fault_does_not_affect_other_routes() {
    let (proxy, count) = proxy_and_count().await;
    let status = async |method: &str, path: &str| {
        let response = ask(&proxy, method, path).await.unwrap();
        response.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    proxy.always_on("PUT", "/v1/users/", Fault::page(403));
    proxy.always_on("POST", "/v1/upload/", Fault::status(413));
    for _ in 0..3 {
        assert_eq!(status("PUT", "/v1/users/1").await, 403);
        assert_eq!(status("POST", "/v1/upload/logo/logo").await, 413);
        assert_eq!(status("GET", "/v1/users/profile").await, 200);
    }
    assert_eq!(count.load(Ordering::SeqCst), 3);

    // A one-time fault takes precedence over a route fault, and a later route fault replaces an earlier one.
    proxy.next_on("PUT", "/v1/users/", Fault::status(500));
    assert_eq!(status("PUT", "/v1/users/1").await, 500);
    proxy.always_on("PUT", "/v1/users/", Fault::page(451));
    assert_eq!(status("PUT", "/v1/users/1").await, 451);

    proxy.clear_on("PUT", "/v1/users/");
    assert_eq!((status("PUT", "/v1/users/1").await, status("POST", "/v1/upload/").await), (200, 413));
    proxy.clear_rules();
    assert_eq!(status("POST", "/v1/upload/").await, 200);
    assert!(ask(&proxy, "POST", "/v1/upload/").await.unwrap().ends_with(BODY));
}
