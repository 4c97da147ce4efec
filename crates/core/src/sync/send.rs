//! Sends edits: uploads a new picture once, then sends all fields that differ in one PUT.

use lapel_api::{ApiError, ApiErrorKind, Delivery, UserUpdate, Versioned};
use lapel_domain::{Field, missing_for_full_update, sendable_role, sendable_value};
use lapel_store::{Account, Edit, EditState, EditValue, LocalPicture, Store, StoreError};

use super::counters::{PROBLEM_TOO_LARGE, Route, is_about_size, write_reason};
use super::reconcile::value_to_send;
use super::response::Put;
use super::version::RejectedWrites;
use crate::app::Inner;
use crate::server_facts::Fact;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, ProfileField, UploadView};

/// How the sync continues after a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextStep {
    /// With the next round.
    Continue,
    /// With one field per PUT, to find out which of several fields was rejected or blocked.
    OneAtATime,
    /// The server has another version of the profile. `by_api`: the API says so, not an intermediary.
    Changed { by_api: bool },
    /// It ends: the edits wait until the user chooses another value (see `unsendable`).
    WaitForUser,
}

impl Inner {
    /// Sends edits, based on the profile that was just read.
    pub(super) async fn send(
        &self,
        session: &Session,
        server: &Versioned,
        edits: Vec<Edit>,
        rejected_writes: &RejectedWrites,
    ) -> Result<NextStep, AppError> {
        let (mut ready, mut failed) = (Vec::new(), None);
        for edit in edits {
            let EditValue::LocalPicture(id) = &edit.mine else {
                ready.push(edit);
                continue;
            };
            match self.ensure_uploaded(session, &edit, id).await {
                Ok(true) => ready.push(edit),
                // The upload took time, and only now can the address be compared with the server's: read the profile
                // again.
                Ok(false) => return Ok(NextStep::Continue),
                // The other edits are sent now. The next sync tries the upload again.
                Err(error) => failed = Some(error),
            }
        }
        let next = if ready.is_empty() {
            NextStep::Continue
        } else {
            self.put(session, server, ready, rejected_writes).await?
        };
        failed.map_or(Ok(next), Err)
    }

    /// Sends fields in one PUT, based on the profile that was just read.
    async fn put(
        &self,
        session: &Session,
        server: &Versioned,
        ready: Vec<Edit>,
        rejected_writes: &RejectedWrites,
    ) -> Result<NextStep, AppError> {
        let account = session.account.clone();
        let (profile, now) = (server.profile.clone(), self.now());
        let (sent, values, put_fields, waits_for_user) = self
            .update_account(&session.account, move |store| {
                let sent = store.begin_sending(account.id, &ready)?;
                let fields: Vec<Field> = sent.iter().map(|edit| edit.field).collect();
                let is_missing = missing_for_full_update(&profile, &fields, false).is_some();
                let put_fields = choose_put_fields(store, &account, &fields, is_missing, now)?;
                // The server would empty a value that must not be sent. Send nothing until the user has chosen
                // another one.
                if put_fields == PutFields::All && !sent.is_empty() && is_missing {
                    store.return_to_waiting(account.id, &fields, false)?;
                    return Ok((Vec::new(), Vec::new(), put_fields, true));
                }
                let value = |edit: &Edit| Ok(value_to_send(store, &account, edit)?.map(|value| (edit.field, value)));
                let values = sent.iter().map(value).collect::<Result<Vec<_>, StoreError>>()?;
                Ok((sent, values, put_fields, false))
            })
            .await?;
        let sends_all = put_fields == PutFields::All;
        if self.state().sends_all != sends_all {
            self.update_for(session, |state| state.sends_all = sends_all);
        }
        if waits_for_user {
            return Ok(NextStep::WaitForUser);
        }
        let values: Vec<(Field, String)> = values.into_iter().flatten().collect();
        if values.is_empty() {
            // All edits were replaced by newer saves. The next round sends those.
            return Ok(NextStep::Continue);
        }
        let if_match = self.if_match(session, server, rejected_writes).await?;
        let mut update = build_update(&values, sends_all.then_some(server));
        let is_probe = put_fields == PutFields::ChangedAsProbe;
        if is_probe {
            // A probe must not risk the role.
            update.role = role_to_send(server);
        }
        let result = session.connection.update_user(&session.account.user_id, &update, if_match).await;
        let blocked = self.record_outcome(Route::Update, &result);
        match result {
            Ok(response) => {
                let put = Put { before: server, edits: &sent, values: &values, is_probe };
                let next = self.handle_response(session, &put, response).await?;
                self.release_open(session, Route::Update).await?;
                Ok(next)
            }
            // A single value may cause the block. It must not stop the others.
            Err(_) if blocked && sent.len() > 1 => {
                self.return_to_waiting(session, &sent, true).await?;
                Ok(NextStep::OneAtATime)
            }
            Err(error) if blocked => {
                self.mark_rejected(session, sent, &route_blocked(&error), Some(self.now())).await?;
                Ok(NextStep::Continue)
            }
            Err(error) => self.handle_failure(session, error, &sent).await,
        }
    }

