//! What a network does: nothing, too late, too little, or the wrong thing.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use lapel_testkit::proxy::{Envelope, Fault};

use crate::client::{BODY, ask, started};

#[tokio::test]
async fn passes_on_what_has_no_fault_and_notes_it() {
    let (proxy, count) = started().await;
    let mark = proxy.mark();
    let answer = ask(&proxy, "GET", "/v1/users/profile?x=1").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(BODY), "{answer}");
    let seen = proxy.wait_for(mark, "GET", "/v1/users").await.unwrap();
    assert_eq!((seen.path.as_str(), seen.delivered), ("/v1/users/profile?x=1", true));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn offline_refuses_to_connect_until_it_is_over() {
    let (proxy, _) = started().await;
    for _ in 0..3 {
        proxy.always(Fault::Offline).await;
        let error = ask(&proxy, "GET", "/").await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        proxy.always(Fault::Pass).await;
        assert!(ask(&proxy, "GET", "/").await.unwrap().ends_with(BODY));
    }
}

#[tokio::test]
async fn a_reset_before_is_never_delivered_and_a_reset_after_is() {
    let (proxy, count) = started().await;
    for (fault, delivered) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        proxy.next(fault);
        let error = ask(&proxy, "PUT", "/").await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        assert_eq!(count.load(Ordering::SeqCst), delivered);
    }
}

#[tokio::test]
async fn a_single_fault_waits_for_the_request_that_fits_and_happens_once() {
    let (proxy, _) = started().await;
    proxy.next_on("PUT", "/v1/users/", Fault::status(503));
    assert!(ask(&proxy, "GET", "/v1/users/1").await.unwrap().starts_with("HTTP/1.1 200"));
    assert!(ask(&proxy, "PUT", "/v1/users/1").await.unwrap().starts_with("HTTP/1.1 503"));
    assert!(ask(&proxy, "PUT", "/v1/users/1").await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stalled_request_gets_no_answer_and_is_delivered_only_where_so_asked() {
    let (proxy, count) = started().await;
    for (fault, delivered) in [(Fault::Stall, 0), (Fault::StallAfter, 1)] {
        proxy.next(fault);
        let waited = tokio::time::timeout(Duration::from_millis(300), ask(&proxy, "GET", "/")).await;
        assert!(waited.is_err());
        assert_eq!(count.load(Ordering::SeqCst), delivered);
    }
}

#[tokio::test]
async fn answers_come_late_short_or_damaged() {
    let (proxy, _) = started().await;
    proxy.next(Fault::Latency(Duration::from_millis(200)));
    let before = Instant::now();
    assert!(ask(&proxy, "GET", "/").await.unwrap().ends_with(BODY));
    assert!(before.elapsed() >= Duration::from_millis(200));

    proxy.next(Fault::Truncate(10));
    let answer = ask(&proxy, "GET", "/").await.unwrap();
    assert!(answer.ends_with(&BODY[..10]) && answer.contains(&format!("content-length: {}", BODY.len())), "{answer}");

    proxy.next(Fault::CorruptBody);
    let answer = ask(&proxy, "GET", "/").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains(BODY));
}

#[tokio::test]
async fn answers_come_from_something_else() {
    let (proxy, count) = started().await;
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
        let answer = ask(&proxy, "GET", "/").await.unwrap();
        assert!(answer.starts_with(start) && answer.contains(part), "{answer}");
    }
    proxy.next(Fault::HugeBody(3_000_000));
    assert!(ask(&proxy, "GET", "/").await.unwrap().len() > 3_000_000);
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_was_awaited_and_did_not_come_is_told_with_what_came() {
    let (proxy, _) = started().await;
    let mark = proxy.mark();
    ask(&proxy, "GET", "/other").await.unwrap();
    tokio::time::pause();
    let trouble = proxy.wait_for(mark, "PUT", "/v1/").await.unwrap_err();
    assert!(trouble.to_string().contains("/other"), "{trouble}");
}
