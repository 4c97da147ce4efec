//! Network faults: no connection, resets, stalls, delays, truncated, damaged and oversized responses.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use lapel_testkit::proxy::{Envelope, Fault};

use crate::client::{BODY, ask, proxy_and_count};

#[tokio::test]
async fn requests_without_a_fault_are_forwarded_and_logged() {
    let (proxy, count) = proxy_and_count().await;
    let mark = proxy.mark();
    let response = ask(&proxy, "GET", "/v1/users/profile?x=1").await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200") && response.ends_with(BODY), "{response}");
    let seen = proxy.wait_for(mark, "GET", "/v1/users").await.unwrap();
    assert_eq!((seen.path.as_str(), seen.delivered), ("/v1/users/profile?x=1", true));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn offline_refuses_connections_until_it_is_switched_off() {
    let (proxy, _) = proxy_and_count().await;
    for _ in 0..3 {
        proxy.always(Fault::Offline).await;
        let error = ask(&proxy, "GET", "/").await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        proxy.always(Fault::Pass).await;
        assert!(ask(&proxy, "GET", "/").await.unwrap().ends_with(BODY));
    }
}

#[tokio::test]
async fn reset_before_does_not_deliver_and_reset_after_does() {
    let (proxy, count) = proxy_and_count().await;
    for (fault, delivered) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        proxy.next(fault);
        let error = ask(&proxy, "PUT", "/").await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        assert_eq!(count.load(Ordering::SeqCst), delivered);
    }
}

#[tokio::test]
async fn a_one_time_fault_applies_once_to_the_first_matching_request() {
    let (proxy, _) = proxy_and_count().await;
    proxy.next_on("PUT", "/v1/users/", Fault::status(503));
    assert!(ask(&proxy, "GET", "/v1/users/1").await.unwrap().starts_with("HTTP/1.1 200"));
    assert!(ask(&proxy, "PUT", "/v1/users/1").await.unwrap().starts_with("HTTP/1.1 503"));
    assert!(ask(&proxy, "PUT", "/v1/users/1").await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn stall_does_not_deliver_and_stall_after_does() {
    let (proxy, count) = proxy_and_count().await;
    for (fault, delivered) in [(Fault::Stall, 0), (Fault::StallAfter, 1)] {
        proxy.next(fault);
        let waited = tokio::time::timeout(Duration::from_millis(300), ask(&proxy, "GET", "/")).await;
        assert!(waited.is_err());
        assert_eq!(count.load(Ordering::SeqCst), delivered);
    }
}

#[tokio::test]
async fn responses_can_be_delayed_truncated_or_damaged() {
    let (proxy, _) = proxy_and_count().await;
    proxy.next(Fault::Latency(Duration::from_millis(200)));
    let before = Instant::now();
    assert!(ask(&proxy, "GET", "/").await.unwrap().ends_with(BODY));
    assert!(before.elapsed() >= Duration::from_millis(200));

    proxy.next(Fault::Truncate(10));
    let response = ask(&proxy, "GET", "/").await.unwrap();
    assert!(
        response.ends_with(&BODY[..10]) && response.contains(&format!("content-length: {}", BODY.len())),
        "{response}"
    );

    proxy.next(Fault::CorruptBody);
    let response = ask(&proxy, "GET", "/").await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200") && !response.contains(BODY));
}

#[tokio::test]
async fn responses_can_be_replaced() {
    let (proxy, count) = proxy_and_count().await;
    let envelope = Envelope { code: 5120, message: "No".to_owned() };
    let faults = [
        (Fault::page(200), "HTTP/1.1 200", "text/html"),
        (Fault::StatusFalse200(envelope), "HTTP/1.1 200", r#""status":false"#),
        (Fault::refused(403, 4003, "Forbidden"), "HTTP/1.1 403", r#""code":4003"#),
        (Fault::Status { status: 429, envelope: None, retry_after: Some(7) }, "HTTP/1.1 429", "retry-after: 7"),
        (Fault::redirect(307, "http://127.0.0.1:1/"), "HTTP/1.1 307", "location: http://127.0.0.1:1/"),
    ];
    for (fault, start, part) in faults {
        proxy.next(fault);
        let response = ask(&proxy, "GET", "/").await.unwrap();
        assert!(response.starts_with(start) && response.contains(part), "{response}");
    }
    proxy.next(Fault::HugeBody(3_000_000));
    assert!(ask(&proxy, "GET", "/").await.unwrap().len() > 3_000_000);
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_wait_that_times_out_lists_the_requests_that_arrived() {
    let (proxy, _) = proxy_and_count().await;
    let mark = proxy.mark();
    ask(&proxy, "GET", "/other").await.unwrap();
    tokio::time::pause();
    let error = proxy.wait_for(mark, "PUT", "/v1/").await.unwrap_err();
    assert!(error.to_string().contains("/other"), "{error}");
}