    async fn handle_failure(&self, session: &Session, error: ApiError, sent: &[Edit]) -> Result<NextStep, AppError> {
        if error.delivery == Delivery::Unknown {
            // The edits stay in flight until the next read shows whether they arrived. After a conflict, read at
            // once.
            let changed = error.kind == ApiErrorKind::Changed;
            return if changed { Ok(NextStep::Changed { by_api: false }) } else { Err(error.into()) };
        }
        self.return_to_waiting(session, sent, false).await?;
        let is_rejected = matches!(error.kind, ApiErrorKind::Rejected | ApiErrorKind::Forbidden);
        match error.kind {
            ApiErrorKind::Changed => Ok(NextStep::Changed { by_api: true }),
            ApiErrorKind::Missing { known: true } => {
                self.mark_all_rejected(session, &AppError::from(&error)).await?;
                Err(error.into())
            }
            _ if is_rejected && sent.len() > 1 => Ok(NextStep::OneAtATime),
            _ if is_rejected => {
                let waiting = sent.iter().map(|edit| Edit { in_flight: false, ..edit.clone() }).collect();
                self.mark_rejected(session, waiting, &AppError::from(&error), None).await?;
                Ok(NextStep::Continue)
            }
            _ => Err(error.into()),
        }
    }

    /// Returns edits in flight to waiting. `may_come_late`: the request may still take effect on the server.
    async fn return_to_waiting(&self, session: &Session, sent: &[Edit], may_come_late: bool) -> Result<(), AppError> {
        let (id, fields) = (session.account.id, sent.iter().map(|edit| edit.field).collect::<Vec<_>>());
        self.update_account(&session.account, move |store| store.return_to_waiting(id, &fields, may_come_late)).await
    }

    /// Uploads the picture of an edit, unless it has been uploaded before. Returns whether it had been. If not, the
    /// edit has changed: it has an address now, or it was rejected or cancelled.
    async fn ensure_uploaded(&self, session: &Session, edit: &Edit, id: &str) -> Result<bool, AppError> {
        let (account, name) = (session.account.id, id.to_owned());
        let picture = self.with_store(move |store| store.local_picture(account, &name)).await?;
        let Some(picture) = picture else {
            let gone =
                AppError::new(ErrorCode::PictureGone, "the prepared picture is gone").about(ProfileField::Picture);
            return self.mark_rejected(session, vec![edit.clone()], &gone, None).await.map(|()| false);
        };
        if picture.url.is_some() {
            return Ok(true);
        }
        match self.upload(session, &picture).await {
            None => {
                let cancelled = edit.clone();
                self.update_account(&session.account, move |store| store.forget_edit(account, &cancelled)).await?;
                Ok(false)
            }
            Some(Ok(url)) => {
                self.record_outcome(Route::Upload, &Ok(()));
                self.release_open(session, Route::Upload).await?;
                let (name, address) = (id.to_owned(), url.clone());
                self.update_account(&session.account, move |store| store.note_upload(&name, &address)).await?;
                self.cache_uploaded_picture(account, id, &url, &picture.mime, picture.bytes).await;
                Ok(false)
            }
            Some(Err(error)) => {
                let blocked = self.record_outcome(Route::Upload, &Err::<(), _>(error.clone()));
                let (failure, tried_at) = match upload_rejection(&error) {
                    Some(failure) => (failure, None),
                    None if blocked => (route_blocked(&error).about(ProfileField::Picture), Some(self.now())),
                    None => return Err(error.into()),
                };
                self.mark_rejected(session, vec![edit.clone()], &failure, tried_at).await.map(|()| false)
            }
        }
    }

