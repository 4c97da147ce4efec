//! A server that stores something else than it was sent, or answers about somebody else.

use lapel_testkit::proxy::{Fault, StoredForm};
use serde_json::json;

use crate::client::SignedIn;

async fn viewer() -> SignedIn {
    SignedIn::new("viewer@example.com").await
}

#[tokio::test]
async fn a_server_stores_its_own_form_and_says_so_in_every_answer() {
    let person = viewer().await;
    let forms = [
        (StoredForm::SingleSpaces, "Ana  María", "Ana María"),
        (StoredForm::Decomposed, "Zoë", "Zoe\u{308}"),
        (StoredForm::Capitalised, "éva", "Éva"),
    ];
    for (form, sent, stored) in forms {
        person.proxy.next_on("PUT", "/v1/users/", Fault::Normalises(form));
        // The language has one spelling only.
        let answer = person.put(json!({ "firstName": sent, "lastName": sent, "language": "es" })).await.data();
        let read = person.read().await.data();
        for name in ["firstName", "lastName"] {
            assert_eq!((answer[name].as_str(), read[name].as_str()), (Some(stored), Some(stored)), "{form:?}");
        }
        assert_eq!(read["language"], "es");
    }
}

#[tokio::test]
async fn a_server_accepts_a_field_and_does_not_keep_it() {
    let person = viewer().await;
    let before = person.held("firstName").await;
    let mark = person.proxy.mark();
    person.proxy.always_on("PUT", "/v1/users/", Fault::drops(&["firstName"]));
    let answer = person.put(json!({ "firstName": "Bea", "lastName": "Yu" })).await;
    assert_eq!((&answer.data()["firstName"], answer.data()["lastName"].as_str()), (&before, Some("Yu")));
    // Where nothing is left to change, the answer is the present document.
    let answer = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((answer.status, &answer.data()["firstName"]), (200, &before));
    assert_eq!((person.held("firstName").await, person.held("lastName").await), (before, "Yu".into()));
    assert!(person.proxy.requests(mark).iter().all(|request| request.delivered));
}

#[tokio::test]
async fn an_answer_is_about_somebody_else() {
    let person = viewer().await;
    let own = person.read().await.data();
    person.proxy.always(Fault::SomebodyElse).await;
    let read = person.read().await;
    let put = person.put(json!({ "firstName": "Bea" })).await;
    for answer in [read, put] {
        assert!(answer.header("etag").is_some());
        let other = answer.data();
        for field in ["id", "email", "firstName", "lastName", "fullName", "role"] {
            assert!(other[field].is_string() && (field == "role" || other[field] != own[field]), "{field}: {other}");
        }
        assert_eq!(other["id"].as_str().map(str::len), own["id"].as_str().map(str::len));
    }
    assert_eq!(person.held("firstName").await, "Bea");
    // A refusal is about nobody.
    assert_eq!(person.put(json!({ "firstName": 1 })).await.status, 400);
}

#[tokio::test]
async fn what_was_done_is_answered_without_a_body() {
    let person = viewer().await;
    person.proxy.always_on("PUT", "/v1/users/", Fault::NoContent);
    let answer = person.put(json!({ "firstName": "Bea" })).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("content-length")), (204, "", None));
    assert_eq!(person.held("firstName").await, "Bea");
    assert_eq!(person.put(json!({ "firstName": 1 })).await.status, 400);
}
