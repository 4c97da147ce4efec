//! Sending edits: a picture is uploaded once, then one PUT carries all fields that differ.

use lapel_api::{ApiError, ApiErrorKind, Delivery, UserUpdate, Versioned};
use lapel_domain::{Field, missing_for_full_update, sendable_role, sendable_value};
use lapel_store::{Account, Edit, EditState, EditValue, LocalPicture, Store, StoreError};

use super::answer::Put;
use super::counters::{Route, TOO_LARGE, is_about_size, write_reason};
use super::reconcile::value;
use super::version::RefusedVersion;
use crate::app::Inner;
use crate::server_facts::Fact;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, ProfileField, UploadView};

/// How the exchange goes on after a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// As before.
    Same,
    /// Several fields were refused or blocked together: one field per PUT finds out which.
    OneAtATime,
    /// The profile is another one by now: so the API says, or something between.
    Changed { by_api: bool },
    /// Not at all: what is to be sent waits until the person has chosen something else (see `needed`).
    Waits,
}

impl Inner {
    /// Sends edits over the profile that was just read.
    pub(super) async fn send(
        &self,
        session: &Session,
        server: &Versioned,
        edits: Vec<Edit>,
        refused: &RefusedVersion,
    ) -> Result<Next, AppError> {
        let (mut ready, mut failed) = (Vec::new(), None);
        for edit in edits {
            let EditValue::LocalPicture(id) = &edit.mine else {
                ready.push(edit);
                continue;
            };
            match self.upload_once(session, &edit, id).await {
                Ok(true) => ready.push(edit),
                // It took its time, and only now can its address be compared with what the server has.
                Ok(false) => return Ok(Next::Same),
                // It comes with the next exchange, and holds nothing else up.
                Err(error) => failed = Some(error),
            }
        }
        let next = if ready.is_empty() { Next::Same } else { self.put(session, server, ready, refused).await? };
        failed.map_or(Ok(next), Err)
    }

    /// Puts fields over the profile that was just read.
    async fn put(
        &self,
        session: &Session,
        server: &Versioned,
        ready: Vec<Edit>,
        refused: &RefusedVersion,
    ) -> Result<Next, AppError> {
        let account = session.account.clone();
        let (held, now) = (server.profile.clone(), self.now());
        let (sent, values, left_out, waits) = self
            .update_account(&session.account, move |store| {
                let sent = store.begin_sending(account.id, &ready)?;
                let fields: Vec<Field> = sent.iter().map(|edit| edit.field).collect();
                let is_missing = missing_for_full_update(&held, &fields, false).is_some();
                let left_out = left_out(store, &account, &fields, is_missing, now)?;
                // What the server holds and cannot be sent back would be lost: nothing goes out before another is chosen.
                if left_out == LeftOut::Nothing && !sent.is_empty() && is_missing {
                    store.return_to_waiting(account.id, &fields, false)?;
                    return Ok((Vec::new(), Vec::new(), left_out, true));
                }
                let value = |edit: &Edit| Ok(value(store, &account, edit)?.map(|value| (edit.field, value)));
                let values = sent.iter().map(value).collect::<Result<Vec<_>, StoreError>>()?;
                Ok((sent, values, left_out, false))
            })
            .await?;
        let sent_all = left_out == LeftOut::Nothing;
        if self.state().sends_all != sent_all {
            self.update_for(session, |state| state.sends_all = sent_all);
        }
        if waits {
            return Ok(Next::Waits);
        }
        let values: Vec<(Field, String)> = values.into_iter().flatten().collect();
        if values.is_empty() {
            // Everything was saved anew meanwhile; the next round sends that.
            return Ok(Next::Same);
        }
        let if_match = self.condition(session, server, refused).await?;
        let mut update = update_of(&values, sent_all.then_some(server));
        let asks_anew = left_out == LeftOut::ToAskAnew;
        if asks_anew {
            // A role is never put at stake.
            update.role = role_to_send(server);
        }
        let answer = session.connection.update_user(&session.account.user_id, &update, if_match).await;
        let blocked = self.note_outcome(Route::Update, &answer);
        match answer {
            Ok(answered) => {
                let put = Put { before: server, edits: &sent, values: &values, asks_anew };
                let next = self.handle_response(session, &put, answered).await?;
                self.release_open(session, Route::Update).await?;
                Ok(next)
            }
            // One value may be what is blocked, and must not hold up the others.
            Err(_) if blocked && sent.len() > 1 => {
                self.return_to_waiting(session, &sent, true).await?;
                Ok(Next::OneAtATime)
            }
            Err(error) if blocked => {
                self.mark_rejected(session, sent, &route_blocked(&error), Some(self.now())).await?;
                Ok(Next::Same)
            }
            Err(error) => self.handle_failure(session, error, &sent).await,
        }
    }

