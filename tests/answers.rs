//! What a server may say and leave out: odd documents are shown, and the codes of the contract have their effects.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_with_unknown_words_nulls_and_odd_times_is_shown_all_the_same() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let id = stage.person(OWNER).await.unwrap().id;
    let odd = json!({ "status": true, "trace": [1, 2], "data": {
        "id": id, "email": "owner@example.com", "firstName": "Odd", "lastName": null, "fullName": "Odd One",
        "role": "wizard", "language": "tlh", "picture": null, "organizations": null, "organizationInfo": { "name": null },
        "verificationStatus": "pending-review", "has2FAActive": null, "createdAt": "2025-06-15T10: 00:00Z",
        "updatedAt": "the day before yesterday", "activityTrace": { "lastLogin": null }, "shoeSize": { "eu": 42 },
    }});
    stage.proxy.next_on("GET", "/v1/users/profile", Fault::Json(odd.to_string()));
    window.click("button", "Refresh").await.unwrap();
    window.see("Odd One").await.unwrap();
    assert_eq!(window.value_of("Role").await.unwrap(), "wizard");
    window.see("pending-review").await.unwrap();
    window.see("2025").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_the_server_is_believed_and_signing_in_is_asked_over_the_page() {
    for code in [4002, 4004] {
        let stage = Stage::new().await.unwrap();
        let window = stage.sign_in(OWNER).await.unwrap();
        // Also for the renewal that follows the first refusal.
        stage.proxy.always(Fault::refused(401, code, "No auth token")).await;
        window.click("button", "Refresh").await.unwrap();
        window.by_role("dialog", "").await.unwrap_or_else(|trouble| panic!("{code}: {trouble}"));
        window.see("Your session has ended").await.unwrap();
        window.see("Olivia Owner").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_gone_is_told_so_and_still_reads_what_was_last_seen() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.next_on("PUT", "/v1/users/", Fault::refused(404, 3001, "Entity not found"));
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("no longer exists on the server").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    window.see("Olivia Owner").await.unwrap();
}
