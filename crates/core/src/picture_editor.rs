//! The picture editor: opens a file, previews it, crops it, and hands the result to the profile form. One picture can
//! be open at a time. The source file is stored with the result, so that the user can crop it again later.
//!
//! Functions that open a file fail with the code that says what is wrong with the file, or with `PictureGone` if the
//! file cannot be read. Functions that take an id fail with `PictureGone` if that picture is not open any more.

use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lapel_picture::{Crop, MAX_INPUT_BYTES, Mime, Opened, Prepared};
use lapel_store::{AccountId, PictureSource, Store};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::app::{App, Inner};
use crate::picture_process::StreamedDecoding;
use crate::pictures::ServedPicture;
use crate::views::{AppError, ErrorCode, OpenedPicture, PictureCrop, PictureView, PreparedPicture, ProfileField};

/// One byte more than the limit, so that a file that is too large is recognized.
const MAX_READ_BYTES: usize = MAX_INPUT_BYTES as usize + 1;

/// The open picture, if any, and the files that will be opened next.
#[derive(Default)]
pub(crate) struct PictureEditor {
    open: Mutex<Option<OpenPicture>>,
    /// A file of which the page has sent some pieces.
    incoming: tokio::sync::Mutex<Option<IncomingFile>>,
    /// The file that was last dropped on the window.
    dropped: Mutex<Option<PathBuf>>,
}

struct OpenPicture {
    id: String,
    account: AccountId,
    file: Arc<SourceFile>,
    preview: ServedPicture,
    /// The latest rendered crop, with its id.
    rendered: Option<(String, Crop, Prepared)>,
}

/// The source file, in the folder of the picture cache. If it was not added to the cache, it is deleted on drop.
struct SourceFile {
    id: String,
    path: PathBuf,
    is_cached: AtomicBool,
}

/// A piece of a file that the page sends.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The number that the page gave the file.
    pub file: usize,
    /// Offset of the first byte in the file.
    pub at: usize,
    /// The bytes.
    pub bytes: &'a [u8],
}

struct IncomingFile {
    source_file: SourceFile,
    /// Decodes the received bytes while the rest is still incoming.
    decoding: StreamedDecoding,
    account: AccountId,
    file: usize,
    /// Number of bytes received.
    end: usize,
}

impl Drop for SourceFile {
    fn drop(&mut self) {
        // If this fails, the next start removes the file.
        if !self.is_cached.load(Ordering::Relaxed)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(%error, "the file of a closed picture could not be removed");
        }
    }
}

impl PictureEditor {
    fn lock(&self) -> MutexGuard<'_, Option<OpenPicture>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the open picture and forgets pending files, because the session ends.
    pub(crate) fn clear(&self) {
        *self.lock() = None;
        // If the lock is taken, a piece is being written. Its account no longer matches the active one afterwards.
        if let Ok(mut incoming) = self.incoming.try_lock() {
            *incoming = None;
        }
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The preview or the rendered crop with this id.
    pub(crate) fn served_picture(&self, id: &str) -> Option<ServedPicture> {
        let open = self.lock();
        let open = open.as_ref()?;
        let rendered = open.rendered.as_ref().filter(|(rendered_id, ..)| rendered_id == id);
        let rendered = rendered.map(|(_, _, picture)| ServedPicture {
            mime: picture.mime.as_str().to_owned(),
            bytes: picture.bytes.clone(),
        });
        rendered.or_else(|| (open.id == id).then(|| open.preview.clone()))
    }

    /// The source file of the open picture, and its account.
    fn source_file(&self, id: &str) -> Result<(AccountId, Arc<SourceFile>), AppError> {
        let open = self.lock();
        let open = open.as_ref().filter(|open| open.id == id);
        open.map(|open| (open.account, Arc::clone(&open.file)))
            .ok_or_else(|| picture_gone("no picture of this id is open"))
    }
}

impl App {
    /// Opens the bytes of a file in the editor and closes the picture that was open.
    pub async fn open_picture(&self, file: &[u8]) -> Result<OpenedPicture, AppError> {
        self.open_last_piece(Piece { file: 0, at: 0, bytes: file }).await
    }

    /// Receives a piece of a file that will be opened. The page sends files in pieces, because the web view and the
    /// shell would hold several copies of a file that is sent as a whole.
    ///
    /// # Errors
    /// [`ErrorCode::PictureGone`] if the piece does not start where the previous one ended.
    pub async fn add_piece(&self, piece: Piece<'_>) -> Result<(), AppError> {
        let account = self.inner.account_for_saving()?.id;
        let mut incoming = self.inner.picture_editor.incoming.lock().await;
        let previous = incoming.take();
        *incoming = Some(self.inner.append_piece(account, previous, piece).await?);
        Ok(())
    }