    async fn handle_failure(&self, session: &Session, error: ApiError, sent: &[Edit]) -> Result<Next, AppError> {
        if error.delivery == Delivery::Unknown {
            // They stay in flight: the next read tells whether they arrived. Where somebody was faster, it comes at once.
            let changed = error.kind == ApiErrorKind::Changed;
            return if changed { Ok(Next::Changed { by_api: false }) } else { Err(error.into()) };
        }
        self.return_to_waiting(session, sent, false).await?;
        let refused = matches!(error.kind, ApiErrorKind::Rejected | ApiErrorKind::Forbidden);
        match error.kind {
            ApiErrorKind::Changed => Ok(Next::Changed { by_api: true }),
            ApiErrorKind::Missing { known: true } => {
                self.mark_all_rejected(session, &AppError::from(&error)).await?;
                Err(error.into())
            }
            _ if refused && sent.len() > 1 => Ok(Next::OneAtATime),
            _ if refused => {
                let waiting = sent.iter().map(|edit| Edit { in_flight: false, ..edit.clone() }).collect();
                self.mark_rejected(session, waiting, &AppError::from(&error), None).await?;
                Ok(Next::Same)
            }
            _ => Err(error.into()),
        }
    }

    /// Lets edits wait again that were sent; `may_come_late`: that they have not arrived is not certain.
    async fn return_to_waiting(&self, session: &Session, sent: &[Edit], may_come_late: bool) -> Result<(), AppError> {
        let (id, fields) = (session.account.id, sent.iter().map(|edit| edit.field).collect::<Vec<_>>());
        self.update_account(&session.account, move |store| store.return_to_waiting(id, &fields, may_come_late)).await
    }

    /// Uploads a prepared picture, unless it was earlier and only the PUT had failed. Whether it was; if not, its edit has
    /// changed: it has its address now, or it is settled, as refused, cancelled, or without its bytes.
    async fn upload_once(&self, session: &Session, edit: &Edit, id: &str) -> Result<bool, AppError> {
        let (account, name) = (session.account.id, id.to_owned());
        let held = self.with_store(move |store| store.local_picture(account, &name)).await?;
        let Some(held) = held else {
            let gone =
                AppError::new(ErrorCode::PictureGone, "the prepared picture is gone").about(ProfileField::Picture);
            return self.mark_rejected(session, vec![edit.clone()], &gone, None).await.map(|()| false);
        };
        if held.url.is_some() {
            return Ok(true);
        }
        match self.upload(session, &held).await {
            None => {
                let cancelled = edit.clone();
                self.update_account(&session.account, move |store| store.forget_edit(account, &cancelled)).await?;
                Ok(false)
            }
            Some(Ok(url)) => {
                self.note_outcome(Route::Upload, &Ok(()));
                self.release_open(session, Route::Upload).await?;
                let (name, address) = (id.to_owned(), url.clone());
                self.update_account(&session.account, move |store| store.note_upload(&name, &address)).await?;
                self.keep_uploaded(account, id, &url, &held.mime, held.bytes).await;
                Ok(false)
            }
            Some(Err(error)) => {
                let blocked = self.note_outcome(Route::Upload, &Err::<(), _>(error.clone()));
                let (failure, tried_at) = match upload_refusal(&error) {
                    Some(failure) => (failure, None),
                    None if blocked => (route_blocked(&error).about(ProfileField::Picture), Some(self.now())),
                    None => return Err(error.into()),
                };
                self.mark_rejected(session, vec![edit.clone()], &failure, tried_at).await.map(|()| false)
            }
        }
    }

    /// Uploads with progress; none where it was cancelled.
    async fn upload(&self, session: &Session, held: &LocalPicture) -> Option<Result<String, ApiError>> {
        let (connection, bytes, mime) = (session.connection.clone(), held.bytes.clone(), held.mime.clone());
        let total = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (progress, mut sent) = tokio::sync::watch::channel(0);
        let report = move |bytes: u64, _total: u64| {
            progress.send_replace(bytes);
        };
        let mut task = tokio::spawn(async move { connection.upload_picture(bytes, &mime, report).await });
        self.running().upload = Some(task.abort_handle());
        // Shown once it can be cancelled.
        self.update_for(session, |state| state.upload = Some(UploadView { sent: 0, total }));
        let outcome = loop {
            tokio::select! {
                outcome = &mut task => break outcome,
                Ok(()) = sent.changed() => {
                    let sent = *sent.borrow_and_update();
                    self.update_for(session, |state| state.upload = Some(UploadView { sent: sent.min(total), total }));
                }
            }
        };
        self.running().upload = None;
        self.update_for(session, |state| state.upload = None);
        outcome.ok()
    }

