//! Responses with an earlier document, as from a cache.

use lapel_testkit::proxy::Fault;
use serde_json::{Value, json};

use crate::client::SignedIn;

const NO_CACHE: [(&str, &str); 1] = [("cache-control", "no-cache")];

async fn viewer() -> SignedIn {
    SignedIn::new("viewer@example.com").await
}

#[tokio::test]
async fn stale_instead_returns_the_earlier_document_and_does_not_deliver() {
    let person = viewer().await;
    let first = person.read().await;
    person.put_without_proxy(json!({ "lastName": "Elsewhere" })).await;
    let mark = person.proxy.mark();

    person.proxy.next(Fault::StaleInstead);
    let again = person.read().await;
    assert_eq!((again.status, &again.body, again.header("etag")), (200, &first.body, first.header("etag")));
    assert!(again.header("etag").is_some());

    person.proxy.next(Fault::StaleInstead);
    let response = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((response.status, response.body), (200, first.body));
    assert_ne!(person.server_field("firstName").await, "Bea");
    let requests = person.proxy.requests(mark);
    assert_eq!((requests.len(), requests.iter().filter(|request| request.delivered).count()), (2, 0));
}

#[tokio::test]
async fn stale_after_delivers_and_returns_the_earlier_document() {
    let person = viewer().await;
    let first = person.read().await;
    person.proxy.next_on("PUT", "/v1/users/", Fault::StaleAfter);
    let response = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((response.status, &response.body, response.header("etag")), (200, &first.body, first.header("etag")));
    assert_eq!(person.server_field("firstName").await, "Bea");

    person.proxy.next(Fault::StaleAfter);
    assert_eq!(person.put(json!({ "firstName": 1 })).await.status, 400);
}

#[tokio::test]
async fn the_response_to_a_change_becomes_the_next_earlier_document() {
    let person = viewer().await;
    person.read().await;
    let changed = person.put(json!({ "firstName": "Bea" })).await;
    person.proxy.next(Fault::StaleAfter);
    assert_eq!(person.put(json!({ "firstName": "Cleo" })).await.body, changed.body);
}

#[tokio::test]
async fn requests_are_forwarded_when_no_earlier_document_exists() {
    let mut person = viewer().await;
    person.proxy.always(Fault::StaleInstead).await;
    let first = person.read().await;
    assert_eq!(first.status, 200);
    assert_eq!(person.put(json!({ "firstName": "Bea" })).await.data()["firstName"], first.data()["firstName"]);
    // Documents read with other credentials are not used.
    person.become_another("editor@example.com").await;
    assert_eq!(person.read().await.data()["id"], person.id.as_str());
}

#[tokio::test]
async fn stale_faults_also_apply_to_team_rows() {
    let person = SignedIn::new("owner@example.com").await;
    let rows = "/v1/organizations/acme-industries/collaborators/";
    let found = person.ask("GET", &format!("{rows}?email=editor@example.com"), &[], Value::Null).await;
    let row = &found.data()["items"][0];
    let path = format!("{rows}{}", row["id"].as_str().unwrap());
    for (fault, stored) in [(Fault::StaleInstead, "editor"), (Fault::StaleAfter, "viewer")] {
        person.proxy.next_on("PUT", rows, fault);
        let response = person.ask("PUT", &path, &[], json!({ "role": "viewer" })).await;
        assert_eq!((response.status, response.data()["role"].as_str()), (200, Some("editor")));
        let now = person.ask_server("GET", &format!("{rows}?email=editor@example.com"), Value::Null).await;
        assert_eq!(now.data()["items"][0]["role"], stored);
    }
}

#[tokio::test]
async fn a_cache_responds_until_the_client_sends_no_cache() {
    let person = viewer().await;
    person.proxy.always_on("GET", "/v1/users/profile", Fault::Cached);
    let first = person.read().await;
    person.put(json!({ "firstName": "Bea" })).await;

    assert_eq!(person.read().await.body, first.body);
    let tag = first.header("etag").unwrap();
    let unchanged = person.ask("GET", "/v1/users/profile", &[("if-none-match", tag)], Value::Null).await;
    assert_eq!((unchanged.status, unchanged.header("etag")), (304, Some(tag)));
    let fresh = person.ask("GET", "/v1/users/profile", &NO_CACHE, Value::Null).await;
    assert_eq!(fresh.data()["firstName"], "Bea");
    assert_eq!(person.read().await.body, fresh.body);
}
