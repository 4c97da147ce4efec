//! The state that all requests share: the database, the settings, and the logs of requests and writes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, Method};

use crate::config::{Config, Quirks};
use crate::database::SharedConnection;
use crate::headers;
use crate::mail::Outbox;
use crate::passwords::Passwords;
use crate::response::ApiError;
use crate::sessions::{self, Caller, Lifetimes};

/// Maximum number of entries per log. The oldest entry is dropped.
const MAX_LOG_ENTRIES: usize = 1000;

/// One field of a user before and after a PUT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenField {
    /// The JSON name.
    pub name: &'static str,
    /// Whether the PUT contained the field.
    pub sent: bool,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// The effect of one PUT on a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The user's id.
    pub user: String,
    /// The User-Agent of the client.
    pub client: String,
    /// First name, last name, picture and language. A picture that this server stores is given by its id.
    pub fields: Vec<WrittenField>,
}

/// The state that every handler gets.
pub(crate) struct App {
    pub(crate) database: SharedConnection,
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
    pub(crate) fn new(database: SharedConnection, passwords: Passwords, config: &Config) -> Self {
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

    /// Logs the method and path of a request, without query, headers and body.
    pub(crate) fn log_request(&self, method: &Method, path: &str) {
        push(&self.log, (method.clone(), path.to_owned()));
    }

    /// Logs a write. Call it inside the transaction, so that the entries are in the order of the writes.
    pub(crate) fn log_write(&self, write: Write) {
        push(&self.writes, write);
    }

    pub(crate) fn take_writes(&self) -> Vec<Write> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    pub(crate) fn logged_requests(&self) -> Vec<(String, String)> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().map(|(method, path)| (method.to_string(), path.clone())).collect()
    }

    /// The session of the request's access token. Returns 401 if there is none.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, ApiError> {
        let token = headers::bearer(headers)?;
        let caller = self.database.transact(move |db| sessions::caller(db, &token)).await?;
        caller.ok_or_else(ApiError::invalid_token)
    }
}

fn push<T>(log: &Mutex<VecDeque<T>>, entry: T) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    if log.len() == MAX_LOG_ENTRIES {
        log.pop_front();
    }
    log.push_back(entry);
}
