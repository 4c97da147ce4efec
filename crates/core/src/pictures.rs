//! Fetches the pictures that the page shows and caches them for offline use. The page refers to them by opaque ids
//! only. `picture_editor` crops them.
//!
//! Errors say what is wrong with the address or the picture; `PictureGone` means that the id is unknown.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lapel_domain::{PictureUrlError, parse_picture_url};
use lapel_store::{AccountId, CachedPicture};
use sha2::{Digest, Sha256};

use crate::app::{App, Inner};
use crate::views::{AppError, ErrorCode, PictureNote, PictureView, ProfileField};

/// Far more addresses than one window shows. Beyond it the map is cleared, to bound its memory.
const MAX_ADDRESSES: usize = 10_000;

/// A picture for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedPicture {
    /// Media type, detected from the content.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The address of each opaque id. The page can fetch only addresses that a snapshot contained.
#[derive(Default)]
pub(crate) struct PictureSources {
    addresses: Mutex<HashMap<String, String>>,
}

impl PictureSources {
    /// The view of an address. From now on the page may fetch it by the view's id.
    pub(crate) fn view(&self, account: AccountId, address: &str) -> PictureView {
        let digest = Sha256::digest(format!("{} {address}", account.number()));
        let id: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= MAX_ADDRESSES {
            addresses.clear();
        }
        addresses.insert(id.clone(), address.to_owned());
        PictureView { id, url: address.starts_with("https://").then(|| address.to_owned()) }
    }

    fn address(&self, id: &str) -> Option<String> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

impl App {
    /// Fetches the picture at a typed address as a preview.
    pub async fn preview_picture_url(&self, typed: &str) -> Result<PictureView, AppError> {
        let address = picture_address(typed)?;
        let account = self.inner.account()?;
        let view = self.inner.pictures.view(account.id, &address);
        self.inner.fetch_picture(account.id, &view.id, &address).await?;
        Ok(view)
    }

    /// The picture with this id: from the editor or the store, otherwise fetched and cached.
    pub async fn picture(&self, id: &str) -> Result<ServedPicture, AppError> {
        let inner = &self.inner;
        if let Some(open) = inner.picture_editor.served_picture(id) {
            return Ok(open);
        }
        let (account, now, name) = (inner.account()?.id, inner.now(), id.to_owned());
        let stored = inner
            .with_store(move |store| match store.local_picture(account, &name)? {
                Some(local) => Ok(Some(CachedPicture { mime: local.mime, bytes: local.bytes })),
                None => store.cached_picture(account, &name, now),
            })
            .await?;
        let picture = match (stored, inner.pictures.address(id)) {
            (Some(picture), _) => picture,
            (None, Some(address)) => inner.fetch_picture(account, id, &address).await?,
            (None, None) => return Err(AppError::new(ErrorCode::PictureGone, "no picture of this id")),
        };
        Ok(ServedPicture { mime: picture.mime, bytes: picture.bytes })
    }
}

impl Inner {
    async fn fetch_picture(&self, account: AccountId, id: &str, address: &str) -> Result<CachedPicture, AppError> {
        let is_on_server = address.starts_with('/');
        let (allowed, endpoint) = {
            let state = self.state();
            (
                is_on_server || state.preferences.load_remote_pictures,
                state.session.as_ref().map(|session| session.endpoint.clone()),
            )
        };
        if !allowed {
            let off = AppError::new(ErrorCode::RemotePicturesOff, "pictures from other servers are not loaded");
            return Err(off.about(ProfileField::Picture));
        }
        let url = match &endpoint {
            Some(endpoint) => endpoint.complete(address),
            None if is_on_server => return Err(AppError::new(ErrorCode::Network, "no connection yet")),
            None => address.to_owned(),
        };
        let bytes = self.network()?.fetcher.fetch(endpoint.as_ref(), &url).await?;
        let mime = lapel_picture::check_displayable(&bytes)?;
        let picture = CachedPicture { mime: mime.as_str().to_owned(), bytes };
        self.cache_picture(account, id, picture.clone()).await;
        Ok(picture)
    }

    /// A failure is only logged: the picture is shown anyway, and fetched again the next time.
    async fn cache_picture(&self, account: AccountId, id: &str, picture: CachedPicture) {
        let (id, now) = (id.to_owned(), self.now());
        let cached = self.with_store(move |store| store.keep_picture(account, &id, &picture, now)).await;
        if let Err(error) = cached {
            tracing::warn!(%error, "a picture could not be cached");
        }
    }

    /// Caches an uploaded picture under its new address, so that it need not be fetched. Its source file and crop are
    /// linked to the new address as well.
    pub(crate) async fn cache_uploaded_picture(
        &self,
        account: AccountId,
        local_id: &str,
        address: &str,
        mime: &str,
        bytes: Vec<u8>,
    ) {
        let id = self.pictures.view(account, address).id;
        let (local_id, uploaded) = (local_id.to_owned(), id.clone());
        let linked = self.with_store(move |store| match store.picture_source(account, &local_id)? {
            Some(source) => store.note_picture_source(account, &uploaded, &source),
            None => Ok(()),
        });
        if let Err(error) = linked.await {
            tracing::warn!(%error, "the source file of the picture could not be linked to its new address");
        }
        self.cache_picture(account, &id, CachedPicture { mime: mime.to_owned(), bytes }).await;
    }
}

/// Validates a typed picture address.
pub(crate) fn picture_address(typed: &str) -> Result<String, AppError> {
    parse_picture_url(typed).map_err(|error| {
        let failure = AppError::new(ErrorCode::InvalidPictureUrl, error.to_string()).about(ProfileField::Picture);
        if error == PictureUrlError::TooLong { failure.problem("tooLong") } else { failure }
    })
}

impl From<lapel_picture::Note> for PictureNote {
    fn from(note: lapel_picture::Note) -> Self {
        match note {
            lapel_picture::Note::FirstFrameOnly => Self::FirstFrameOnly,
            lapel_picture::Note::FirstPageOnly => Self::FirstPageOnly,
            lapel_picture::Note::MetadataRemoved => Self::MetadataRemoved,
            lapel_picture::Note::Enlarged => Self::Enlarged,
            lapel_picture::Note::ColoursConverted => Self::ColoursConverted,
        }
    }
}
