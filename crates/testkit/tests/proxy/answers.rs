//! Answers in the server's place, redirects, answers that are lost, and routes that stay blocked.

use std::sync::atomic::Ordering;

use lapel_testkit::proxy::{Answer, Fault, Proxy};
use serde_json::json;

use crate::client::{BODY, SignedIn, ask, started, tiny_server};

const PAIR: &str = r#"{"status":true,"data":{"accessToken":{"token":"access-of-the-lost-pair"},"refreshToken":{"token":"refresh-of-the-lost-pair"}}}"#;

#[tokio::test]
async fn something_else_answers_and_the_server_never_knows() {
    let (proxy, count) = started().await;
    for status in [200, 401, 403, 404, 405, 407, 413, 421, 451, 502] {
        proxy.next(Fault::page(status));
        let answer = ask(&proxy, "PUT", "/v1/users/1").await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains("text/html"), "{answer}");
        assert!(answer.ends_with("</html>"), "{answer}");
    }
    let gateway = Answer::new(403, "application/json", r#"{"error":"blocked"}"#).with_header("via", "1.1 gateway");
    proxy.next(Fault::Answer(gateway));
    let answer = ask(&proxy, "GET", "/").await.unwrap();
    assert!(answer.contains("via: 1.1 gateway") && answer.ends_with(r#"{"error":"blocked"}"#), "{answer}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_answer_that_has_no_body_ends_with_its_headers() {
    let (proxy, _) = started().await;
    for status in [204, 304] {
        proxy.next(Fault::answer(status, "text/html", "never sent"));
        let answer = ask(&proxy, "PUT", "/").await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.ends_with("\r\n\r\n"), "{answer}");
        assert!(!answer.contains("content-"), "{answer}");
    }
}

#[tokio::test]
async fn something_else_answers_after_the_server_did_what_was_asked() {
    let person = SignedIn::new("viewer@example.com").await;
    let mark = person.proxy.mark();
    person.proxy.next(Fault::AnswerAfter(Answer::page(502)));
    let answer = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/html; charset=utf-8")));
    assert_eq!(person.held("firstName").await, "Bea");
    assert!(person.proxy.requests(mark)[0].delivered);
}

#[tokio::test]
async fn every_redirect_names_its_place() {
    let (proxy, count) = started().await;
    for status in [301, 302, 303, 307, 308] {
        for location in ["/v1/users/profile", "http://127.0.0.1:1/v1/elsewhere"] {
            proxy.next(Fault::redirect(status, location));
            let answer = ask(&proxy, "PUT", "/v1/users/1").await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(answer.contains(&format!("location: {location}\r\n")), "{answer}");
        }
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_answer_to_a_renewal_is_lost_after_the_server_gave_it() {
    let (upstream, count) = tiny_server(PAIR).await;
    let proxy = Proxy::start(upstream).await.unwrap();
    proxy.next_on("POST", "/v1/auth/refresh", Fault::ResetAfter);
    let error = ask(&proxy, "POST", "/v1/auth/refresh").await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    // Nobody has them, and yet they must be found nowhere.
    assert_eq!(proxy.tokens(), ["access-of-the-lost-pair", "refresh-of-the-lost-pair"]);
}

#[tokio::test]
async fn one_route_is_blocked_while_the_others_pass() {
    let (proxy, count) = started().await;
    let status = async |method: &str, path: &str| {
        let answer = ask(&proxy, method, path).await.unwrap();
        answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    proxy.always_on("PUT", "/v1/users/", Fault::page(403));
    proxy.always_on("POST", "/v1/upload/", Fault::status(413));
    for _ in 0..3 {
        assert_eq!(status("PUT", "/v1/users/1").await, 403);
        assert_eq!(status("POST", "/v1/upload/logo/logo").await, 413);
        assert_eq!(status("GET", "/v1/users/profile").await, 200);
    }
    assert_eq!(count.load(Ordering::SeqCst), 3);

    // A single fault comes before that of its route, and a later one of the same route takes its place.
    proxy.next_on("PUT", "/v1/users/", Fault::status(500));
    assert_eq!(status("PUT", "/v1/users/1").await, 500);
    proxy.always_on("PUT", "/v1/users/", Fault::page(451));
    assert_eq!(status("PUT", "/v1/users/1").await, 451);

    proxy.pass_on("PUT", "/v1/users/");
    assert_eq!((status("PUT", "/v1/users/1").await, status("POST", "/v1/upload/").await), (200, 413));
    proxy.forget_singles();
    assert_eq!(status("POST", "/v1/upload/").await, 200);
    assert!(ask(&proxy, "POST", "/v1/upload/").await.unwrap().ends_with(BODY));
}
