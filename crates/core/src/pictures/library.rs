//! Pictures for the page: prepared on this computer, cached, or fetched. The page knows them by opaque ids only.

use lapel_store::{AccountId, CachedPicture};

use super::served_picture::ServedPicture;
use super::service::PictureService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::PictureGone;
use crate::kernel::form_values::picture_address;
use crate::kernel::picture_ids::picture_view;
use crate::views::{PictureNote, PictureView};

impl PictureService {
    /// Fetches the picture of a typed URL, for a preview.
    pub(crate) async fn preview_url(&self, typed: &str) -> Result<PictureView, Failure> {
        let address = picture_address(typed)?;
        let account = self.state.read().active_account()?;
        let view = self.addresses.view(account.id, &address);
        self.fetch(account.id, &view.id, &address).await?;
        Ok(view)
    }

    /// The picture of an opaque id, from this computer or fetched.
    pub(crate) async fn picture(&self, id: &str) -> Result<ServedPicture, Failure> {
        if let Some(shown) = self.opened.shown(id) {
            return Ok(shown);
        }
        // The account list shows pictures of inactive accounts, which have no connection: they come from this computer only.
        let inactive = self.state.read().other_account_with_picture(id);
        let account = match inactive {
            Some(account) => account,
            None => self.state.read().active_account()?.id,
        };
        let (now, name) = ((self.clock)(), id.to_owned());
        let stored = self
            .disk
            .run(move |store| match store.local_picture(account, &name)? {
                Some(local) => Ok(Some(CachedPicture { mime: local.mime, bytes: local.bytes })),
                None => store.cached_picture(account, &name, now),
            })
            .await?;
        let picture = match stored {
            Some(picture) => picture,
            None if inactive.is_some() => return Err(PictureGone::UnknownId.into()),
            None => {
                let address = self.address(account, id).ok_or(PictureGone::UnknownId)?;
                self.fetch(account, id, &address).await?
            }
        };
        Ok(ServedPicture { mime: picture.mime, bytes: picture.bytes })
    }

    /// The address behind an id: that of a team row or a preview, or else one that the state contains.
    fn address(&self, account: AccountId, id: &str) -> Option<String> {
        let in_state = || {
            let addresses = self.state.read().picture_addresses();
            addresses.into_iter().find(|address| picture_view(account, address).id == id)
        };
        self.addresses.address(id).or_else(in_state)
    }

    async fn fetch(&self, account: AccountId, id: &str, address: &str) -> Result<CachedPicture, Failure> {
        let is_own = address.starts_with('/');
        let (allowed, endpoint) = {
            let state = self.state.read();
            let endpoint = state.session.as_ref().map(|session| session.endpoint.clone());
            (is_own || state.preferences.load_remote_pictures, endpoint)
        };
        if !allowed {
            return Err(Failure::RemotePicturesOff);
        }
        let url = match &endpoint {
            Some(endpoint) => endpoint.complete(address),
            None if is_own => return Err(Failure::NotConnected),
            None => address.to_owned(),
        };
        let bytes = self.network.fetcher()?.fetch(endpoint.as_ref(), &url).await?;
        let mime = lapel_picture::check_displayable(&bytes)?;
        let picture = CachedPicture { mime: mime.as_str().to_owned(), bytes };
        self.uploader.cache_picture(account, id, picture.clone()).await;
        Ok(picture)
    }
}

impl From<lapel_picture::Note> for PictureNote {
    fn from(note: lapel_picture::Note) -> Self {
        match note {
            lapel_picture::Note::FirstFrameOnly => Self::FirstFrameOnly,
            lapel_picture::Note::FirstPageOnly => Self::FirstPageOnly,
            lapel_picture::Note::MainPictureOnly => Self::MainPictureOnly,
            lapel_picture::Note::EndsEarly => Self::EndsEarly,
            lapel_picture::Note::MetadataRemoved => Self::MetadataRemoved,
            lapel_picture::Note::Enlarged => Self::Enlarged,
            lapel_picture::Note::ColorsConverted => Self::ColorsConverted,
            lapel_picture::Note::HdrConverted => Self::HdrConverted,
            lapel_picture::Note::InksConverted => Self::InksConverted,
        }
    }
}
