//! Sending edits: a picture is uploaded once, then one PUT carries all fields that differ.

use lapel_api::{ApiError, ApiErrorKind, Delivery, UserUpdate, Versioned};
use lapel_domain::{Field, Reset, reset_fields};
use lapel_store::{Answer, Edit, EditState, HeldPicture, Mine};
use uuid::Uuid;

use crate::app::Inner;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, ProfileField, UploadView};

/// How the exchange goes on after a PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// As before.
    Same,
    /// Several fields were refused together: one field per PUT finds out which.
    OneAtATime,
}

impl Inner {
    /// Sends edits over the profile that was just read.
    pub(super) async fn send(&self, session: &Session, server: &Versioned, edits: Vec<Edit>) -> Result<Next, AppError> {
        let mut values: Vec<(Field, String)> = Vec::new();
        for edit in edits {
            match edit.mine {
                Mine::Text(text) => values.push((edit.field, text)),
                Mine::Held(id) => values.extend(self.uploaded(session, &id).await?.map(|url| (Field::Picture, url))),
            }
        }
        if values.is_empty() {
            return Ok(Next::Same);
        }
        let fields: Vec<Field> = values.iter().map(|(field, _)| *field).collect();
        let (id, begun, key) = (session.account.id, fields.clone(), session.account.server.clone());
        let sends_all = self
            .with_store(move |store| {
                store.begin_sending(id, &begun)?;
                store.resets_omitted(&key)
            })
            .await?;
        self.reload(&session.account).await?;
        let update = update_of(&values, sends_all.then_some(server));
        let answer = session.connection.update_user(&session.account.user_id, &update, server.etag.as_deref()).await;
        match answer {
            Ok(after) => self.take_answer(session, server, &after, &fields, sends_all).await.map(|()| Next::Same),
            Err(error) => self.take_failure(session, error, &fields, sends_all).await,
        }
    }

    async fn take_answer(
        &self,
        session: &Session,
        before: &Versioned,
        after: &Versioned,
        fields: &[Field],
        sent_all: bool,
    ) -> Result<(), AppError> {
        let reset =
            if sent_all { Reset::default() } else { reset_fields(fields, false, &before.profile, &after.profile) };
        let emptied: Vec<(Field, String)> =
            reset.fields.iter().map(|&field| (field, before.profile.value(field).to_owned())).collect();
        let (account, arrived, cached, now) =
            (session.account.clone(), fields.to_vec(), self.cached(after), self.now());
        let kept = cached.clone();
        self.with_store(move |store| {
            let resets_omitted = (!reset.is_nothing()).then_some(account.server.as_str());
            let answer = Answer { cached: &kept, arrived: &arrived, reset: &emptied, resets_omitted };
            store.take_answer(account.id, &answer, &Uuid::new_v4().to_string(), now)?;
            store.sweep_held_pictures(account.id, None)
        })
        .await?;
        self.update_for(session, |state| {
            state.profile = Some(cached);
            state.checked = true;
        });
        self.reload(&session.account).await
    }

    async fn take_failure(
        &self,
        session: &Session,
        error: ApiError,
        fields: &[Field],
        sent_all: bool,
    ) -> Result<Next, AppError> {
        if error.delivery == Delivery::Unknown {
            // They stay in flight: the next read tells whether they arrived.
            return Err(error.into());
        }
        let (id, returned) = (session.account.id, fields.to_vec());
        self.with_store(move |store| store.return_to_waiting(id, &returned)).await?;
        let refused = matches!(error.kind, ApiErrorKind::Rejected | ApiErrorKind::Forbidden);
        match error.kind {
            ApiErrorKind::Changed => Ok(Next::Same),
            ApiErrorKind::Missing { known: true } => {
                self.park_all(session, &AppError::from(&error)).await?;
                Err(error.into())
            }
            _ if refused && fields.len() > 1 && !sent_all => Ok(Next::OneAtATime),
            _ if refused => {
                self.park(session, fields, &AppError::from(&error)).await?;
                Ok(Next::Same)
            }
            _ => Err(error.into()),
        }
    }

