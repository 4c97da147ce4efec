//! ETags changed by an intermediary.

use lapel_testkit::proxy::Fault;
use serde_json::{Value, json};

use crate::client::SignedIn;

const PROFILE: &str = "/v1/users/profile";

async fn viewer() -> SignedIn {
    SignedIn::new("viewer@example.com").await
}

#[tokio::test]
async fn a_weak_etag_matches_reads_but_not_writes() {
    let person = viewer().await;
    let strong = person.read().await.header("etag").unwrap().to_owned();
    person.proxy.always(Fault::WeakEtag).await;
    let weak = person.read().await.header("etag").unwrap().to_owned();
    assert_eq!(weak, format!("W/{strong}"));

    let unchanged = person.ask("GET", PROFILE, &[("if-none-match", &weak)], Value::Null).await;
    assert_eq!((unchanged.status, unchanged.header("etag")), (304, Some(weak.as_str())));
    let path = format!("/v1/users/{}", person.id);
    let refused = person.ask("PUT", &path, &[("if-match", &weak)], json!({ "firstName": "Bea" })).await;
    assert_eq!(refused.status, 412);
    let done = person.put(json!({ "firstName": "Bea" })).await;
    assert!(done.header("etag").is_some_and(|tag| tag.starts_with("W/")), "{done:?}");
}

#[tokio::test]
async fn a_rewritten_etag_differs_each_time_and_never_matches() {
    let person = viewer().await;
    person.proxy.always(Fault::RewrittenEtag).await;
    let first = person.read().await.header("etag").unwrap().to_owned();
    let second = person.read().await.header("etag").unwrap().to_owned();
    assert_ne!(first, second);

    let read = person.ask("GET", PROFILE, &[("if-none-match", &second)], Value::Null).await;
    assert_eq!(read.status, 200);
    let path = format!("/v1/users/{}", person.id);
    let refused = person.ask("PUT", &path, &[("if-match", &second)], json!({ "firstName": "Bea" })).await;
    assert_eq!(refused.status, 412);
}

#[tokio::test]
async fn no_etag_removes_the_etag_from_reads_and_writes() {
    let person = viewer().await;
    person.proxy.always(Fault::NoEtag).await;
    for response in [person.read().await, person.put(json!({ "firstName": "Bea" })).await] {
        assert_eq!((response.status, response.header("etag")), (200, None));
    }
}
