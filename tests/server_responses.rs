//! Unusual but valid server responses, and API error codes with a special effect.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_with_unknown_values_nulls_and_malformed_dates_is_shown() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let id = world.other_client(OWNER).await.unwrap().id;
    let odd = json!({ "status": true, "trace": [1, 2], "data": {
        "id": id, "email": "owner@example.com", "firstName": "Odd", "lastName": null, "fullName": "Odd One",
        "role": "wizard", "language": "tlh", "picture": null, "organizations": null, "organizationInfo": { "name": null },
        "verificationStatus": "pending-review", "has2FAActive": null, "createdAt": "2025-06-15T10: 00:00Z",
        "updatedAt": "the day before yesterday", "activityTrace": { "lastLogin": null }, "shoeSize": { "eu": 42 },
    }});
    world.proxy.next_on("GET", "/v1/users/profile", Fault::Json(odd.to_string()));
    window.refresh().await.unwrap();
    window.see("Odd One").await.unwrap();
    assert_eq!(window.value_of("Role").await.unwrap(), "wizard");
    window.see("pending-review").await.unwrap();
    window.see("2025").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_token_errors_show_the_sign_in_dialog_over_the_profile() {
    for code in [4002, 4004] {
        let world = TestWorld::new().await.unwrap();
        let window = world.sign_in(OWNER).await.unwrap();
        // `always`, because the app tries a token refresh after the first refusal.
        world.proxy.always(Fault::refused(401, code, "No auth token")).await;
        window.refresh().await.unwrap();
        window.by_role("dialog", "").await.unwrap_or_else(|error| panic!("{code}: {error}"));
        window.see("Your session has ended").await.unwrap();
        window.see("Olivia Owner").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_sees_an_error_and_the_cached_profile() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.next_on("PUT", "/v1/users/", Fault::refused(404, 3001, "Entity not found"));
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("no longer exists on the server").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    window.see("Olivia Owner").await.unwrap();
}
