//! Reads the profile, checks that it belongs to the signed-in user and is not an old response from a cache, and
//! stores it as the cached profile.

use lapel_api::{ApiErrorKind, Fetched, ReadMode, Versioned};
use lapel_domain::{Field, Profile, is_older, same_value};
use lapel_store::CachedProfile;

use super::reconcile::apply_fetched_profile;
use crate::app::Inner;
use crate::state::{Session, State};
use crate::views::{AppError, ErrorCode};

impl Inner {
    /// Reads the profile and stores it as the cached one.
    pub(crate) async fn read_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let server = self.fetch_profile(session).await?;
        self.cache_profile(session, &server).await?;
        Ok(server)
    }

    /// Like `read_profile`, but bypasses all caches on the way.
    pub(super) async fn read_profile_uncached(&self, session: &Session) -> Result<Versioned, AppError> {
        let cached = self.state().profile.clone();
        let server = self.fetch_uncached(session).await?;
        let is_old = cached.is_some_and(|cached| is_older(&server.profile, &cached.profile));
        if self.distrusts_old_response(is_old) {
            return Err(old_response_error());
        }
        self.cache_profile(session, &server).await?;
        Ok(server)
    }

    async fn fetch_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let cached = self.state().profile.clone();
        let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
        match (self.fetch(session, ReadMode::Since(etag)).await?, cached) {
            (Fetched::Profile(read), Some(cached)) if is_older(&read.profile, &cached.profile) => {
                let again = self.fetch_uncached(session).await?;
                let is_old = is_older(&again.profile, &cached.profile);
                if self.distrusts_old_response(is_old) { Err(old_response_error()) } else { Ok(again) }
            }
            (Fetched::Profile(read), _) => Ok(read),
            (Fetched::NotModified, Some(cached)) => Ok(Versioned { profile: cached.profile, etag: cached.etag }),
            (Fetched::NotModified, None) => Err(AppError::new(ErrorCode::Unreadable, "unexpected 304 Not Modified")),
        }
    }

    /// Reads the profile, bypassing all caches on the way, and does not store it.
    pub(crate) async fn fetch_uncached(&self, session: &Session) -> Result<Versioned, AppError> {
        match self.fetch(session, ReadMode::Afresh).await? {
            Fetched::Profile(read) => Ok(read),
            Fetched::NotModified => Err(AppError::new(ErrorCode::Unreadable, "unexpected 304 Not Modified")),
        }
    }

    /// Reads the profile after a write that was based on `before`.
    ///
    /// # Errors
    /// [`ErrorCode::Between`] if the response is older than `before`. It says nothing about the write then.
    pub(crate) async fn fetch_after_write(&self, session: &Session, before: &Profile) -> Result<Versioned, AppError> {
        let read = self.fetch_uncached(session).await?;
        if is_older(&read.profile, before) { Err(old_response_error()) } else { Ok(read) }
    }

    async fn fetch(&self, session: &Session, mode: ReadMode<'_>) -> Result<Fetched, AppError> {
        let fetched = match session.connection.profile(mode).await {
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                let failure = AppError::from(error);
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

    async fn cache_profile(&self, session: &Session, server: &Versioned) -> Result<(), AppError> {
        let (account, cached) = (session.account.clone(), self.to_cached(server));
        let stored = cached.clone();
        // Publish the profile even if it cannot be stored.
        let outcome = self.with_store(move |store| apply_fetched_profile(store, &account, &stored)).await;
        self.update_for(session, |state| {
            record_remote_changes(state, &cached);
            state.profile = Some(cached);
            state.checked = true;
            if outcome.is_ok() {
                // The successful write shows that the disk works again.
                state.storage = state.storage_at_start;
            }
        });
        outcome
    }

    pub(crate) fn to_cached(&self, server: &Versioned) -> CachedProfile {
        CachedProfile { profile: server.profile.clone(), etag: server.etag.clone(), fetched_at: self.now() }
    }
}

/// An intermediary (proxy, captive portal) returned an old response, so the server's current state is unknown.
fn old_response_error() -> AppError {
    AppError::new(ErrorCode::Between, "only an old response is available")
}

/// Rejects a response with another user's profile, which a broken intermediary may return. It must not be cached,
/// shown, or compared with anything.
pub(crate) fn check_person(session: &Session, profile: &Profile) -> Result<(), AppError> {
    if profile.id == session.account.user_id {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::OtherPerson, "the response contains the profile of another user"))
}

/// Records the fields that another client has changed. Fields with an edit do not count: the edit shows the change
/// itself, or its response was lost and the value is the user's own.
pub(super) fn record_remote_changes(state: &mut State, server: &CachedProfile) {
    let Some(before) = &state.profile else { return };
    let has_changed = |field: &Field| !same_value(*field, before.profile.value(*field), server.profile.value(*field));
    let has_edit = |field: &Field| state.edits.iter().any(|edit| edit.field == *field);
    let changed: Vec<Field> = Field::ALL.into_iter().filter(|field| has_changed(field) && !has_edit(field)).collect();
    if !changed.is_empty() {
        let (fields, at) = state.updated.get_or_insert_default();
        fields.extend(changed);
        *at = server.fetched_at;
    }
}
