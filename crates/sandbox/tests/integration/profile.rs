//! Reads and writes profiles: the JSON document, entity tags, validation of values, quirks.

use crate::common::{ADMIN, EDITOR, OWNER, ServerWithDatabase, TEAM, TestServer, code, etag, row_of, send};
use lapel_sandbox::Quirks;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn user(id: &str) -> String {
    format!("/users/{id}")
}

#[tokio::test]
async fn the_document_contains_all_fields_of_the_contract() {
    let server = TestServer::new().await;
    let token = server.token("owner").await;
    let (_, body) = server.get(&token, "/users/profile").await;
    let person = &body["data"];
    let expected = [
        ("/id", json!(OWNER)),
        ("/email", json!("owner@example.com")),
        ("/firstName", json!("Olivia")),
        ("/lastName", json!("Owner")),
        ("/fullName", json!("Olivia Owner")),
        ("/picture", Value::Null),
        ("/role", json!("admin")),
        ("/newsletter", json!(true)),
        ("/hasPassword", json!(true)),
        ("/has2FAActive", json!(false)),
        ("/ssoUser", json!(false)),
        ("/language", json!("en")),
        ("/verificationStatus", json!("verified")),
        ("/platformRoles", json!([])),
        ("/supplantCapability", json!(false)),
        ("/organizations/0/slug", json!("acme-industries")),
        ("/organizationInfo/name", json!("Acme Industries")),
        ("/organizationInfo/createdBy", json!(OWNER)),
        ("/organizationInfo/branding/primaryColor", json!("#0B6E4F")),
        ("/organizationInfo/store/enabled", json!(true)),
        ("/organizationInfo/configuration/enforceSSO", json!(false)),
    ];
    for (pointer, value) in expected {
        assert_eq!(person.pointer(pointer), Some(&value), "{pointer}");
    }
    assert_eq!(person["organizationId"], person["organizationInfo"]["id"]);
    for pointer in ["/activityTrace/lastLogin/dashboard", "/intercomUserHash", "/createdAt", "/updatedAt"] {
        assert!(person.pointer(pointer).is_some_and(Value::is_string), "{pointer}");
    }
    let logo = person["organizationInfo"]["picture"].as_str().unwrap().to_owned();
    let logo = logo.strip_prefix(&server.sandbox.base_url()).unwrap();
    assert_eq!(server.request(Method::GET, logo).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_put_changes_only_the_fields_in_the_body() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let all = json!({ "firstName": "Ana María", "lastName": "", "picture": "https://example.com/p.png", "role": "user", "language": "pt" });
    let (status, body) = server.put(&token, &user(EDITOR), &all).await;
    assert_eq!(status, 200, "{body}");
    for (key, value) in all.as_object().unwrap() {
        assert_eq!(&body["data"][key], value, "{key}");
    }
    assert_eq!(body["data"]["fullName"], "Ana María");
    assert!(body["data"]["activityTrace"]["lastAction"]["dashboard"].is_string());
    let (_, body) =
        server.put(&token, &user(&EDITOR.to_uppercase()), &json!({ "lastName": "Ortiz", "more": [1] })).await;
    assert_eq!(body["data"]["fullName"], "Ana María Ortiz");
    assert_eq!(body["data"]["picture"], "https://example.com/p.png");
    let (_, body) = server.put(&token, &user(EDITOR), &json!({ "picture": "" })).await;
    assert_eq!(body["data"]["picture"], Value::Null);
    assert_eq!(server.get(&token, "/users/profile").await.1, body);
}

#[tokio::test]
async fn invalid_bodies_are_refused_and_change_nothing() {
    let server = TestServer::new().await;
    let token = server.token("editor").await;
    let bodies = [
        json!({}),
        json!("x"),
        json!({ "firstName": "" }),
        json!({ "firstName": " x" }),
        json!({ "firstName": "a\u{0}b" }),
        json!({ "firstName": "a".repeat(129) }),
        json!({ "firstName": null }),
        json!({ "lastName": "a\nb" }),
        json!({ "lastName": 1 }),
        json!({ "language": "english" }),
        json!({ "language": "" }),
        json!({ "language": "pt-BR" }),
        json!({ "language": "ca" }),
        json!({ "picture": "javascript:alert(1)" }),
        json!({ "picture": null }),
        json!({ "role": "owner" }),
        json!({ "role": ["user"] }),
        json!({ "lastName": "Fine", "language": "EN" }),
    ];
    let before = server.get(&token, "/users/profile").await;
    for body in bodies {
        let response = server.put(&token, &user(EDITOR), &body).await;
        assert_eq!(code(&response), (400, 5120), "{body}");
        assert!(!response.1["error"]["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(server.get(&token, "/users/profile").await, before);
}

#[tokio::test]
async fn a_stored_language_that_is_no_longer_valid_is_kept_but_cannot_be_sent() {
    let fixture = ServerWithDatabase::new().await;
    fixture.database.execute("UPDATE user SET language = 'pt-BR' WHERE id = ?1", [EDITOR]).unwrap();
    let token = fixture.server.token("editor").await;
    let (_, body) = fixture.server.put(&token, &user(EDITOR), &json!({ "lastName": "New" })).await;
    assert_eq!(body["data"]["language"], "pt-BR");
    let same = fixture.server.put(&token, &user(EDITOR), &json!({ "language": "pt-BR" })).await;
    assert_eq!(code(&same), (400, 5120), "even sending the stored value is refused");
    let (_, body) = fixture.server.put(&token, &user(EDITOR), &json!({ "language": "pt" })).await;
    assert_eq!(body["data"]["language"], "pt");
}

#[tokio::test]
async fn writing_an_unknown_user_is_404() {
    let server = TestServer::new().await;
    let token = server.token("owner").await;
    for id in ["65f0a1c0000000000000ffff", "x", "%ff", "%00", "65f0a1c0000000000000000g"] {
        let response = server.put(&token, &user(id), &json!({ "lastName": "X" })).await;
        assert_eq!(code(&response), (404, 3001), "{id}");
    }
}

#[tokio::test]
async fn a_read_with_a_matching_entity_tag_returns_304() {
    let server = TestServer::new().await;
    let token = server.token("owner").await;
    let read = |tag: String| {
        server.request(Method::GET, "/users/profile").bearer_auth(&token).header("if-none-match", tag).send()
    };
    let first = read("\"other\"".to_owned()).await.unwrap();
    assert_eq!(first.status(), 200);
    let tag = etag(&first);
    assert!(tag.starts_with('"'));
    let second = read(format!("\"other\", W/{tag}")).await.unwrap();
    assert_eq!((second.status().as_u16(), etag(&second)), (304, tag.clone()));
    assert!(second.bytes().await.unwrap().is_empty());
    assert_eq!(read("*".to_owned()).await.unwrap().status(), 304);
    server.put(&token, &user(OWNER), &json!({ "lastName": "Other" })).await;
    assert_eq!(read(tag).await.unwrap().status(), 200);
}

#[tokio::test]
async fn if_match_prevents_overwriting_a_newer_version() {
    let server = TestServer::new().await;
    let (token, admin) = (server.token("owner").await, server.token("admin").await);
    let read = server.request(Method::GET, "/users/profile").bearer_auth(&token).send().await.unwrap();
    let tag = etag(&read);
    let write = |tag: String, name: &str| {
        let request = server.request(Method::PUT, &user(OWNER)).bearer_auth(&token).header("if-match", tag);
        request.json(&json!({ "lastName": name })).send()
    };
    assert_eq!(write(format!("W/{tag}"), "A").await.unwrap().status(), 412, "a weak tag never matches");
    let written = write(tag, "A").await.unwrap();
    assert_eq!(written.status(), 200);
    let tag = etag(&written);
    assert_eq!(server.put(&admin, &user(OWNER), &json!({ "firstName": "Changed" })).await.0, 200);
    let request = server.request(Method::PUT, &user(OWNER)).bearer_auth(&token).header("if-match", tag);
    assert_eq!(code(&send(request.json(&json!({ "lastName": "B" }))).await), (412, 5412));
    assert_eq!(server.get(&token, "/users/profile").await.1["data"]["fullName"], "Changed A");
    assert_eq!(write("*".to_owned(), "B").await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_no_etag_quirk_disables_entity_tags() {
    let server = TestServer::new().await;
    server.sandbox.set_quirks(Quirks { no_etag: true, ..Quirks::default() });
    let token = server.token("owner").await;
    let read = server.request(Method::GET, "/users/profile").bearer_auth(&token).header("if-none-match", "*");
    let read = read.send().await.unwrap();
    assert_eq!((read.status().as_u16(), read.headers().contains_key("etag")), (200, false));
    let write = server.request(Method::PUT, &user(OWNER)).bearer_auth(&token).header("if-match", "\"other\"");
    let write = write.json(&json!({ "lastName": "X" })).send().await.unwrap();
    assert_eq!((write.status().as_u16(), write.headers().contains_key("etag")), (200, false));
}

#[tokio::test]
async fn weak_entity_tags_match_for_reads_but_not_for_writes() {
    let server = TestServer::new().await;
    server.sandbox.set_quirks(Quirks { weak_etags: true, ..Quirks::default() });
    let token = server.token("owner").await;
    let read = server.request(Method::GET, "/users/profile").bearer_auth(&token);
    let tag = etag(&read.send().await.unwrap());
    let strong = tag.strip_prefix("W/").unwrap().to_owned();
    for given in [&tag, &strong] {
        let read = server.request(Method::GET, "/users/profile").bearer_auth(&token).header("if-none-match", given);
        assert_eq!(read.send().await.unwrap().status(), 304, "{given}");
        let write = server.request(Method::PUT, &user(OWNER)).bearer_auth(&token).header("if-match", given);
        assert_eq!(code(&send(write.json(&json!({ "lastName": "X" }))).await), (412, 5412), "{given}");
    }
    let write = server.request(Method::PUT, &user(OWNER)).bearer_auth(&token).json(&json!({ "lastName": "X" }));
    assert!(etag(&write.send().await.unwrap()).starts_with("W/\""));
}

#[tokio::test]
async fn the_bare_writes_quirk_returns_204_without_a_body() {
    let server = TestServer::new().await;
    server.sandbox.set_quirks(Quirks { bare_writes: true, ..Quirks::default() });
    let token = server.token("owner").await;
    let row = format!("{TEAM}{}", row_of(EDITOR));
    for (path, body) in [(user(OWNER), json!({ "lastName": "X" })), (row, json!({ "role": "viewer" }))] {
        let response = server.request(Method::PUT, &path).bearer_auth(&token).json(&body).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().contains_key("etag")), (204, false), "{path}");
        assert!(response.bytes().await.unwrap().is_empty(), "{path}");
    }
    assert_eq!(server.get(&token, "/users/profile").await.1["data"]["lastName"], "X");
    let refused = server.put(&token, &user(OWNER), &json!({ "lastName": 1 })).await;
    assert_eq!(code(&refused), (400, 5120), "errors still have a body");
}

#[tokio::test]
async fn a_quirk_clears_the_fields_that_a_put_omits() {
    let server = TestServer::new().await;
    server.sandbox.set_quirks(Quirks { put_replaces_all: true, ..Quirks::default() });
    let token = server.token("editor").await;
    let (status, body) = server.put(&token, &user(EDITOR), &json!({ "lastName": "Kept" })).await;
    assert_eq!(status, 200);
    let person = &body["data"];
    assert_eq!((&person["firstName"], &person["lastName"]), (&json!(""), &json!("Kept")));
    assert_eq!((&person["language"], &person["picture"], &person["role"]), (&json!(""), &Value::Null, &json!("user")));
}

#[tokio::test]
async fn only_administrators_may_write_other_users() {
    let server = TestServer::new().await;
    for (who, expected) in [("owner", (200, 0)), ("admin", (200, 0)), ("viewer", (403, 4003)), ("editor", (403, 4003))]
    {
        let token = server.token(who).await;
        let target = if who == "admin" { OWNER } else { ADMIN };
        let response =
            server.put(&token, &user(target), &json!({ "lastName": "New", "picture": "", "language": "es" })).await;
        assert_eq!(code(&response), expected, "{who}");
    }
}