    /// Receives the last or only piece of a file, and opens the file.
    pub async fn open_last_piece(&self, piece: Piece<'_>) -> Result<OpenedPicture, AppError> {
        let account = self.inner.account_for_saving()?.id;
        // Take it even if the piece starts a new file: the decoding process of an abandoned file must end.
        let previous = self.inner.picture_editor.incoming.lock().await.take();
        let IncomingFile { source_file, decoding, .. } = self.inner.append_piece(account, previous, piece).await?;
        self.inner.show_opened(account, source_file, decoding.finish().await?, None)
    }

    /// Remembers a file that was dropped on the window, for [`App::open_dropped_picture`].
    pub fn drop_file(&self, path: PathBuf) {
        *self.inner.picture_editor.dropped.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }

    /// Opens the file that was dropped last.
    pub async fn open_dropped_picture(&self) -> Result<OpenedPicture, AppError> {
        let dropped = self.inner.picture_editor.dropped.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.open_picture_file(dropped.ok_or_else(|| picture_gone("no file was dropped"))?).await
    }

    /// Opens the file at a path that the user chose.
    pub async fn open_picture_file(&self, path: PathBuf) -> Result<OpenedPicture, AppError> {
        let read = tokio::task::spawn_blocking(move || read_file(&path)).await;
        let read = read.map_err(|error| internal_error(&error.to_string()))?;
        self.open_picture(&read.map_err(|error| read_error(&error))?).await
    }

    /// Opens a stored picture again: its source file with the former crop if it is still cached, otherwise the
    /// picture itself.
    pub async fn reopen_picture(&self, id: &str) -> Result<OpenedPicture, AppError> {
        let inner = &self.inner;
        let (account, name) = (inner.account_for_saving()?.id, id.to_owned());
        let source = inner
            .with_store(move |store| {
                let Some(from) = store.picture_source(account, &name)? else { return Ok(None) };
                let is_cached = store.has_cached_picture(account, &from.source)?;
                Ok(store.picture_file(&from.source).filter(|_| is_cached).map(|path| (from, path)))
            })
            .await?;
        let Some((from, path)) = source else { return self.open_picture(&self.picture(id).await?.bytes).await };
        let source_file = SourceFile { id: from.source, path, is_cached: AtomicBool::new(true) };
        inner.open_source_file(account, source_file, serde_json::from_str(&from.crop).ok()).await
    }

    /// Renders a crop of the open picture as a preview.
    pub async fn render_picture(&self, id: &str, crop: &PictureCrop) -> Result<PictureView, AppError> {
        let (id, ..) = self.inner.render_open_picture(id, crop).await?;
        Ok(PictureView { id, url: None })
    }

    /// Renders a crop of the open picture, stores it on this computer for the profile form, and closes the picture.
    pub async fn use_picture(&self, id: &str, crop: &PictureCrop) -> Result<PreparedPicture, AppError> {
        let inner = &self.inner;
        inner.account_for_saving()?;
        let (account, file) = inner.picture_editor.source_file(id)?;
        let (_, prepared) = inner.render_open_picture(id, crop).await?;
        let notes = prepared.notes.iter().map(|&note| note.into()).collect();
        let picture_id = Uuid::new_v4().simple().to_string();
        let name = picture_id.clone();
        let save = move |store: &Store| store.hold_picture(account, &name, prepared.mime.as_str(), &prepared.bytes);
        inner.write_user_input(save).await?;
        let document = serde_json::to_string(crop).map_err(|error| internal_error(&error.to_string()))?;
        inner.save_source(account, &picture_id, &file, document).await;
        self.close_picture(id);
        Ok(PreparedPicture { picture: PictureView { id: picture_id, url: None }, notes })
    }

    /// Closes the open picture if it has this id.
    pub fn close_picture(&self, id: &str) {
        let mut open = self.inner.picture_editor.lock();
        if open.as_ref().is_some_and(|open| open.id == id) {
            *open = None;
        }
    }
}

impl Inner {
    /// Writes a piece into the folder of the picture cache: the first piece to a new file, later ones to the same
    /// file.
    async fn append_piece(
        &self,
        account: AccountId,
        previous: Option<IncomingFile>,
        piece: Piece<'_>,
    ) -> Result<IncomingFile, AppError> {
        let Piece { file, at, bytes } = piece;
        let mut incoming = match previous {
            _ if at == 0 => {
                let id = Uuid::new_v4().simple().to_string();
                let path =
                    self.store.picture_file(&id).ok_or_else(|| internal_error("there is no folder for pictures"))?;
                let source_file = SourceFile { id, path, is_cached: AtomicBool::new(false) };
                IncomingFile { source_file, decoding: self.picture_process.start_streamed()?, account, file, end: 0 }
            }
            Some(previous) if (previous.account, previous.file, previous.end) == (account, file, at) => previous,
            _ => return Err(picture_gone("the piece does not start where the previous one ended")),
        };
        let bytes = &bytes[..bytes.len().min(MAX_READ_BYTES.saturating_sub(at))];
        incoming.end += bytes.len();
        incoming.decoding.feed(bytes).await;
        // If this fails, dropping `source_file` removes the file.
        append(&incoming.source_file.path, bytes).await.map_err(lapel_store::StoreError::from)?;
        Ok(incoming)
    }

