//! The file: what outlives a stop, and files that are not ours, damaged or too new.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod common;

use std::path::{Path, PathBuf};

use common::{Bench, EDITOR, TEAM, config};
use lapel_sandbox::{Config, Database, OpenError, Sandbox, Seed, StartError};
use rusqlite::Connection;
use serde_json::json;

fn on(file: &Path) -> Config {
    Config { database: Database::File(file.to_owned()), ..config() }
}

async fn refusal(file: &Path) -> OpenError {
    match Sandbox::start(on(file)).await {
        Err(StartError::Open(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn file_in(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("sandbox.db")
}

#[tokio::test]
async fn a_stop_loses_nothing_and_the_seed_is_planted_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    let bench = Bench::with(on(&file)).await;
    let token = bench.token("editor").await;
    bench.put(&token, &format!("/users/{EDITOR}"), &json!({ "lastName": "Changed" })).await;
    bench.sandbox.stop().await;
    assert!(!folder.path().join("sandbox.db-wal").exists(), "closed cleanly");

    let bench = Bench::with(Config { seed: Some(Seed::Demo { members: 10 }), ..on(&file) }).await;
    let (_, body) = bench.get(&token, "/users/profile").await;
    assert_eq!(body["data"]["lastName"], "Changed");
    assert_eq!(bench.get(&token, TEAM).await.1["data"]["totalDocs"], 5);
}

#[tokio::test]
async fn without_a_seed_it_is_empty() {
    let bench = Bench::with(Config { seed: None, ..config() }).await;
    assert_eq!(bench.login("owner@example.com", common::PASSWORD, None).await.0, 403);
}

#[tokio::test]
async fn passwords_and_tokens_are_not_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    let bench = Bench::with(on(&file)).await;
    let (access, refresh) = bench.session("editor").await;
    bench.sandbox.stop().await;
    let bytes = std::fs::read(&file).unwrap();
    for secret in [common::PASSWORD, &access, &refresh] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn files_that_are_not_ours_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE diary (page TEXT)").unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(refusal(&file).await, OpenError::Foreign { .. }));
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to look like one".repeat(50)).unwrap();
    assert!(matches!(refusal(&text).await, OpenError::Damaged { .. }));
    assert!(matches!(refusal(folder.path()).await, OpenError::Unreachable { .. }));
    assert!(matches!(refusal(&folder.path().join("no/such/folder/x.db")).await, OpenError::Unreachable { .. }));
}

#[tokio::test]
async fn a_damaged_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    Bench::with(on(&file)).await.sandbox.stop().await;
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in &mut bytes[4096..20_000] {
        *byte = 0xa5;
    }
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(refusal(&file).await, OpenError::Damaged { .. }));
    let own = Config { database: Database::Own(file.clone()), ..on(&file) };
    Bench::with(own).await.sandbox.stop().await;
    assert!(folder.path().join("sandbox.damaged.db").is_file(), "moved aside where the file is the demo's own");
}

#[tokio::test]
async fn a_newer_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    Bench::with(on(&file)).await.sandbox.stop().await;
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(refusal(&file).await, OpenError::Newer { found: 99, .. }));
}
