//! Servers that store something other than what they received, or respond with another person's data.

use lapel_testkit::proxy::{Fault, StoredForm};
use serde_json::json;

use crate::client::SignedIn;

async fn viewer() -> SignedIn {
    SignedIn::new("viewer@example.com").await
}

#[tokio::test]
async fn normalized_values_are_stored_and_returned() {
    let person = viewer().await;
    let forms = [
        (StoredForm::SingleSpaces, "Ana  María", "Ana María"),
        (StoredForm::Decomposed, "Zoë", "Zoe\u{308}"),
        (StoredForm::Capitalized, "éva", "Éva"),
    ];
    for (form, sent, stored) in forms {
        person.proxy.next_on("PUT", "/v1/users/", Fault::Normalizes(form));
        // The language is not normalized.
        let response = person.put(json!({ "firstName": sent, "lastName": sent, "language": "es" })).await.data();
        let read = person.read().await.data();
        for name in ["firstName", "lastName"] {
            assert_eq!((response[name].as_str(), read[name].as_str()), (Some(stored), Some(stored)), "{form:?}");
        }
        assert_eq!(read["language"], "es");
    }
}

#[tokio::test]
async fn a_dropped_field_is_accepted_but_not_stored() {
    let person = viewer().await;
    let before = person.server_field("firstName").await;
    let mark = person.proxy.mark();
    person.proxy.always_on("PUT", "/v1/users/", Fault::drops(&["firstName"]));
    let response = person.put(json!({ "firstName": "Bea", "lastName": "Yu" })).await;
    assert_eq!((&response.data()["firstName"], response.data()["lastName"].as_str()), (&before, Some("Yu")));
    // With all fields dropped, the response is the current document.
    let response = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((response.status, &response.data()["firstName"]), (200, &before));
    assert_eq!((person.server_field("firstName").await, person.server_field("lastName").await), (before, "Yu".into()));
    let requests = person.proxy.requests(mark);
    assert_eq!((requests.len(), requests.iter().filter(|request| request.delivered).count()), (2, 2));
}

#[tokio::test]
async fn somebody_else_replaces_the_person_in_a_response() {
    let person = viewer().await;
    let own = person.read().await.data();
    person.proxy.always(Fault::SomebodyElse).await;
    let read = person.read().await;
    let put = person.put(json!({ "firstName": "Bea" })).await;
    for response in [read, put] {
        assert!(response.header("etag").is_some());
        let other = response.data();
        for field in ["id", "email", "firstName", "lastName", "fullName", "role"] {
            assert!(other[field].is_string() && (field == "role" || other[field] != own[field]), "{field}: {other}");
        }
        assert_eq!(other["id"].as_str().map(str::len), own["id"].as_str().map(str::len));
    }
    assert_eq!(person.server_field("firstName").await, "Bea");
    // Error responses stay unchanged.
    assert_eq!(person.put(json!({ "firstName": 1 })).await.status, 400);
}

#[tokio::test]
async fn no_content_removes_the_body_of_a_successful_response() {
    let person = viewer().await;
    person.proxy.always_on("PUT", "/v1/users/", Fault::NoContent);
    let response = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((response.status, response.body.as_str(), response.header("content-length")), (204, "", None));
    assert_eq!(person.server_field("firstName").await, "Bea");
    assert_eq!(person.put(json!({ "firstName": 1 })).await.status, 400);
}