    async fn open_source_file(
        &self,
        account: AccountId,
        file: SourceFile,
        crop: Option<PictureCrop>,
    ) -> Result<OpenedPicture, AppError> {
        let opened = self.picture_process.open(&file.path).await?;
        self.show_opened(account, file, opened, crop)
    }

    fn show_opened(
        &self,
        account: AccountId,
        file: SourceFile,
        opened: Opened,
        crop: Option<PictureCrop>,
    ) -> Result<OpenedPicture, AppError> {
        // Another account may have become active while the picture was decoded. It must not see the picture.
        if self.account()?.id != account {
            return Err(picture_gone("another account is active"));
        }
        let id = Uuid::new_v4().simple().to_string();
        let preview = ServedPicture { mime: opened.mime.as_str().to_owned(), bytes: opened.bytes };
        *self.picture_editor.lock() =
            Some(OpenPicture { id: id.clone(), account, file: Arc::new(file), preview, rendered: None });
        let notes = opened.notes.into_iter().map(Into::into).collect();
        let (width, height) = (opened.width, opened.height);
        // The preview is a PNG only if the picture has transparent pixels.
        Ok(OpenedPicture { id, width, height, notes, transparent: opened.mime == Mime::Png, crop })
    }

    /// The rendered crop and its id. The latest crop is reused if the page asks for it again.
    async fn render_open_picture(&self, id: &str, crop: &PictureCrop) -> Result<(String, Prepared), AppError> {
        let (_, file) = self.picture_editor.source_file(id)?;
        let crop = parse_crop(crop)?;
        if let Some(OpenPicture { rendered: Some((name, rendered_crop, picture)), .. }) =
            self.picture_editor.lock().as_ref().filter(|open| open.id == id)
            && *rendered_crop == crop
        {
            return Ok((name.clone(), picture.clone()));
        }
        let prepared = self.picture_process.render(&file.path, crop).await?;
        let name = Uuid::new_v4().simple().to_string();
        if let Some(open) = self.picture_editor.lock().as_mut().filter(|open| open.id == id) {
            open.rendered = Some((name.clone(), crop, prepared.clone()));
        }
        Ok((name, prepared))
    }

    /// Stores the source file of a picture. A failure is only logged: the picture can still be used, but it cannot be
    /// cropped from its source again.
    async fn save_source(&self, account: AccountId, picture_id: &str, file: &SourceFile, crop: String) {
        let from = PictureSource { source: file.id.clone(), crop };
        let (picture_id, now, is_new) = (picture_id.to_owned(), self.now(), !file.is_cached.load(Ordering::Relaxed));
        let saved = self.with_store(move |store| {
            if is_new {
                store.adopt_picture_file(account, &from.source, "application/octet-stream", now)?;
            }
            store.note_picture_source(account, &picture_id, &from)
        });
        match saved.await {
            Ok(()) => file.is_cached.store(true, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, "the source file of the picture could not be stored"),
        }
    }
}

fn parse_crop(crop: &PictureCrop) -> Result<Crop, AppError> {
    let PictureCrop { turns, mirrored, x, y, side, ground } = crop;
    let ground = ground.as_deref().map(parse_color).transpose()?;
    Ok(Crop { turns: *turns, mirrored: *mirrored, x: *x, y: *y, side: *side, ground })
}

fn parse_color(text: &str) -> Result<[u8; 3], AppError> {
    let number = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = number.ok_or_else(|| internal_error("a color is written #rrggbb"))?.to_be_bytes();
    Ok([red, green, blue])
}

async fn append(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(path).await?;
    file.write_all(bytes).await?;
    file.flush().await
}

/// Reads a regular file, up to the limit. Devices are rejected, because reading them may never end.
fn read_file(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_READ_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_error(error: &std::io::Error) -> AppError {
    match error.kind() {
        std::io::ErrorKind::IsADirectory => {
            AppError::new(ErrorCode::NotAPicture, "not a file, but a folder or a device").about(ProfileField::Picture)
        }
        _ => picture_gone(&error.to_string()),
    }
}

fn picture_gone(message: &str) -> AppError {
    AppError::new(ErrorCode::PictureGone, message).about(ProfileField::Picture)
}

fn internal_error(message: &str) -> AppError {
    AppError::new(ErrorCode::Internal, message).about(ProfileField::Picture)
}
