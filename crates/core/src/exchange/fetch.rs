//! Reading the profile: that it is this person's, that it is not an old one from a cache, and taking it over as the cached
//! one.

use lapel_api::{ApiErrorKind, Fetched, Look, Versioned};
use lapel_domain::{Field, Profile, is_older, same_value};
use lapel_store::CachedProfile;

use super::meet::take_read;
use crate::app::Inner;
use crate::state::{Session, State};
use crate::views::{AppError, ErrorCode};

impl Inner {
    /// Reads the profile and takes it over as the cached one.
    pub(crate) async fn read_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let server = self.fetch_profile(session).await?;
        self.take_profile(session, &server).await?;
        Ok(server)
    }

    /// The same, whatever is known of it.
    pub(super) async fn read_profile_afresh(&self, session: &Session) -> Result<Versioned, AppError> {
        let server = self.fetch_afresh(session).await?;
        self.take_profile(session, &server).await?;
        Ok(server)
    }

    async fn fetch_profile(&self, session: &Session) -> Result<Versioned, AppError> {
        let cached = self.state().profile.clone();
        let etag = cached.as_ref().and_then(|cached| cached.etag.as_deref());
        match (self.fetch(session, Look::Since(etag)).await?, cached) {
            // An old answer would prove that edits have arrived which have not. Where the second look is as old, the server
            // itself has gone back.
            (Fetched::Profile(read), Some(cached)) if is_older(&read.profile, &cached.profile) => {
                self.fetch_afresh(session).await
            }
            (Fetched::Profile(read), _) => Ok(read),
            (Fetched::NotModified, Some(cached)) => Ok(Versioned { profile: cached.profile, etag: cached.etag }),
            (Fetched::NotModified, None) => Err(AppError::new(ErrorCode::Unreadable, "not modified since never")),
        }
    }

    /// Reads the profile itself, whatever is known of it, without taking it over.
    pub(crate) async fn fetch_afresh(&self, session: &Session) -> Result<Versioned, AppError> {
        match self.fetch(session, Look::Afresh).await? {
            Fetched::Profile(read) => Ok(read),
            Fetched::NotModified => Err(AppError::new(ErrorCode::Unreadable, "not modified, without having asked")),
        }
    }

    async fn fetch(&self, session: &Session, look: Look<'_>) -> Result<Fetched, AppError> {
        let fetched = match session.connection.profile(look).await {
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { known: true }) => {
                let failure = AppError::from(error);
                self.park_all(session, &failure).await?;
                return Err(failure);
            }
            fetched => fetched?,
        };
        if let Fetched::Profile(read) = &fetched {
            check_person(session, &read.profile)?;
        }
        Ok(fetched)
    }

    async fn take_profile(&self, session: &Session, server: &Versioned) -> Result<(), AppError> {
        let (account, cached) = (session.account.clone(), self.cached(server));
        let kept = cached.clone();
        // A disk that fails must not keep the page from showing what the server has.
        let outcome = self.with_store(move |store| take_read(store, &account, &kept)).await;
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
