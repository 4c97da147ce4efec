//! What stands around the app and lives longer than it: a real server, the network before it, and the same people with
//! clients of their own.

use std::sync::{Mutex, PoisonError};

use lapel_core::views::ProfileField;
use lapel_sandbox::{Database, PasswordCost, Quirks, Sandbox, Seed};
use lapel_testkit::proxy::Proxy;
use tokio::runtime::{Builder, Runtime};

use super::common::OtherClient;
use super::ledger::Server;
use super::steps::{Change, HELD, PEOPLE};

/// A picture with bytes of its own, and the id that the server gives it: the beginning of its SHA-256.
pub(crate) const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";
pub(crate) const HELD_ON_SERVER: &str = "4c4b6a3be1314ab86138bef4314dde02";

/// One server and the network before it, for all sequences of a test.
pub(crate) struct Surroundings {
    pub(crate) runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    pub(crate) proxy: Proxy,
    /// The same people by clients of their own, and their ids.
    people: Mutex<Vec<OtherClient>>,
    pub(crate) ids: Vec<String>,
    pub(crate) server: Server,
}

impl Surroundings {
    pub(crate) fn new(server: Server) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sandbox, proxy, people) = runtime.block_on(async {
            let quirks =
                Quirks { no_etag: server.no_etag, put_replaces_all: server.put_replaces_all, ..Quirks::default() };
            let sandbox = Sandbox::start(lapel_sandbox::Config {
                seed: Some(Seed::Demo { members: 0 }),
                quirks,
                password_cost: PasswordCost::Minimal,
                ..lapel_sandbox::Config::demo(Database::Memory)
            });
            let sandbox = sandbox.await.unwrap();
            let proxy = Proxy::start(sandbox.address()).await.unwrap();
            let people = everybody(&sandbox).await;
            people[0].upload(PICTURE).await;
            (sandbox, proxy, people)
        });
        let ids = people.iter().map(|person| person.id.clone()).collect();
        Self { runtime, sandbox, proxy, people: Mutex::new(people), ids, server }
    }

    pub(crate) fn put(&self, person: usize, changes: &[Change]) {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        self.runtime.block_on(people[person].put(document(changes)));
    }

    /// Ends the sessions of all apps, or only lets their access tokens expire.
    pub(crate) fn end_sessions(&self, for_good: bool) {
        let people = self.runtime.block_on(async {
            match for_good {
                true => self.sandbox.end_all_sessions().await.unwrap(),
                false => self.sandbox.expire_access_tokens().await.unwrap(),
            }
            everybody(&self.sandbox).await
        });
        *self.people.lock().unwrap_or_else(PoisonError::into_inner) = people;
    }
}

async fn everybody(sandbox: &Sandbox) -> Vec<OtherClient> {
    let mut people = Vec::new();
    for email in PEOPLE {
        people.push(OtherClient::sign_in(&sandbox.base_url(), email).await);
    }
    people
}

/// A PUT by somebody else.
fn document(changes: &[Change]) -> serde_json::Value {
    let value = |field, value: &str| match field {
        ProfileField::Picture if value == HELD => format!("http://127.0.0.1/v1/pictures/{HELD_ON_SERVER}"),
        _ => value.to_owned(),
    };
    let name = |field| match field {
        ProfileField::FirstName => "firstName",
        ProfileField::LastName => "lastName",
        ProfileField::Picture => "picture",
        ProfileField::Language => "language",
    };
    changes.iter().map(|&(field, text)| (name(field).to_owned(), serde_json::Value::from(value(field, text)))).collect()
}
