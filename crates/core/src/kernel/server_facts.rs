//! What Lapel has learned about a server from its responses. A fact holds for a week or until the next sign-in; then it is
//! tested again.

use std::sync::Arc;

use lapel_store::{PUT_REPLACES_ALL, Store, StoreError};

use super::deadline::Clock;
use super::disk::Disk;
use super::error::Failure;

/// How long a fact holds, in milliseconds.
const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;

/// A property of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// A PUT replaces all fields: the server empties those that are left out.
    PutReplacesAll,
    /// The number of rows on a page of a team, if the server returns fewer than requested.
    RowsPerPage,
    /// An intermediary rewrites the server's versions (ETags), so writes cannot be conditional.
    RewritesVersions,
}

impl Fact {
    /// Its name in the store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PutReplacesAll => PUT_REPLACES_ALL,
            Self::RowsPerPage => "rowsOnAPage",
            Self::RewritesVersions => "rewritesVersions",
        }
    }

    /// Whether the fact is known to hold now.
    pub(crate) fn holds(self, store: &Store, server: &str, now: i64) -> Result<bool, StoreError> {
        Ok(self.value(store, server, now)?.is_some_and(|value| value == "true"))
    }

    /// The known value. A value from the future was stored while the clock was wrong, and does not count.
    pub(crate) fn value(self, store: &Store, server: &str, now: i64) -> Result<Option<String>, StoreError> {
        let stored = store.server_fact(server, self.name())?;
        Ok(stored.filter(|(_, at)| (0..WEEK).contains(&now.saturating_sub(*at))).map(|(value, _)| value))
    }

    /// Whether the fact was true when it was last learned, however long ago.
    pub(crate) fn was_learned(self, store: &Store, server: &str) -> Result<bool, StoreError> {
        Ok(store.server_fact(server, self.name())?.is_some_and(|(value, _)| value == "true"))
    }
}

/// The facts in the store.
#[derive(Clone)]
pub(crate) struct ServerFacts {
    disk: Arc<Disk>,
    clock: Clock,
}

impl ServerFacts {
    pub(crate) fn new(disk: Arc<Disk>, clock: Clock) -> Self {
        Self { disk, clock }
    }

    /// Whether the fact is known to hold now.
    pub(crate) async fn holds(&self, server: &str, fact: Fact) -> Result<bool, Failure> {
        let (server, now) = (server.to_owned(), (self.clock)());
        self.disk.run(move |store| fact.holds(store, &server, now)).await
    }

    /// The known value.
    pub(crate) async fn value(&self, server: &str, fact: Fact) -> Result<Option<String>, Failure> {
        let (server, now) = (server.to_owned(), (self.clock)());
        self.disk.run(move |store| fact.value(store, &server, now)).await
    }

    /// Whether the fact was true when it was last learned, however long ago.
    pub(crate) async fn was_learned(&self, server: &str, fact: Fact) -> Result<bool, Failure> {
        let server = server.to_owned();
        self.disk.run(move |store| fact.was_learned(store, &server)).await
    }

    /// Stores a fact.
    pub(crate) async fn learn(&self, server: &str, fact: Fact, value: &str) -> Result<(), Failure> {
        let (server, value, now) = (server.to_owned(), value.to_owned(), (self.clock)());
        self.disk.run(move |store| store.learn(&server, fact.name(), &value, now)).await
    }
}
