//! Migrates a database with the first schema.

use std::path::Path;

use crate::common::{EDITOR, OWNER, PASSWORD, TEAM, TestServer, VIEWER, code, config, tokens};
use lapel_sandbox::{Config, Database};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

/// The token pairs of the sessions in `fixtures/first_schema.sql`, which contains their hashes.
const OWNERS: (&str, &str) = (
    "b9490459c9f95bedee050b8bd45fb373a7959a32b6b76f01236c97b32e751fb0",
    "2fa306570fb33fd53c5d71f23d8a034792ab655fd7e6c0afcdbb6a1213597299",
);
/// Renewed, and its successor was used.
const EDITORS_FIRST: (&str, &str) = (
    "abf48d9030bdac304e394f3eeb0a20a4097a8f409ed229d255a472460cee11df",
    "fe807d66db1ab4fc447e7ae4f4bde8af25d3da45e994543887cc2b074c4ce91f",
);
/// Renewed, but its successor was not used: the response may have been lost.
const EDITORS_SECOND: (&str, &str) = (
    "bb78d539ea9e58c16b2b831ffd42b33e5fc25291688f0dc6256e54237c268410",
    "edd79377e79bcb32a3536c19934d407355c1a3fbe7937d24df129ee71ad3dac3",
);
const EDITORS_THIRD: (&str, &str) = (
    "e5c397bb084d1fa2339626d1958f0482aecc1faafa81e1abdbdf9c1f0dd2368c",
    "82fa01d6ffe8699e09b0f57d882c413935db9ce6a23c87c3bd58bbc68ae0add8",
);

fn owned((access, refresh): (&str, &str)) -> (String, String) {
    (access.to_owned(), refresh.to_owned())
}

fn write_first_schema(file: &Path) {
    let connection = Connection::open(file).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(include_str!("../../migrations/001_initial.sql")).unwrap();
    connection.execute_batch(include_str!("../fixtures/first_schema.sql")).unwrap();
    connection.pragma_update(None, "application_id", 0x4C50_5342).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection.close().unwrap();
}

/// A sandbox with a file of the first schema. Dropping the folder deletes the file.
async fn migrated() -> (TestServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    write_first_schema(&file);
    let server = TestServer::with(Config { database: Database::File(file), ..config() }).await;
    (server, folder)
}

async fn profile(server: &TestServer, token: &str) -> Value {
    server.get(token, "/users/profile").await.1["data"].take()
}

#[tokio::test]
async fn users_and_teams_keep_their_data() {
    let (server, folder) = migrated().await;
    let owner = profile(&server, OWNERS.0).await;
    assert_eq!((&owner["id"], &owner["language"]), (&json!(OWNER), &json!("en")));
    let picture = owner["picture"].as_str().unwrap().to_owned();
    let picture = picture.strip_prefix(&server.sandbox.base_url()).unwrap();
    assert_eq!(server.request(Method::GET, picture).send().await.unwrap().status(), 200);
    let editor = profile(&server, EDITORS_SECOND.0).await;
    assert_eq!(
        (&editor["id"], &editor["firstName"], &editor["language"]),
        (&json!(EDITOR), &json!("Édith"), &json!("pt-BR"))
    );
    let (_, signed_in) = server.login("viewer@example.com", PASSWORD, None).await;
    assert_eq!(signed_in["data"]["user"]["language"], "ca", "a language that can no longer be chosen is kept");
    assert_eq!(code(&server.login("twofactor@example.com", PASSWORD, None).await), (401, 4014));

    let (_, team) = server.get(OWNERS.0, TEAM).await;
    assert_eq!(team["data"]["totalDocs"], 5);
    let viewer = team["data"]["items"].as_array().unwrap().iter().find(|row| row["user"]["id"] == VIEWER).unwrap();
    assert_eq!(viewer["tags"], json!(["ventas", "sales"]));
    let (status, saved) = server.put(EDITORS_SECOND.0, &format!("/users/{EDITOR}"), &json!({ "language": "pt" })).await;
    assert_eq!((status, &saved["data"]["language"]), (200, &json!("pt")));

    server.sandbox.stop().await;
    let connection = Connection::open(folder.path().join("sandbox.db")).unwrap();
    let violations: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(violations, 0);
}

#[tokio::test]
async fn sessions_stay_valid() {
    let (server, _folder) = migrated().await;
    let renewed = tokens(&server.refresh(&owned(OWNERS)).await.1);
    assert_eq!(profile(&server, &renewed.0).await["id"], OWNER);
    assert_eq!(code(&server.refresh(&owned(OWNERS)).await), (401, 4011));
    assert_eq!(code(&server.refresh(&owned(EDITORS_FIRST)).await), (401, 4011), "the old version refused it, too");
    assert_eq!(code(&server.get(EDITORS_FIRST.0, "/users/profile").await), (401, 4004));
    // The editor's client may have either of these.
    for pair in [EDITORS_SECOND, EDITORS_THIRD] {
        let renewed = tokens(&server.refresh(&owned(pair)).await.1);
        assert_eq!(profile(&server, &renewed.0).await["id"], EDITOR);
    }
}

#[tokio::test]
async fn a_migrated_file_can_be_opened_again() {
    let (server, folder) = migrated().await;
    server.sandbox.stop().await;
    let file = folder.path().join("sandbox.db");
    let server = TestServer::with(Config { database: Database::File(file), ..config() }).await;
    assert_eq!(profile(&server, EDITORS_THIRD.0).await["language"], "pt-BR");
}
