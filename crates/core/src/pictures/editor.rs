//! Crops the open picture. The original file is kept, so that it can be cropped again.

use std::sync::atomic::{AtomicBool, Ordering};

use lapel_picture::{Crop, Prepared};
use lapel_store::{AccountId, CropDocument, PictureSource, Store};
use uuid::Uuid;

use super::open_picture::{Open, Original};
use super::service::PictureService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::views::{OpenedPicture, PictureCrop, PictureView, PreparedPicture};

impl PictureService {
    /// Opens a picture that the page shows: the file that it was cropped from, with that crop, or else the picture itself.
    pub(crate) async fn reopen(&self, id: &str) -> Result<OpenedPicture, Failure> {
        let (account, name) = (self.state.read().account_for_saving()?.id, id.to_owned());
        let source = self
            .disk
            .run(move |store| {
                let Some(source) = store.picture_source(account, &name)? else { return Ok(None) };
                let exists = store.has_cached_picture(account, &source.source)?;
                Ok(store.picture_file(&source.source).filter(|_| exists).map(|path| (source, path)))
            })
            .await?;
        let Some((source, path)) = source else { return self.open(&self.picture(id).await?.bytes).await };
        let original = Original { id: source.source, path, is_kept: AtomicBool::new(true) };
        let opened = self.process.open(&original.path).await?;
        self.show_opened(account, original, opened, source.crop.map(shown_crop))
    }

    /// Renders a crop of the open picture, for a preview.
    pub(crate) async fn render(&self, id: &str, crop: &PictureCrop) -> Result<PictureView, Failure> {
        let (rendered, ..) = self.render_open(id, crop).await?;
        Ok(PictureView { id: rendered, url: None })
    }

    /// Renders a crop of the open picture and stores it on this computer, for the form.
    pub(crate) async fn use_picture(&self, id: &str, crop: &PictureCrop) -> Result<PreparedPicture, Failure> {
        self.state.read().account_for_saving()?;
        let (account, file) = self.opened.original(id)?;
        let (_, prepared) = self.render_open(id, crop).await?;
        let notes = prepared.notes.iter().map(|&note| note.into()).collect();
        let local_id = Uuid::new_v4().simple().to_string();
        let name = local_id.clone();
        let keep =
            move |store: &Store| store.store_local_picture(account, &name, prepared.mime.as_str(), &prepared.bytes);
        self.disk.write_user_data(keep).await?;
        self.keep_source(account, &local_id, &file, crop).await;
        self.close(id);
        Ok(PreparedPicture { picture: PictureView { id: local_id, url: None }, notes })
    }

    /// Closes the open picture, if it has this id.
    pub(crate) fn close(&self, id: &str) {
        let mut open = self.opened.lock();
        if open.as_ref().is_some_and(|open| open.id == id) {
            *open = None;
        }
    }

    /// The rendered crop and the id under which it is shown. The last crop is not rendered twice.
    async fn render_open(&self, id: &str, crop: &PictureCrop) -> Result<(String, Prepared), Failure> {
        let (_, file) = self.opened.original(id)?;
        let crop = parse_crop(crop)?;
        if let Some(Open { rendered: Some((name, rendered_crop, picture)), .. }) =
            self.opened.lock().as_ref().filter(|open| open.id == id)
            && *rendered_crop == crop
        {
            return Ok((name.clone(), picture.clone()));
        }
        let prepared = self.process.render(&file.path, crop).await?;
        let name = Uuid::new_v4().simple().to_string();
        if let Some(open) = self.opened.lock().as_mut().filter(|open| open.id == id) {
            open.rendered = Some((name.clone(), crop, prepared.clone()));
        }
        Ok((name, prepared))
    }

    /// Keeps the file that a picture was cropped from. A failure is only logged: the next crop starts from the picture.
    async fn keep_source(&self, account: AccountId, local_id: &str, file: &Original, crop: &PictureCrop) {
        let source = PictureSource { source: file.id.clone(), crop: Some(stored_crop(crop)) };
        let (local_id, now) = (local_id.to_owned(), (self.clock)());
        let is_new = !file.is_kept.load(Ordering::Relaxed);
        let kept = self.disk.run(move |store| {
            if is_new {
                store.adopt_picture_file(account, &source.source, "application/octet-stream", now)?;
            }
            store.store_picture_source(account, &local_id, &source)
        });
        match kept.await {
            Ok(()) => file.is_kept.store(true, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, "the source of a picture could not be kept"),
        }
    }
}

/// Converts a crop for the store.
fn stored_crop(crop: &PictureCrop) -> CropDocument {
    let PictureCrop { turns, mirrored, x, y, side, ground } = crop.clone();
    CropDocument { turns, mirrored, x, y, side, ground }
}

fn shown_crop(crop: CropDocument) -> PictureCrop {
    let CropDocument { turns, mirrored, x, y, side, ground } = crop;
    PictureCrop { turns, mirrored, x, y, side, ground }
}

/// Converts a crop from the page.
fn parse_crop(crop: &PictureCrop) -> Result<Crop, Failure> {
    let PictureCrop { turns, mirrored, x, y, side, ground } = crop;
    let ground = ground.as_deref().map(parse_color).transpose()?;
    Ok(Crop { turns: *turns, mirrored: *mirrored, x: *x, y: *y, side: *side, ground })
}

fn parse_color(text: &str) -> Result<[u8; 3], Failure> {
    let number = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = number.ok_or(Misuse::Color)?.to_be_bytes();
    Ok([red, green, blue])
}
