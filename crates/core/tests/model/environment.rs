//! The environment of the app, shared by all cases of a test: a real server, a proxy in front of it, and a second
//! client for each person.

use std::sync::{Mutex, PoisonError};

use lapel_core::views::ProfileField;
use lapel_sandbox::{Database, PasswordCost, Quirks, Sandbox, Seed};
use lapel_testkit::proxy::Proxy;
use tokio::runtime::{Builder, Runtime};

use super::common::OtherClient;
use super::expectations::ServerKind;
use super::steps::{Change, LOCAL_PICTURE, PEOPLE};

/// The bytes of the local picture.
pub(crate) const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The id of the local picture on the server: the first 32 hexadecimal digits of its SHA-256.
pub(crate) const LOCAL_PICTURE_ID: &str = "4c4b6a3be1314ab86138bef4314dde02";

/// One server with its proxy and clients.
pub(crate) struct Environment {
    pub(crate) runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    pub(crate) proxy: Proxy,
    /// The second clients, in the order of [`PEOPLE`].
    clients: Mutex<Vec<OtherClient>>,
    /// The user ids, in the order of [`PEOPLE`].
    pub(crate) ids: Vec<String>,
    pub(crate) server: ServerKind,
}

impl Environment {
    pub(crate) fn new(server: ServerKind) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sandbox, proxy, clients) = runtime.block_on(async {
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
            let clients = sign_in_all(&sandbox).await;
            clients[0].upload(PICTURE).await;
            (sandbox, proxy, clients)
        });
        let ids = clients.iter().map(|client| client.id.clone()).collect();
        Self { runtime, sandbox, proxy, clients: Mutex::new(clients), ids, server }
    }

    /// Changes fields on the server with the second client of a person.
    pub(crate) fn put(&self, person: usize, changes: &[Change]) {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        self.runtime.block_on(clients[person].put(put_body(changes)));
    }

    /// Ends all sessions or, if they stay `renewable`, only expires their access tokens. Signs the second clients in
    /// again.
    pub(crate) fn end_sessions(&self, renewable: bool) {
        let clients = self.runtime.block_on(async {
            match renewable {
                true => self.sandbox.expire_access_tokens().await.unwrap(),
                false => self.sandbox.end_all_sessions().await.unwrap(),
            }
            sign_in_all(&self.sandbox).await
        });
        *self.clients.lock().unwrap_or_else(PoisonError::into_inner) = clients;
    }
}

async fn sign_in_all(sandbox: &Sandbox) -> Vec<OtherClient> {
    let mut clients = Vec::new();
    for email in PEOPLE {
        clients.push(OtherClient::sign_in(&sandbox.base_url(), email).await);
    }
    clients
}

fn put_body(changes: &[Change]) -> serde_json::Value {
    let value = |field, value: &str| match field {
        ProfileField::Picture if value == LOCAL_PICTURE => format!("http://127.0.0.1/v1/pictures/{LOCAL_PICTURE_ID}"),
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
