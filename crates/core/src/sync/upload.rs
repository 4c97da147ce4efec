//! Uploading the picture of an edit, once, before the PUT that names its address.

use std::pin::pin;
use std::sync::Arc;

use lapel_api::ApiError;
use lapel_store::{Edit, LocalPicture};
use tokio::sync::{Notify, watch};

use super::service::SyncService;
use crate::kernel::error::Failure;
use crate::kernel::rejection::Route;
use crate::kernel::session::Session;
use crate::kernel::uploader::upload_rejection;
use crate::views::UploadView;

impl SyncService {
    /// Uploads the picture of an edit, unless an earlier sync has done so and only the PUT has failed.
    ///
    /// Returns whether it was uploaded before. If not, this call has changed the edit: it has an address now, or it was rejected
    /// or cancelled.
    pub(super) async fn upload_once(&self, session: &Session, edit: &Edit, id: &str) -> Result<bool, Failure> {
        let account = session.account.id;
        let picture = match self.uploader.local_picture(account, id).await {
            Ok(picture) => picture,
            Err(gone @ Failure::PictureGone(_)) => {
                return self.mark_rejected(session, vec![edit.clone()], &gone, None).await.map(|()| false);
            }
            Err(error) => return Err(error),
        };
        if picture.url.is_some() {
            return Ok(true);
        }
        match self.upload(session, &picture).await {
            None => {
                let cancelled = edit.clone();
                let forget = move |store: &lapel_store::Store| store.forget_edit(account, &cancelled);
                self.disk.update_account(&session.account, forget).await?;
            }
            Some(Ok(url)) => {
                self.counters.lock().note_outcome(Route::Upload, &Ok(()));
                self.release_open(session, Route::Upload).await?;
                let (name, address) = (id.to_owned(), url.clone());
                self.disk.update_account(&session.account, move |store| store.store_upload(&name, &address)).await?;
                self.uploader.cache(account, id, &url, picture).await;
            }
            Some(Err(error)) => {
                let blocked = self.counters.lock().note_outcome(Route::Upload, &Err::<(), _>(error.clone()));
                let (failure, tried_at) = match upload_rejection(&error) {
                    Some(failure) => (failure, None),
                    None if blocked => (Failure::UploadBlocked(error), Some(self.now())),
                    None => return Err(error.into()),
                };
                self.mark_rejected(session, vec![edit.clone()], &failure, tried_at).await?;
            }
        }
        Ok(false)
    }

    /// Uploads a picture and publishes the progress; none if the user has cancelled the upload. The end of the session
    /// does not count as that: it ends the whole sync, and the edit stays.
    async fn upload(&self, session: &Session, picture: &LocalPicture) -> Option<Result<String, ApiError>> {
        let total = u64::try_from(picture.bytes.len()).unwrap_or(u64::MAX);
        let (progress, mut sent) = watch::channel(0);
        let report = move |bytes: u64, _total: u64| {
            progress.send_replace(bytes);
        };
        let mut upload = pin!(self.uploader.send(session, picture, report));
        let cancelled = Arc::new(Notify::new());
        self.running.lock().upload = Some(Arc::clone(&cancelled));
        // Published only now, because the UI offers to cancel every upload that it shows.
        self.state.update_for(session, |state| state.upload = Some(UploadView { sent: 0, total }));
        let outcome = loop {
            tokio::select! {
                outcome = &mut upload => break Some(outcome),
                () = cancelled.notified() => break None,
                Ok(()) = sent.changed() => {
                    let sent = (*sent.borrow_and_update()).min(total);
                    self.state.update_for(session, |state| state.upload = Some(UploadView { sent, total }));
                }
            }
        };
        self.running.lock().upload = None;
        self.state.update_for(session, |state| state.upload = None);
        outcome
    }
}
