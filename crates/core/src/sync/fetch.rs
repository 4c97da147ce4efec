//! Reads the profile and stores it as the cached profile, unless it is that of another person or an old one from an HTTP cache.

use lapel_api::{ApiErrorKind, Fetched, ReadMode, Versioned};
use lapel_domain::{Profile, is_older};

use super::reconcile::apply_fetched_profile;
use super::service::SyncService;
use super::updates::note_read;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl SyncService {
    /// Reads the profile and caches it.
    pub(super) async fn read_profile(&self, session: &Session) -> Result<Versioned, Failure> {
        let server = self.fetch_profile(session).await?;
        self.cache_profile(session, &server).await?;
        Ok(server)
    }

    /// Reads the profile, bypassing all HTTP caches, and caches it.
    pub(super) async fn read_profile_uncached(&self, session: &Session) -> Result<Versioned, Failure> {
        let cached = self.state.read().profile.clone();
        let server = self.fetch_uncached(session).await?;
        let is_old = cached.is_some_and(|cached| is_older(&server.profile, &cached.profile));
        if self.distrusts_old_response(is_old) {
            return Err(Failure::OldResponse);
        }
        self.cache_profile(session, &server).await?;
        Ok(server)
    }

    /// Reads the profile after a write over `before`, bypassing all HTTP caches. The caller caches it.
    ///
    /// Fails with [`Failure::OldResponse`] if only an older profile could be read, which says nothing about the write.
    pub(super) async fn fetch_after(&self, session: &Session, before: &Profile) -> Result<Versioned, Failure> {
        let read = self.fetch_uncached(session).await?;
        if is_older(&read.profile, before) { Err(Failure::OldResponse) } else { Ok(read) }
    }

    /// Reads the profile. The caller caches it.
    pub(super) async fn fetch_profile(&self, session: &Session) -> Result<Versioned, Failure> {
        let cached = self.state.read().profile.clone();
        let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
        match (self.fetch(session, ReadMode::Since(etag)).await?, cached) {
            (Fetched::Profile(read), Some(cached)) if is_older(&read.profile, &cached.profile) => {
                let again = self.fetch_uncached(session).await?;
                let is_old = is_older(&again.profile, &cached.profile);
                if self.distrusts_old_response(is_old) { Err(Failure::OldResponse) } else { Ok(again) }
            }
            (Fetched::Profile(read), _) => Ok(read),
            (Fetched::NotModified, Some(cached)) => Ok(Versioned { profile: cached.profile, etag: cached.etag }),
            (Fetched::NotModified, None) => Err(Failure::UnexpectedNotModified),
        }
    }

    async fn fetch_uncached(&self, session: &Session) -> Result<Versioned, Failure> {
        match self.fetch(session, ReadMode::Afresh).await? {
            Fetched::Profile(read) => Ok(read),
            Fetched::NotModified => Err(Failure::UnexpectedNotModified),
        }
    }

    async fn fetch(&self, session: &Session, mode: ReadMode<'_>) -> Result<Fetched, Failure> {
        let fetched = match session.connection.profile(mode).await {
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                let failure = error.into();
                self.mark_all_rejected(session, &failure).await?;
                return Err(failure);
            }
            fetched => fetched?,
        };
        if let Fetched::Profile(read) = &fetched {
            check_person(session, &read.profile)?;
        }
        Ok(fetched)
    }

    /// Whether a response that is older than the known profile is not believed yet. An intermediary may return an old
    /// response for some minutes; after that, the server itself must have an older state, or its clocks differ.
    fn distrusts_old_response(&self, is_old: bool) -> bool {
        self.counters.lock().note_age(is_old, self.now())
    }

    async fn cache_profile(&self, session: &Session, server: &Versioned) -> Result<(), Failure> {
        let (account, cached) = (session.account.clone(), self.cached(server));
        let to_store = cached.clone();
        // A failing disk must not keep the page from showing what the server has.
        let outcome = self.disk.run(move |store| apply_fetched_profile(store, &account, &to_store)).await;
        self.state.update_for(session, |state| {
            note_read(state, &cached);
            state.profile = Some(cached);
            if outcome.is_ok() {
                // The disk works again: it was just written.
                state.storage = state.storage_found;
            }
        });
        outcome
    }
}

/// Checks that a response is about the signed-in person. An intermediary may return another person's response; such a
/// profile is neither cached nor shown nor compared.
pub(super) fn check_person(session: &Session, profile: &Profile) -> Result<(), Failure> {
    if profile.id == session.account.user_id { Ok(()) } else { Err(Failure::OtherPerson) }
}