    /// The address of a prepared picture: uploaded now, or earlier where only the PUT had failed. None where the upload
    /// was refused or cancelled; its edit is settled then.
    async fn uploaded(&self, session: &Session, id: &str) -> Result<Option<String>, AppError> {
        let (account, name) = (session.account.id, id.to_owned());
        let held = self.with_store(move |store| store.held_picture(account, &name)).await?;
        let Some(held) = held else {
            let gone =
                AppError::new(ErrorCode::PictureGone, "the prepared picture is gone").about(ProfileField::Picture);
            self.park(session, &[Field::Picture], &gone).await?;
            return Ok(None);
        };
        if held.url.is_some() {
            return Ok(held.url);
        }
        match self.upload(session, &held).await {
            None => {
                self.with_store(move |store| store.drop_edit(account, Field::Picture)).await?;
                Ok(None)
            }
            Some(Ok(url)) => {
                let (name, address) = (id.to_owned(), url.clone());
                self.with_store(move |store| store.note_upload(&name, &address)).await?;
                self.keep_uploaded(account, &url, &held.mime, held.bytes).await?;
                Ok(Some(url))
            }
            Some(Err(error)) => match upload_refusal(&error) {
                Some(failure) => self.park(session, &[Field::Picture], &failure).await.map(|()| None),
                None => Err(error.into()),
            },
        }
    }

    /// Uploads with progress; none where it was cancelled.
    async fn upload(&self, session: &Session, held: &HeldPicture) -> Option<Result<String, ApiError>> {
        let (connection, bytes, mime) = (session.connection.clone(), held.bytes.clone(), held.mime.clone());
        let total = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.update_for(session, |state| state.upload = Some(UploadView { sent: 0, total }));
        let (progress, mut sent) = tokio::sync::watch::channel(0);
        let report = move |bytes: u64, _total: u64| {
            progress.send_replace(bytes);
        };
        let mut task = tokio::spawn(async move { connection.upload_picture(bytes, &mime, report).await });
        self.running().upload = Some(task.abort_handle());
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

    async fn park(&self, session: &Session, fields: &[Field], failure: &AppError) -> Result<(), AppError> {
        let reason =
            serde_json::to_string(failure).map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        let (id, fields) = (session.account.id, fields.to_vec());
        self.with_store(move |store| {
            fields.iter().try_for_each(|&field| store.park(id, field, &EditState::Refused { reason: reason.clone() }))
        })
        .await?;
        self.reload(&session.account).await
    }

    /// Parks everything that waits: the person is gone from the server.
    pub(super) async fn park_all(&self, session: &Session, failure: &AppError) -> Result<(), AppError> {
        let id = session.account.id;
        let edits = self.with_store(move |store| store.edits(id)).await?;
        let fields: Vec<Field> =
            edits.iter().filter(|edit| edit.state == EditState::Waiting).map(|edit| edit.field).collect();
        self.park(session, &fields, failure).await
    }
}

/// Why an upload is refused for good, or none where trying again may help.
fn upload_refusal(error: &ApiError) -> Option<AppError> {
    let mut failure = AppError::from(error).about(ProfileField::Picture);
    match error.kind {
        ApiErrorKind::Forbidden | ApiErrorKind::Missing { .. } => failure.code = ErrorCode::UploadRefused,
        ApiErrorKind::Rejected | ApiErrorKind::TooLarge | ApiErrorKind::Unreadable | ApiErrorKind::Redirected => {}
        _ => return None,
    }
    Some(failure)
}

/// The body of the PUT. A server that empties what is left out gets all five, the untouched ones as just read.
pub(crate) fn update_of(values: &[(Field, String)], all_from: Option<&Versioned>) -> UserUpdate {
    let value = |field: Field| {
        let mine = values.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        let untouched = || all_from.map(|server| server.profile.value(field).to_owned());
        // What the server itself holds empty, it may refuse to be sent.
        mine.or_else(|| untouched().filter(|value| !value.is_empty()))
    };
    UserUpdate {
        first_name: value(Field::FirstName),
        last_name: value(Field::LastName),
        picture: value(Field::Picture),
        role: all_from.map(|server| server.profile.role.as_str().to_owned()).filter(|role| !role.is_empty()),
        language: value(Field::Language),
    }
}
