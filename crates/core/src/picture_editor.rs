//! The picture in the editor: opened from a file, looked at, cut, and given to the form. One at a time; what it was cut
//! from is kept, so that it can be cut anew.

use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lapel_picture::{Crop, MAX_INPUT_BYTES, Mime, Opened, Prepared};
use lapel_store::{AccountId, PictureSource, Store};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::app::{App, Inner};
use crate::picture_process::Opening;
use crate::pictures::ServedPicture;
use crate::views::{AppError, ErrorCode, OpenedPicture, PictureCrop, PictureView, PreparedPicture, ProfileField};

/// One byte more than is taken tells a file that is too long.
const MOST_BYTES: usize = MAX_INPUT_BYTES as usize + 1;

/// The picture in the editor, if any, and a file that was dropped and not looked at yet.
#[derive(Default)]
pub(crate) struct OpenPicture {
    open: Mutex<Option<Open>>,
    /// A file that the page hands over in pieces, and its bytes so far.
    arriving: tokio::sync::Mutex<Option<Arriving>>,
    dropped: Mutex<Option<PathBuf>>,
}

struct Open {
    id: String,
    account: AccountId,
    file: Arc<Original>,
    shown: ServedPicture,
    /// The square that was asked for last, finished, with its id.
    cut: Option<(String, Crop, Prepared)>,
}

/// The file that is cut from, in the folder of the picture cache. One that was not kept goes with its last use.
struct Original {
    /// Its name there.
    id: String,
    path: PathBuf,
    kept: AtomicBool,
}

/// A piece of a file that the page hands over.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The file's number, the page's own.
    pub file: usize,
    /// The byte of the file with which it begins.
    pub at: usize,
    /// The bytes.
    pub bytes: &'a [u8],
}

struct Arriving {
    original: Original,
    /// Decodes what has come while the rest comes.
    opening: Opening,
    account: AccountId,
    file: usize,
    /// Bytes so far.
    end: usize,
}

impl Drop for Original {
    fn drop(&mut self) {
        // What cannot be removed is swept away at the next start.
        if !self.kept.load(Ordering::Relaxed)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(%error, "a picture that was looked at stays behind");
        }
    }
}

impl OpenPicture {
    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes whatever is open: its person is leaving.
    pub(crate) fn forget(&self) {
        *self.lock() = None;
        // A piece that is being taken at this moment belongs to nobody afterwards.
        if let Ok(mut arriving) = self.arriving.try_lock() {
            *arriving = None;
        }
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What the page is shown under this id.
    pub(crate) fn shown(&self, id: &str) -> Option<ServedPicture> {
        let open = self.lock();
        let open = open.as_ref()?;
        let cut = open.cut.as_ref().filter(|(cut, ..)| cut == id);
        let cut = cut.map(|(_, _, cut)| ServedPicture { mime: cut.mime.as_str().to_owned(), bytes: cut.bytes.clone() });
        cut.or_else(|| (open.id == id).then(|| open.shown.clone()))
    }

    /// The file of the open picture, and whose it is.
    fn original(&self, id: &str) -> Result<(AccountId, Arc<Original>), AppError> {
        let open = self.lock();
        let open = open.as_ref().filter(|open| open.id == id);
        open.map(|open| (open.account, Arc::clone(&open.file))).ok_or_else(|| gone("no picture of this id is open"))
    }
}

impl App {
    /// Opens the bytes of a file in the editor; the one that was open is forgotten.
    ///
    /// # Errors
    /// What is wrong with the file, or that nothing can be kept at the moment.
    pub async fn open_picture(&self, file: &[u8]) -> Result<OpenedPicture, AppError> {
        self.open_last_piece(Piece { file: 0, at: 0, bytes: file }).await
    }

    /// Takes a piece of a file that will be opened. In pieces, because of a large file as a whole the web view and the shell
    /// would hold several copies.
    ///
    /// # Errors
    /// Where it does not go on where the piece before ended, or cannot be written.
    pub async fn add_piece(&self, piece: Piece<'_>) -> Result<(), AppError> {
        let account = self.inner.account_for_saving()?.id;
        let mut arriving = self.inner.opened.arriving.lock().await;
        let so_far = arriving.take();
        *arriving = Some(self.inner.spool(account, so_far, piece).await?);
        Ok(())
    }

    /// Opens the file of which this is the last piece, or the only one.
    ///
    /// # Errors
    /// As [`App::add_piece`] and [`App::open_picture`].
    pub async fn open_last_piece(&self, piece: Piece<'_>) -> Result<OpenedPicture, AppError> {
        let account = self.inner.account_for_saving()?.id;
        // Taken in any case: a file that was given up would keep its process.
        let so_far = self.inner.opened.arriving.lock().await.take();
        let Arriving { original, opening, .. } = self.inner.spool(account, so_far, piece).await?;
        self.inner.show_opened(account, original, opening.finish().await?, None)
    }

