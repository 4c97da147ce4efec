//! Uploading a prepared picture, for the profile and for team members alike.

use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind};
use lapel_store::{AccountId, CachedPicture, LocalPicture};

use super::deadline::Clock;
use super::disk::Disk;
use super::error::Failure;
use super::error_reasons::PictureGone;
use super::picture_ids::picture_view;
use super::session::Session;

/// Uploads prepared pictures and caches them under their new address.
#[derive(Clone)]
pub(crate) struct Uploader {
    disk: Arc<Disk>,
    clock: Clock,
}

impl Uploader {
    pub(crate) fn new(disk: Arc<Disk>, clock: Clock) -> Self {
        Self { disk, clock }
    }

    /// The prepared picture of an id.
    pub(crate) async fn local_picture(&self, account: AccountId, id: &str) -> Result<LocalPicture, Failure> {
        let name = id.to_owned();
        let picture = self.disk.run(move |store| store.local_picture(account, &name)).await?;
        Ok(picture.ok_or(PictureGone::Prepared)?)
    }

    /// Sends the picture and returns its address. `progress` gets the bytes sent so far and the total.
    pub(crate) async fn send(
        &self,
        session: &Session,
        picture: &LocalPicture,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<String, ApiError> {
        session.connection.upload_picture(picture.bytes.clone(), &picture.mime, progress).await
    }

    /// Caches an uploaded picture under its new address, so that it need not be fetched to be shown. The file that it was
    /// cropped from is recorded for the new address as well. A failure is only logged: the picture can be fetched again.
    pub(crate) async fn cache(&self, account: AccountId, id: &str, address: &str, picture: LocalPicture) {
        let cached_id = picture_view(account, address).id;
        let (id, uploaded) = (id.to_owned(), cached_id.clone());
        let copied = self.disk.run(move |store| match store.picture_source(account, &id)? {
            Some(source) => store.store_picture_source(account, &uploaded, &source),
            None => Ok(()),
        });
        if let Err(error) = copied.await {
            tracing::warn!(%error, "the source of an uploaded picture is not known any more");
        }
        self.cache_picture(account, &cached_id, CachedPicture { mime: picture.mime, bytes: picture.bytes }).await;
    }

    /// Caches a picture. A failure is only logged: the picture can be fetched again.
    pub(crate) async fn cache_picture(&self, account: AccountId, id: &str, picture: CachedPicture) {
        let (id, now) = (id.to_owned(), (self.clock)());
        if let Err(error) = self.disk.run(move |store| store.cache_picture(account, &id, &picture, now)).await {
            tracing::warn!(%error, "a picture could not be cached");
        }
    }
}

/// The failure of an upload, if a retry cannot help; none if it may help.
pub(crate) fn upload_rejection(error: &ApiError) -> Option<Failure> {
    match error.kind {
        ApiErrorKind::Forbidden | ApiErrorKind::Missing { .. } => Some(Failure::UploadRefused(error.clone())),
        ApiErrorKind::Rejected => Some(Failure::Upload(error.clone())),
        _ => None,
    }
}
