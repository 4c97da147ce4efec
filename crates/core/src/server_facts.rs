//! What was learnt of a server by trying: kept for a week or until the next sign-in, and then asked anew.

use lapel_store::{EMPTIES_LEFT_OUT, Store, StoreError};

use crate::app::Inner;
use crate::views::AppError;

/// How long a fact holds, in milliseconds.
const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;

/// One thing that a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// It empties the fields that a PUT leaves out.
    EmptiesLeftOut,
    /// It answers pages of so many rows, and of no more.
    RowsOnAPage,
    /// Its versions (ETags) are rewritten on the way, so that none can be made the condition of a write.
    RewritesVersions,
}

impl Fact {
    /// Its name in the store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::EmptiesLeftOut => EMPTIES_LEFT_OUT,
            Self::RowsOnAPage => "rowsOnAPage",
            Self::RewritesVersions => "rewritesVersions",
        }
    }

    /// Whether a server is known to do this.
    pub(crate) fn holds(self, store: &Store, server: &str, now: i64) -> Result<bool, StoreError> {
        Ok(self.value(store, server, now)?.is_some_and(|value| value == "true"))
    }

    /// What is known of a server. What was learnt in the future was learnt by a clock that was wrong.
    pub(crate) fn value(self, store: &Store, server: &str, now: i64) -> Result<Option<String>, StoreError> {
        let learnt = store.server_fact(server, self.name())?;
        Ok(learnt.filter(|(_, at)| (0..WEEK).contains(&now.saturating_sub(*at))).map(|(value, _)| value))
    }

    /// Whether a server was ever known to do this.
    pub(crate) fn was_learnt(self, store: &Store, server: &str) -> Result<bool, StoreError> {
        Ok(store.server_fact(server, self.name())?.is_some_and(|(value, _)| value == "true"))
    }
}

impl Inner {
    /// Whether a server is known to do this.
    pub(crate) async fn learnt(&self, server: &str, fact: Fact) -> Result<bool, AppError> {
        let (server, now) = (server.to_owned(), self.now());
        self.with_store(move |store| fact.holds(store, &server, now)).await
    }

    /// Whether a server was ever known to do this.
    pub(crate) async fn was_learnt(&self, server: &str, fact: Fact) -> Result<bool, AppError> {
        let server = server.to_owned();
        self.with_store(move |store| fact.was_learnt(store, &server)).await
    }

    /// Notes that a server does this.
    pub(crate) async fn learn(&self, server: &str, fact: Fact) -> Result<(), AppError> {
        let (server, now) = (server.to_owned(), self.now());
        self.with_store(move |store| store.learn(&server, fact.name(), "true", now)).await
    }
}