    /// Takes note of a file that was dropped on the window.
    pub fn drop_file(&self, path: PathBuf) {
        *self.inner.opened.dropped.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }

    /// Opens the file that was dropped last.
    ///
    /// # Errors
    /// As [`App::open_picture`], and where the file cannot be read.
    pub async fn open_dropped_picture(&self) -> Result<OpenedPicture, AppError> {
        let dropped = self.inner.opened.dropped.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.open_picture_file(dropped.ok_or_else(|| gone("no file was dropped"))?).await
    }

    /// Opens a file by its path, which a person has pointed to.
    ///
    /// # Errors
    /// As [`App::open_picture`], and where the file cannot be read.
    pub async fn open_picture_file(&self, path: PathBuf) -> Result<OpenedPicture, AppError> {
        let read = tokio::task::spawn_blocking(move || read_file(&path)).await;
        let read = read.map_err(|error| internal(&error.to_string()))?;
        self.open_picture(&read.map_err(|error| unreadable(&error))?).await
    }

    /// Opens a picture again that is shown already: what it was cut from, as it was cut, or else the picture itself.
    ///
    /// # Errors
    /// As [`App::open_picture`], and where the picture cannot be had at the moment.
    pub async fn reopen_picture(&self, id: &str) -> Result<OpenedPicture, AppError> {
        let inner = &self.inner;
        let (account, name) = (inner.account_for_saving()?.id, id.to_owned());
        let source = inner
            .with_store(move |store| {
                let Some(from) = store.picture_source(account, &name)? else { return Ok(None) };
                let there = store.has_cached_picture(account, &from.source)?;
                Ok(store.picture_file(&from.source).filter(|_| there).map(|path| (from, path)))
            })
            .await?;
        let Some((from, path)) = source else { return self.open_picture(&self.picture(id).await?.bytes).await };
        let original = Original { id: from.source, path, kept: AtomicBool::new(true) };
        inner.open_original(account, original, serde_json::from_str(&from.crop).ok()).await
    }

    /// Finishes a square of the open picture, to be looked at.
    ///
    /// # Errors
    /// Where the picture is not open any more or there is no such square.
    pub async fn render_picture(&self, id: &str, crop: &PictureCrop) -> Result<PictureView, AppError> {
        let (cut, ..) = self.inner.cut_open_picture(id, crop).await?;
        Ok(PictureView { id: cut, url: None })
    }

    /// Finishes a square of the open picture and keeps it on this computer, for the form.
    ///
    /// # Errors
    /// As [`App::render_picture`], and where it cannot be kept.
    pub async fn use_picture(&self, id: &str, crop: &PictureCrop) -> Result<PreparedPicture, AppError> {
        let inner = &self.inner;
        inner.account_for_saving()?;
        let (account, file) = inner.opened.original(id)?;
        let (_, prepared) = inner.cut_open_picture(id, crop).await?;
        let notes = prepared.notes.iter().map(|&note| note.into()).collect();
        let held = Uuid::new_v4().simple().to_string();
        let name = held.clone();
        let keep = move |store: &Store| store.hold_picture(account, &name, prepared.mime.as_str(), &prepared.bytes);
        inner.write_typed(keep).await?;
        let document = serde_json::to_string(crop).map_err(|error| internal(&error.to_string()))?;
        inner.keep_source(account, &held, &file, document).await;
        self.close_picture(id);
        Ok(PreparedPicture { picture: PictureView { id: held, url: None }, notes })
    }

    /// Forgets the open picture, if it is this one.
    pub fn close_picture(&self, id: &str) {
        let mut open = self.inner.opened.lock();
        if open.as_ref().is_some_and(|open| open.id == id) {
            *open = None;
        }
    }
}

impl Inner {
    /// Writes a piece beside the pictures of the cache: a new file where it is the first, else to the one so far.
    async fn spool(
        &self,
        account: AccountId,
        so_far: Option<Arriving>,
        piece: Piece<'_>,
    ) -> Result<Arriving, AppError> {
        let Piece { file, at, bytes } = piece;
        let mut arriving = match so_far {
            _ if at == 0 => {
                let id = Uuid::new_v4().simple().to_string();
                let path = self.store.picture_file(&id).ok_or_else(|| internal("there is no folder for pictures"))?;
                let original = Original { id, path, kept: AtomicBool::new(false) };
                Arriving { original, opening: self.picture_process.begin_opening()?, account, file, end: 0 }
            }
            Some(so_far) if (so_far.account, so_far.file, so_far.end) == (account, file, at) => so_far,
            _ => return Err(gone("the piece does not go on where the one before ended")),
        };
        let bytes = &bytes[..bytes.len().min(MOST_BYTES.saturating_sub(at))];
        arriving.end += bytes.len();
        arriving.opening.feed(bytes).await;
        // Where that fails, what was written of it is removed again.
        append(&arriving.original.path, bytes).await.map_err(lapel_store::StoreError::from)?;
        Ok(arriving)
    }

