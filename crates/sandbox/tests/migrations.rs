//! A database that an earlier version wrote, as this one finds it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use std::path::Path;

use common::{Bench, EDITOR, OWNER, PASSWORD, TEAM, VIEWER, code, config, tokens};
use lapel_sandbox::{Config, Database};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

/// Pairs of the sessions in `fixtures/first_schema.sql`, which holds their hashes.
const OWNERS: (&str, &str) = (
    "b9490459c9f95bedee050b8bd45fb373a7959a32b6b76f01236c97b32e751fb0",
    "2fa306570fb33fd53c5d71f23d8a034792ab655fd7e6c0afcdbb6a1213597299",
);
/// Exchanged, and the one that came for it was used.
const EDITORS_FIRST: (&str, &str) = (
    "abf48d9030bdac304e394f3eeb0a20a4097a8f409ed229d255a472460cee11df",
    "fe807d66db1ab4fc447e7ae4f4bde8af25d3da45e994543887cc2b074c4ce91f",
);
/// Exchanged, but nobody has used the one that came for it: the answer may have got lost.
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
    connection.execute_batch(include_str!("../migrations/001_initial.sql")).unwrap();
    connection.execute_batch(include_str!("fixtures/first_schema.sql")).unwrap();
    connection.pragma_update(None, "application_id", 0x4C50_5342).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection.close().unwrap();
}

/// The sandbox on a file of the first schema; the folder is to be kept as long as it runs.
async fn migrated() -> (Bench, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    write_first_schema(&file);
    let bench = Bench::with(Config { database: Database::File(file), ..config() }).await;
    (bench, folder)
}

async fn profile(bench: &Bench, token: &str) -> Value {
    bench.get(token, "/users/profile").await.1["data"].take()
}

#[tokio::test]
async fn people_stay_as_they_are() {
    let (bench, folder) = migrated().await;
    let owner = profile(&bench, OWNERS.0).await;
    assert_eq!((&owner["id"], &owner["language"]), (&json!(OWNER), &json!("en")));
    let picture = owner["picture"].as_str().unwrap().to_owned();
    let picture = picture.strip_prefix(&bench.sandbox.base_url()).unwrap();
    assert_eq!(bench.request(Method::GET, picture).send().await.unwrap().status(), 200);
    let editor = profile(&bench, EDITORS_SECOND.0).await;
    assert_eq!(
        (&editor["id"], &editor["firstName"], &editor["language"]),
        (&json!(EDITOR), &json!("Édith"), &json!("pt-BR"))
    );
    let (_, signed_in) = bench.login("viewer@example.com", PASSWORD, None).await;
    assert_eq!(signed_in["data"]["user"]["language"], "ca", "a language that can no longer be chosen");
    assert_eq!(code(&bench.login("twofactor@example.com", PASSWORD, None).await), (401, 4014));

    let (_, team) = bench.get(OWNERS.0, TEAM).await;
    assert_eq!(team["data"]["totalDocs"], 5);
    let viewer = team["data"]["items"].as_array().unwrap().iter().find(|row| row["user"]["id"] == VIEWER).unwrap();
    assert_eq!(viewer["tags"], json!(["ventas", "sales"]));
    let (status, saved) = bench.put(EDITORS_SECOND.0, &format!("/users/{EDITOR}"), &json!({ "language": "pt" })).await;
    assert_eq!((status, &saved["data"]["language"]), (200, &json!("pt")));

    bench.sandbox.stop().await;
    let connection = Connection::open(folder.path().join("sandbox.db")).unwrap();
    let broken: i64 =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
}

#[tokio::test]
async fn whoever_is_signed_in_stays_so() {
    let (bench, _folder) = migrated().await;
    let renewed = tokens(&bench.refresh(&owned(OWNERS)).await.1);
    assert_eq!(profile(&bench, &renewed.0).await["id"], OWNER);
    assert_eq!(code(&bench.refresh(&owned(OWNERS)).await), (401, 4011));
    assert_eq!(code(&bench.refresh(&owned(EDITORS_FIRST)).await), (401, 4011), "it was reuse before, too");
    assert_eq!(code(&bench.get(EDITORS_FIRST.0, "/users/profile").await), (401, 4004));
    // The editor's client holds one of these, and nobody knows which.
    for pair in [EDITORS_SECOND, EDITORS_THIRD] {
        let renewed = tokens(&bench.refresh(&owned(pair)).await.1);
        assert_eq!(profile(&bench, &renewed.0).await["id"], EDITOR);
    }
}

#[tokio::test]
async fn a_second_start_finds_it_migrated() {
    let (bench, folder) = migrated().await;
    bench.sandbox.stop().await;
    let file = folder.path().join("sandbox.db");
    let bench = Bench::with(Config { database: Database::File(file), ..config() }).await;
    assert_eq!(profile(&bench, EDITORS_THIRD.0).await["language"], "pt-BR");
}
