//! The database file: persistence, and files that are foreign, damaged or too new.

use std::path::{Path, PathBuf};

use crate::common::{EDITOR, TEAM, TestServer, config};
use lapel_sandbox::{Config, Database, OpenError, Sandbox, Seed, StartError};
use rusqlite::Connection;
use serde_json::json;

fn config_with_file(file: &Path) -> Config {
    Config { database: Database::File(file.to_owned()), ..config() }
}

async fn open_error(file: &Path) -> OpenError {
    match Sandbox::start(config_with_file(file)).await {
        Err(StartError::Open(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn file_in(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("sandbox.db")
}

#[tokio::test]
async fn data_survives_a_restart_and_the_seed_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    let server = TestServer::with(config_with_file(&file)).await;
    let token = server.token("editor").await;
    server.put(&token, &format!("/users/{EDITOR}"), &json!({ "lastName": "Changed" })).await;
    server.sandbox.stop().await;
    assert!(!folder.path().join("sandbox.db-wal").exists(), "the database was closed cleanly");

    let server = TestServer::with(Config { seed: Some(Seed::Demo { members: 10 }), ..config_with_file(&file) }).await;
    let (_, body) = server.get(&token, "/users/profile").await;
    assert_eq!(body["data"]["lastName"], "Changed");
    assert_eq!(server.get(&token, TEAM).await.1["data"]["totalDocs"], 5);
}

#[tokio::test]
async fn without_a_seed_there_are_no_users() {
    let server = TestServer::with(Config { seed: None, ..config() }).await;
    assert_eq!(server.login("owner@example.com", crate::common::PASSWORD, None).await.0, 403);
}

#[tokio::test]
async fn passwords_and_tokens_are_not_stored_in_plain_text() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    let server = TestServer::with(config_with_file(&file)).await;
    let (access, refresh) = server.session("editor").await;
    server.sandbox.stop().await;
    let bytes = std::fs::read(&file).unwrap();
    for secret in [crate::common::PASSWORD, &access, &refresh] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test]
async fn foreign_files_are_refused_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE diary (page TEXT)").unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(open_error(&file).await, OpenError::Foreign { .. }));
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database, but long enough to look like one".repeat(50)).unwrap();
    assert!(matches!(open_error(&text).await, OpenError::Damaged { .. }));
    assert!(matches!(open_error(folder.path()).await, OpenError::Unreachable { .. }));
    assert!(matches!(open_error(&folder.path().join("no/such/folder/x.db")).await, OpenError::Unreachable { .. }));
}

#[tokio::test]
async fn a_damaged_file_is_refused_or_renamed_if_it_belongs_to_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    TestServer::with(config_with_file(&file)).await.sandbox.stop().await;
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in &mut bytes[4096..20_000] {
        *byte = 0xa5;
    }
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(open_error(&file).await, OpenError::Damaged { .. }));
    let demo = Config { database: Database::Own(file.clone()), ..config_with_file(&file) };
    TestServer::with(demo).await.sandbox.stop().await;
    assert!(folder.path().join("sandbox.damaged.db").is_file(), "the demo's file is renamed");
}

#[tokio::test]
async fn a_file_with_a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    TestServer::with(config_with_file(&file)).await.sandbox.stop().await;
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(open_error(&file).await, OpenError::Newer { found: 99, .. }));
}
