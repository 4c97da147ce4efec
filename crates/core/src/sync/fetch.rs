//! Reading the profile: that it is this person's, that it is not an old one from a cache, and taking it over as the cached
//! one.

use lapel_api::{ApiErrorKind, Fetched, ReadMode, Versioned};
use lapel_domain::{Field, Profile, is_older, same_value};
use lapel_store::CachedProfile;

use super::reconcile::apply_fetched_profile;
use crate::app::Inner;
use crate::state::{Session, State};
use crate::views::{AppError, ErrorCode};

impl Inner {
    /// Reads the profile and takes it over as the cached one.
    pub(crate) async fn read_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let server = self.fetch_profile(session).await?;
        self.cache_profile(session, &server).await?;
        Ok(server)
    }

    /// The same, whatever is known of it.
    pub(super) async fn read_profile_afresh(&self, session: &Session) -> Result<Versioned, AppError> {
        let cached = self.state().profile.clone();
        let server = self.fetch_afresh(session).await?;
        let is_old = cached.is_some_and(|cached| is_older(&server.profile, &cached.profile));
        if self.distrusts_old_answer(is_old) {
            return Err(old_answer());
        }
        self.cache_profile(session, &server).await?;
        Ok(server)
    }

    async fn fetch_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let cached = self.state().profile.clone();
        let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
        match (self.fetch(session, ReadMode::Since(etag)).await?, cached) {
            (Fetched::Profile(read), Some(cached)) if is_older(&read.profile, &cached.profile) => {
                let again = self.fetch_afresh(session).await?;
                let is_old = is_older(&again.profile, &cached.profile);
                if self.distrusts_old_answer(is_old) { Err(old_answer()) } else { Ok(again) }
            }
            (Fetched::Profile(read), _) => Ok(read),
            (Fetched::NotModified, Some(cached)) => Ok(Versioned { profile: cached.profile, etag: cached.etag }),
            (Fetched::NotModified, None) => Err(AppError::new(ErrorCode::Unreadable, "not modified since never")),
        }
    }

    /// Reads the profile itself, whatever is known of it, without taking it over.
    pub(crate) async fn fetch_afresh(&self, session: &Session) -> Result<Versioned, AppError> {
        match self.fetch(session, ReadMode::Afresh).await? {
            Fetched::Profile(read) => Ok(read),
            Fetched::NotModified => Err(AppError::new(ErrorCode::Unreadable, "not modified, without having asked")),
        }
    }

    /// Reads the profile itself after a write over `before`.
    ///
    /// # Errors
    /// [`ErrorCode::Between`] where only an older one can be had, which says nothing about the write.
    pub(crate) async fn fetch_after(&self, session: &Session, before: &Profile) -> Result<Versioned, AppError> {
        let read = self.fetch_afresh(session).await?;
        if is_older(&read.profile, before) { Err(old_answer()) } else { Ok(read) }
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
        let (account, cached) = (session.account.clone(), self.cached(server));
        let kept = cached.clone();
        // A disk that fails must not keep the page from showing what the server has.
        let outcome = self.with_store(move |store| apply_fetched_profile(store, &account, &kept)).await;
        self.update_for(session, |state| {
            note_updates(state, &cached);
            state.profile = Some(cached);
            state.checked = true;
            if outcome.is_ok() {
                // What was just written shows that the disk works again.
                state.storage = state.storage_found;
            }
        });
        outcome
    }

    pub(crate) fn cached(&self, server: &Versioned) -> CachedProfile {
        CachedProfile { profile: server.profile.clone(), etag: server.etag.clone(), fetched_at: self.now() }
    }
}

/// Something between answers with what it once held, and nobody can tell what the server holds now.
fn old_answer() -> AppError {
    AppError::new(ErrorCode::Between, "only an old answer could be had")
}

/// An answer about somebody else, from something between that mixes people up, is nobody's here: it is neither cached nor
/// shown nor compared with anything.
pub(crate) fn check_person(session: &Session, profile: &Profile) -> Result<(), AppError> {
    if profile.id == session.account.user_id {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::OtherPerson, "the server answered for somebody else"))
}

/// Notes which fields somebody else has changed. A field with an edit is none of them: the edit tells of it, or its answer
/// was lost and the value is the person's own.
pub(super) fn note_updates(state: &mut State, server: &CachedProfile) {
    let Some(before) = &state.profile else { return };
    let moved = |field: &Field| !same_value(*field, before.profile.value(*field), server.profile.value(*field));
    let has_edit = |field: &Field| state.edits.iter().any(|edit| edit.field == *field);
    let moved: Vec<Field> = Field::ALL.into_iter().filter(|field| moved(field) && !has_edit(field)).collect();
    if !moved.is_empty() {
        let (fields, at) = state.updated.get_or_insert_default();
        fields.extend(moved);
        *at = server.fetched_at;
    }
}
