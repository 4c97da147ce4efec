//! What all requests share: the database, the settings, and the logs of requests and writes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, Method};

use crate::answer::Refusal;
use crate::config::{Config, Quirks};
use crate::database::Shared;
use crate::headers;
use crate::mail::Outbox;
use crate::passwords::Passwords;
use crate::sessions::{self, Caller, Lifetimes};

/// How many requests and writes are remembered.
const LOG_CAP: usize = 1000;

/// A field of a person, as one PUT found and left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenField {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether the PUT mentioned it.
    pub sent: bool,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// What one PUT did to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The person's id.
    pub user: String,
    /// The User-Agent of whoever wrote.
    pub client: String,
    /// First name, last name, picture and language. A picture of this server is its id.
    pub fields: Vec<WrittenField>,
}

/// The state behind every handler.
pub(crate) struct App {
    pub(crate) database: Shared,
    pub(crate) passwords: Passwords,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) latency: Duration,
    pub(crate) mail_interval: Duration,
    pub(crate) outbox: Outbox,
    quirks: Mutex<Quirks>,
    log: Mutex<VecDeque<(Method, String)>>,
    writes: Mutex<VecDeque<Write>>,
}

impl App {
    pub(crate) fn new(database: Shared, passwords: Passwords, config: &Config) -> Self {
        Self {
            database,
            passwords,
            lifetimes: Lifetimes { access: config.access_token_ttl, refresh: config.refresh_token_ttl },
            latency: config.latency,
            mail_interval: config.mail_interval,
            outbox: Outbox::default(),
            quirks: Mutex::new(config.quirks),
            log: Mutex::default(),
            writes: Mutex::default(),
        }
    }

    pub(crate) fn quirks(&self) -> Quirks {
        *self.quirks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_quirks(&self, quirks: Quirks) {
        *self.quirks.lock().unwrap_or_else(PoisonError::into_inner) = quirks;
    }

    /// Remembers a request by method and path: no query, no header, no body.
    pub(crate) fn remember(&self, method: &Method, path: &str) {
        push(&self.log, (method.clone(), path.to_owned()));
    }

    /// Remembers a write. Called while the database is held, so that they stand in their order.
    pub(crate) fn remember_write(&self, write: Write) {
        push(&self.writes, write);
    }

    pub(crate) fn take_writes(&self) -> Vec<Write> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    pub(crate) fn remembered(&self) -> Vec<(String, String)> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().map(|(method, path)| (method.to_string(), path.clone())).collect()
    }

    /// Who sent the request, or the refusal it deserves.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let token = headers::bearer(headers)?;
        let caller = self.database.transact(move |db| sessions::caller(db, &token)).await?;
        caller.ok_or_else(Refusal::invalid_token)
    }
}

fn push<T>(log: &Mutex<VecDeque<T>>, entry: T) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    if log.len() == LOG_CAP {
        log.pop_front();
    }
    log.push_back(entry);
}