    async fn open_original(
        &self,
        account: AccountId,
        file: Original,
        crop: Option<PictureCrop>,
    ) -> Result<OpenedPicture, AppError> {
        let opened = self.picture_process.open(&file.path).await?;
        self.show_opened(account, file, opened, crop)
    }

    fn show_opened(
        &self,
        account: AccountId,
        file: Original,
        opened: Opened,
        crop: Option<PictureCrop>,
    ) -> Result<OpenedPicture, AppError> {
        // Decoding takes its time, and its person may have left: nobody else is shown it.
        if self.account()?.id != account {
            return Err(gone("somebody else is on the page"));
        }
        let id = Uuid::new_v4().simple().to_string();
        let shown = ServedPicture { mime: opened.mime.as_str().to_owned(), bytes: opened.bytes };
        *self.opened.lock() = Some(Open { id: id.clone(), account, file: Arc::new(file), shown, cut: None });
        let notes = opened.notes.into_iter().map(Into::into).collect();
        let (width, height) = (opened.width, opened.height);
        // Where nothing is, what is shown is a JPEG.
        Ok(OpenedPicture { id, width, height, notes, transparent: opened.mime == Mime::Png, crop })
    }

    /// The finished square, and the id under which it is shown; one that was finished last is not made again.
    async fn cut_open_picture(&self, id: &str, crop: &PictureCrop) -> Result<(String, Prepared), AppError> {
        let (_, file) = self.opened.original(id)?;
        let crop = square(crop)?;
        if let Some(Open { cut: Some((name, of, cut)), .. }) = self.opened.lock().as_ref().filter(|open| open.id == id)
            && *of == crop
        {
            return Ok((name.clone(), cut.clone()));
        }
        let prepared = self.picture_process.render(&file.path, crop).await?;
        let name = Uuid::new_v4().simple().to_string();
        if let Some(open) = self.opened.lock().as_mut().filter(|open| open.id == id) {
            open.cut = Some((name.clone(), crop, prepared.clone()));
        }
        Ok((name, prepared))
    }

    /// Keeps the file that a picture was cut from. One that cannot be kept is only missed when it is cut anew.
    async fn keep_source(&self, account: AccountId, held: &str, file: &Original, crop: String) {
        let from = PictureSource { source: file.id.clone(), crop };
        let (held, now, is_new) = (held.to_owned(), self.now(), !file.kept.load(Ordering::Relaxed));
        let kept = self.with_store(move |store| {
            if is_new {
                store.adopt_picture_file(account, &from.source, "application/octet-stream", now)?;
            }
            store.note_picture_source(account, &held, &from)
        });
        match kept.await {
            Ok(()) => file.kept.store(true, Ordering::Relaxed),
            Err(error) => tracing::warn!(%error, "what the picture was cut from is not kept"),
        }
    }
}

/// A square as the page spells it.
fn square(crop: &PictureCrop) -> Result<Crop, AppError> {
    let PictureCrop { turns, mirrored, x, y, side, ground } = crop;
    let ground = ground.as_deref().map(colour).transpose()?;
    Ok(Crop { turns: *turns, mirrored: *mirrored, x: *x, y: *y, side: *side, ground })
}

fn colour(text: &str) -> Result<[u8; 3], AppError> {
    let number = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = number.ok_or_else(|| internal("a colour is written #rrggbb"))?.to_be_bytes();
    Ok([red, green, blue])
}

async fn append(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(path).await?;
    file.write_all(bytes).await?;
    file.flush().await
}

/// Reads no more than is ever taken, and only what has an end.
fn read_file(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(error: &std::io::Error) -> AppError {
    match error.kind() {
        std::io::ErrorKind::IsADirectory => {
            AppError::new(ErrorCode::NotAPicture, "no file, but a folder or a device").about(ProfileField::Picture)
        }
        _ => gone(&error.to_string()),
    }
}

fn gone(message: &str) -> AppError {
    AppError::new(ErrorCode::PictureGone, message).about(ProfileField::Picture)
}

fn internal(message: &str) -> AppError {
    AppError::new(ErrorCode::Internal, message).about(ProfileField::Picture)
}
