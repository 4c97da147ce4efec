//! Facts about a server that responses have shown. They are valid for a week or until the next sign-in, then checked
//! again.

use lapel_store::{EMPTIES_LEFT_OUT, Store, StoreError};

use crate::app::Inner;
use crate::views::AppError;

/// In milliseconds.
const FACT_LIFETIME: i64 = 7 * 24 * 60 * 60 * 1000;

/// A property of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// It empties the fields that a PUT omits.
    PutReplacesAll,
    /// The maximum number of rows that it returns in a page.
    MaxPageSize,
    /// An intermediary (proxy, captive portal) rewrites its ETags, so `If-Match` cannot be used.
    RewritesVersions,
}

impl Fact {
    /// The name in the store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PutReplacesAll => EMPTIES_LEFT_OUT,
            Self::MaxPageSize => "rowsOnAPage",
            Self::RewritesVersions => "rewritesVersions",
        }
    }

    /// Whether the fact is recorded as true and still valid. `now`: milliseconds since 1970.
    pub(crate) fn holds(self, store: &Store, server: &str, now: i64) -> Result<bool, StoreError> {
        Ok(self.value(store, server, now)?.is_some_and(|value| value == "true"))
    }

    /// The recorded value, if it is still valid. A value recorded in the future is not: the clock was wrong then.
    pub(crate) fn value(self, store: &Store, server: &str, now: i64) -> Result<Option<String>, StoreError> {
        let recorded = store.server_fact(server, self.name())?;
        Ok(recorded.filter(|(_, at)| (0..FACT_LIFETIME).contains(&now.saturating_sub(*at))).map(|(value, _)| value))
    }

    /// Whether the fact is recorded as true, even if the record has expired.
    pub(crate) fn ever_held(self, store: &Store, server: &str) -> Result<bool, StoreError> {
        Ok(store.server_fact(server, self.name())?.is_some_and(|(value, _)| value == "true"))
    }
}

impl Inner {
    /// See [`Fact::holds`].
    pub(crate) async fn fact_holds(&self, server: &str, fact: Fact) -> Result<bool, AppError> {
        let (server, now) = (server.to_owned(), self.now());
        self.with_store(move |store| fact.holds(store, &server, now)).await
    }

    /// See [`Fact::ever_held`].
    pub(crate) async fn fact_ever_held(&self, server: &str, fact: Fact) -> Result<bool, AppError> {
        let server = server.to_owned();
        self.with_store(move |store| fact.ever_held(store, &server)).await
    }

    /// Records the fact as true.
    pub(crate) async fn record_fact(&self, server: &str, fact: Fact) -> Result<(), AppError> {
        let (server, now) = (server.to_owned(), self.now());
        self.with_store(move |store| store.learn(&server, fact.name(), "true", now)).await
    }
}