    /// Uploads a picture and publishes the progress; none if it was cancelled.
    async fn upload(&self, session: &Session, picture: &LocalPicture) -> Option<Result<String, ApiError>> {
        let (connection, bytes, mime) = (session.connection.clone(), picture.bytes.clone(), picture.mime.clone());
        let total = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (progress, mut sent) = tokio::sync::watch::channel(0);
        let report = move |bytes: u64, _total: u64| {
            progress.send_replace(bytes);
        };
        let mut task = tokio::spawn(async move { connection.upload_picture(bytes, &mime, report).await });
        self.session_tasks().upload = Some(task.abort_handle());
        // Publish the upload only after it can be cancelled.
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
        self.session_tasks().upload = None;
        self.update_for(session, |state| state.upload = None);
        outcome.ok()
    }

    /// Marks edits as rejected until the user decides. With `tried_at`, they wait for the next try of a blocked
    /// route.
    pub(super) async fn mark_rejected(
        &self,
        session: &Session,
        edits: Vec<Edit>,
        failure: &AppError,
        tried_at: Option<i64>,
    ) -> Result<(), AppError> {
        let (id, rejected) = (session.account.id, EditState::Refused { reason: write_reason(failure, tried_at)? });
        let reject = move |store: &Store| edits.iter().try_for_each(|edit| store.set_edit_state(id, edit, &rejected));
        self.update_account(&session.account, reject).await
    }

    /// Marks all waiting edits as rejected, because the user no longer exists on the server.
    pub(crate) async fn mark_all_rejected(&self, session: &Session, failure: &AppError) -> Result<(), AppError> {
        let id = session.account.id;
        let edits = self.with_store(move |store| store.edits(id)).await?;
        // Edits that change nothing are not sent, so they cannot be rejected.
        let waiting =
            edits.into_iter().filter(|edit| edit.state == EditState::Waiting && edit.changes_value()).collect();
        self.mark_rejected(session, waiting, failure, None).await
    }
}

/// The fields that a PUT contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PutFields {
    /// All, because the server empties omitted fields.
    All,
    /// Only the changed ones.
    Changed,
    /// Only the changed ones, to find out whether the server still empties omitted fields. Emptied fields are
    /// restored.
    ChangedAsProbe,
}

/// Decides which fields a PUT of the changed fields `sent` contains. A probe needs a profile whose values can all be
/// restored, and no other edits: a field that the probe empties could not be distinguished from such an edit.
fn choose_put_fields(
    store: &Store,
    account: &Account,
    sent: &[Field],
    is_missing: bool,
    now: i64,
) -> Result<PutFields, StoreError> {
    let fact = Fact::PutReplacesAll;
    if !fact.ever_held(store, &account.server)? {
        return Ok(PutFields::Changed);
    }
    let has_others = store.edits(account.id)?.iter().any(|edit| !sent.contains(&edit.field));
    let sends_all = is_missing || has_others || fact.holds(store, &account.server, now)?;
    Ok(if sends_all { PutFields::All } else { PutFields::ChangedAsProbe })
}

/// The server's role, if it may be sent.
fn role_to_send(server: &Versioned) -> Option<String> {
    let role = &server.profile.role;
    sendable_role(role).then(|| role.as_str().to_owned())
}

/// The failure for a route that an intermediary (proxy, captive portal) blocks.
fn route_blocked(error: &ApiError) -> AppError {
    let failure = AppError { code: ErrorCode::RouteBlocked, ..AppError::from(error) };
    if is_about_size(error.http_status) { failure.problem(PROBLEM_TOO_LARGE) } else { failure }
}

/// The failure of a rejected upload; none if a retry may help.
pub(crate) fn upload_rejection(error: &ApiError) -> Option<AppError> {
    let mut failure = AppError::from(error).about(ProfileField::Picture);
    match error.kind {
        ApiErrorKind::Forbidden | ApiErrorKind::Missing { .. } => failure.code = ErrorCode::UploadRefused,
        ApiErrorKind::Rejected => {}
        _ => return None,
    }
    Some(failure)
}

/// The body of the PUT. With `all_from`, it contains all five fields: unchanged ones have the value in `all_from`. A
/// language or role that may not be sent is omitted even then, so call `missing_for_full_update` first.
pub(crate) fn build_update(values: &[(Field, String)], all_from: Option<&Versioned>) -> UserUpdate {
    let value = |field: Field| {
        let changed = values.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        let unchanged = || all_from.map(|server| server.profile.value(field).to_owned());
        // Empty values are omitted, because the server may reject them.
        changed.or_else(|| unchanged().filter(|value| !value.is_empty() && sendable_value(field, value)))
    };
    UserUpdate {
        first_name: value(Field::FirstName),
        last_name: value(Field::LastName),
        picture: value(Field::Picture),
        role: all_from.and_then(role_to_send),
        language: value(Field::Language),
    }
}
