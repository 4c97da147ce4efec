//! Pictures: fetched for show, kept for offline. The page knows them by opaque ids only. Cutting them is in
//! `picture_editor`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use lapel_domain::{PictureUrlError, parse_picture_url};
use lapel_store::{AccountId, CachedPicture};
use sha2::{Digest, Sha256};

use crate::app::{App, Inner};
use crate::views::{AppError, ErrorCode, PictureNote, PictureView, ProfileField};

/// How many addresses are remembered at most; far more than one window shows.
const MOST_SOURCES: usize = 10_000;

/// A picture for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedPicture {
    /// Media type, from the content.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Which address stands behind an opaque id. Only what a snapshot mentioned can be asked for.
#[derive(Default)]
pub(crate) struct PictureSources {
    addresses: Mutex<HashMap<String, String>>,
}

impl PictureSources {
    /// The view of an address, which the page may ask for from now on.
    pub(crate) fn view(&self, account: AccountId, address: &str) -> PictureView {
        let digest = Sha256::digest(format!("{} {address}", account.number()));
        let id: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= MOST_SOURCES {
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
    /// Fetches the picture of a typed address, so that it can be looked at before it is used.
    ///
    /// # Errors
    /// What is wrong with the address or the picture behind it.
    pub async fn preview_picture_url(&self, typed: &str) -> Result<PictureView, AppError> {
        let address = picture_address(typed)?;
        let account = self.inner.account()?;
        let view = self.inner.pictures.view(account.id, &address);
        self.inner.fetch_picture(account.id, &view.id, &address).await?;
        Ok(view)
    }

    /// The bytes behind an opaque id: from this computer, or else fetched and kept.
    ///
    /// # Errors
    /// Where there is no such picture, or it cannot be had at the moment.
    pub async fn picture(&self, id: &str) -> Result<ServedPicture, AppError> {
        let inner = &self.inner;
        if let Some(shown) = inner.opened.shown(id) {
            return Ok(shown);
        }
        let (account, now, name) = (inner.account()?.id, inner.now(), id.to_owned());
        let stored = inner
            .with_store(move |store| match store.local_picture(account, &name)? {
                Some(held) => Ok(Some(CachedPicture { mime: held.mime, bytes: held.bytes })),
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
        let own = address.starts_with('/');
        let (allowed, endpoint) = {
            let state = self.state();
            (
                own || state.preferences.load_remote_pictures,
                state.session.as_ref().map(|session| session.endpoint.clone()),
            )
        };
        if !allowed {
            let off = AppError::new(ErrorCode::RemotePicturesOff, "pictures from other servers are not loaded");
            return Err(off.about(ProfileField::Picture));
        }
        let url = match &endpoint {
            Some(endpoint) => endpoint.complete(address),
            None if own => return Err(AppError::new(ErrorCode::Network, "no connection yet")),
            None => address.to_owned(),
        };
        let bytes = self.network()?.fetcher.fetch(endpoint.as_ref(), &url).await?;
        let mime = lapel_picture::check_displayable(&bytes)?;
        let picture = CachedPicture { mime: mime.as_str().to_owned(), bytes };
        self.keep_picture(account, id, picture.clone()).await;
        Ok(picture)
    }

    /// A picture that cannot be kept is shown all the same, and fetched again the next time.
    async fn keep_picture(&self, account: AccountId, id: &str, picture: CachedPicture) {
        let (id, now) = (id.to_owned(), self.now());
        let kept = self.with_store(move |store| store.keep_picture(account, &id, &picture, now)).await;
        if let Err(error) = kept {
            tracing::warn!(%error, "a picture was not kept");
        }
    }

    /// Keeps uploaded bytes as the cached picture of their new address, so that they need not be fetched to be shown.
    /// What it was cut from is known by the new address as well.
    pub(crate) async fn keep_uploaded(
        &self,
        account: AccountId,
        held: &str,
        address: &str,
        mime: &str,
        bytes: Vec<u8>,
    ) {
        let id = self.pictures.view(account, address).id;
        let (held, uploaded) = (held.to_owned(), id.clone());
        let carried = self.with_store(move |store| match store.picture_source(account, &held)? {
            Some(source) => store.note_picture_source(account, &uploaded, &source),
            None => Ok(()),
        });
        if let Err(error) = carried.await {
            tracing::warn!(%error, "what the picture was cut from is forgotten");
        }
        self.keep_picture(account, &id, CachedPicture { mime: mime.to_owned(), bytes }).await;
    }
}

/// A typed address as the contract takes it.
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
