//! Every stored edit meets the profile that the server has now: done, to be sent, or a conflict.

use lapel_domain::{Field, Profile, Verdict, judge};
use lapel_store::{Account, Answer, CachedProfile, Edit, EditState, Mine, Store, StoreError};

use crate::app::Inner;
use crate::state::Session;
use crate::views::AppError;

impl Inner {
    /// Settles what can be settled by looking, and answers the edits that are to be sent.
    pub(super) async fn meet(&self, session: &Session, theirs: &Profile) -> Result<Vec<Edit>, AppError> {
        let (account, theirs, now) = (session.account.clone(), theirs.clone(), self.now());
        let etag = self.state().profile.as_ref().and_then(|cached| cached.etag.clone());
        let cached = CachedProfile { profile: theirs, etag, fetched_at: now };
        let to_send = self.with_store(move |store| meet_all(store, &account, &cached)).await?;
        self.reload(&session.account).await?;
        Ok(to_send)
    }

    /// Whether anything waits to be sent.
    pub(super) async fn has_waiting(&self, session: &Session) -> Result<bool, AppError> {
        let id = session.account.id;
        let edits = self.with_store(move |store| store.edits(id)).await?;
        Ok(edits.iter().any(|edit| edit.state == EditState::Waiting))
    }
}

fn meet_all(store: &Store, account: &Account, server: &CachedProfile) -> Result<Vec<Edit>, StoreError> {
    // Deliveries of unknown outcome first: their follow-ups start from what became of them.
    for edit in store.edits(account.id)?.iter().filter(|edit| edit.in_flight) {
        match verdict(store, account, edit, &server.profile)? {
            Verdict::Done => arrived(store, account, server, edit.field)?,
            Verdict::Send => store.return_to_waiting(account.id, &[edit.field])?,
            Verdict::Conflict => store.park(account.id, edit, &conflict(edit, server))?,
        }
    }
    let mut to_send = Vec::new();
    for edit in store.edits(account.id)? {
        match (&edit.state, verdict(store, account, &edit, &server.profile)?) {
            (EditState::Refused { .. }, _) => {}
            (EditState::Waiting | EditState::Conflict { .. }, Verdict::Done) => {
                store.forget_edit(account.id, &edit)?;
            }
            (EditState::Waiting, Verdict::Send) => to_send.push(edit),
            (EditState::Waiting | EditState::Conflict { .. }, _) => {
                store.park(account.id, &edit, &conflict(&edit, server))?;
            }
        }
    }
    Ok(to_send)
}

fn verdict(store: &Store, account: &Account, edit: &Edit, theirs: &Profile) -> Result<Verdict, StoreError> {
    Ok(judge(&edit.base, value(store, account, edit)?.as_deref(), theirs.value(edit.field)))
}

/// The value that an edit puts on the server; none for a picture that was not uploaded yet.
pub(super) fn value(store: &Store, account: &Account, edit: &Edit) -> Result<Option<String>, StoreError> {
    match &edit.mine {
        Mine::Text(text) => Ok(Some(text.clone())),
        Mine::Held(id) => Ok(store.held_picture(account.id, id)?.and_then(|held| held.url)),
    }
}

/// The server names the time of its last change of the profile only: for a value that is not new, what was noted with it
/// comes closer.
fn conflict(edit: &Edit, server: &CachedProfile) -> EditState {
    let theirs = server.profile.value(edit.field);
    match &edit.state {
        known @ EditState::Conflict { theirs: before, .. } if before == theirs => known.clone(),
        _ => {
            let changed_at = server.profile.updated_at.as_ref().and_then(lapel_domain::Timestamp::millis);
            EditState::Conflict { theirs: theirs.to_owned(), theirs_at: changed_at }
        }
    }
}

fn arrived(store: &Store, account: &Account, server: &CachedProfile, field: Field) -> Result<(), StoreError> {
    let answer = Answer { cached: server, arrived: &[field], reset: &[], resets_omitted: None };
    store.take_answer(account.id, &answer, "", server.fetched_at)
}