    /// Parks edits until a person decides, or, from `tried_at` on, until a blocked route is tried again.
    pub(super) async fn mark_rejected(
        &self,
        session: &Session,
        edits: Vec<Edit>,
        failure: &AppError,
        tried_at: Option<i64>,
    ) -> Result<(), AppError> {
        let (id, refused) = (session.account.id, EditState::Refused { reason: write_reason(failure, tried_at)? });
        let park = move |store: &Store| edits.iter().try_for_each(|edit| store.set_edit_state(id, edit, &refused));
        self.update_account(&session.account, park).await
    }

    /// Parks everything that waits: the person is gone from the server.
    pub(crate) async fn mark_all_rejected(&self, session: &Session, failure: &AppError) -> Result<(), AppError> {
        let id = session.account.id;
        let edits = self.with_store(move |store| store.edits(id)).await?;
        // One that asks for nothing can be refused nothing.
        let waiting =
            edits.into_iter().filter(|edit| edit.state == EditState::Waiting && edit.changes_value()).collect();
        self.mark_rejected(session, waiting, failure, None).await
    }
}

/// What a PUT leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LeftOut {
    /// Nothing: the server empties what is left out.
    Nothing,
    /// What has not changed.
    Untouched,
    /// The same, at a server that was known to empty it, to find out whether it still does. What comes back empty is put back.
    ToAskAnew,
}

/// What a PUT of these fields leaves out. A server is asked anew only while no other edit is there, as what it would empty
/// again could not be told from what that edit is about, and while all that it holds can be put back.
fn left_out(
    store: &Store,
    account: &Account,
    sent: &[Field],
    is_missing: bool,
    now: i64,
) -> Result<LeftOut, StoreError> {
    let fact = Fact::EmptiesLeftOut;
    if !fact.was_learnt(store, &account.server)? {
        return Ok(LeftOut::Untouched);
    }
    let has_others = store.edits(account.id)?.iter().any(|edit| !sent.contains(&edit.field));
    let keeps = is_missing || has_others || fact.holds(store, &account.server, now)?;
    Ok(if keeps { LeftOut::Nothing } else { LeftOut::ToAskAnew })
}

/// The role that the server holds, where it may be sent.
fn role_to_send(server: &Versioned) -> Option<String> {
    let role = &server.profile.role;
    sendable_role(role).then(|| role.as_str().to_owned())
}

/// The failure of a route that something between does not let through.
fn route_blocked(error: &ApiError) -> AppError {
    let failure = AppError { code: ErrorCode::RouteBlocked, ..AppError::from(error) };
    if is_about_size(error.http_status) { failure.problem(TOO_LARGE) } else { failure }
}

/// Why an upload is refused for good, or none where trying again may help.
pub(crate) fn upload_refusal(error: &ApiError) -> Option<AppError> {
    let mut failure = AppError::from(error).about(ProfileField::Picture);
    match error.kind {
        ApiErrorKind::Forbidden | ApiErrorKind::Missing { .. } => failure.code = ErrorCode::UploadRefused,
        ApiErrorKind::Rejected => {}
        _ => return None,
    }
    Some(failure)
}

/// The body of the PUT. A server that empties what is left out gets all five, the untouched ones as just read, but for a
/// language and a role that may not be sent: before that, `missing_for_full_update` has to be asked.
pub(crate) fn update_of(values: &[(Field, String)], all_from: Option<&Versioned>) -> UserUpdate {
    let value = |field: Field| {
        let mine = values.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        let untouched = || all_from.map(|server| server.profile.value(field).to_owned());
        // What the server itself holds empty, it may refuse to be sent.
        mine.or_else(|| untouched().filter(|value| !value.is_empty() && sendable_value(field, value)))
    };
    UserUpdate {
        first_name: value(Field::FirstName),
        last_name: value(Field::LastName),
        picture: value(Field::Picture),
        role: all_from.and_then(role_to_send),
        language: value(Field::Language),
    }
}
