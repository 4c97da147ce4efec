//! Receives a file in pieces, writes it to the folder of the picture cache, and decodes it while it arrives.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lapel_picture::{MAX_INPUT_BYTES, Mime, Opened};
use lapel_store::{AccountId, StoreError};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::location::PictureLocation;
use super::open_picture::{Arriving, Open, Original};
use super::served_picture::ServedPicture;
use super::service::PictureService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Misuse, PictureGone};
use crate::views::{FoundPicture, OpenedPicture, PictureCrop};

/// One byte more than is accepted, so that a longer file is detected.
const MAX_BYTES: usize = MAX_INPUT_BYTES as usize + 1;

/// A piece of a file that the page hands over.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The number that the page has given to the file.
    pub file: usize,
    /// The offset of the piece in the file.
    pub at: usize,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl PictureService {
    /// Opens the bytes of a file in the editor. The picture that was open is closed.
    pub(crate) async fn open(&self, file: &[u8]) -> Result<OpenedPicture, Failure> {
        self.open_last_piece(Piece { file: 0, at: 0, bytes: file }).await
    }

    /// Receives a piece of a file. Files come in pieces, because the web view and the shell would otherwise hold several copies
    /// of a large file. A piece that does not continue the file is an error.
    pub(crate) async fn add_piece(&self, piece: Piece<'_>) -> Result<(), Failure> {
        let account = self.state.read().account_for_saving()?.id;
        let mut arriving = self.opened.arriving.lock().await;
        let so_far = arriving.take();
        *arriving = Some(self.spool(account, so_far, piece).await?);
        Ok(())
    }

    /// Opens the file of which this is the last piece, or the only one.
    pub(crate) async fn open_last_piece(&self, piece: Piece<'_>) -> Result<OpenedPicture, Failure> {
        let account = self.state.read().account_for_saving()?.id;
        // Taken out even if the piece is rejected, so that the decoding process of the file ends.
        let so_far = self.opened.arriving.lock().await.take();
        let Arriving { original, opening, .. } = self.spool(account, so_far, piece).await?;
        self.show_opened(account, original, opening.finish().await?, None)
    }

    /// Remembers what was dropped on the window; none if it is nothing that may be a picture.
    pub(crate) fn drop_picture(&self, location: Option<PictureLocation>) {
        *self.opened.dropped() = location;
    }

    /// Opens what was dropped last.
    pub(crate) async fn open_dropped(&self) -> Result<FoundPicture, Failure> {
        let dropped = self.opened.dropped().take();
        self.open_location(dropped.ok_or(Failure::NotAFile)?).await
    }

    /// Opens a file that the user has chosen. An address goes to the page, which treats it as a typed one.
    pub(crate) async fn open_location(&self, location: PictureLocation) -> Result<FoundPicture, Failure> {
        match location {
            PictureLocation::File(path) => Ok(FoundPicture::Opened { picture: self.open_file(path).await? }),
            PictureLocation::Address(url) => Ok(FoundPicture::Address { url }),
        }
    }

    async fn open_file(&self, path: PathBuf) -> Result<OpenedPicture, Failure> {
        let read = tokio::task::spawn_blocking(move || read_file(&path)).await;
        let read = read.map_err(Failure::internal_picture)?;
        self.open(&read.map_err(unreadable)?).await
    }

    /// Shows an opened picture in the editor.
    pub(super) fn show_opened(
        &self,
        account: AccountId,
        file: Original,
        opened: Opened,
        crop: Option<PictureCrop>,
    ) -> Result<OpenedPicture, Failure> {
        // The account may have changed while the picture was decoded; another user must not see it.
        if self.state.read().active_account()?.id != account {
            return Err(PictureGone::OtherAccount.into());
        }
        self.close_with_session();
        let id = Uuid::new_v4().simple().to_string();
        let shown = ServedPicture { mime: opened.mime.as_str().to_owned(), bytes: opened.bytes };
        *self.opened.lock() = Some(Open { id: id.clone(), account, file: Arc::new(file), shown, rendered: None });
        let notes = opened.notes.into_iter().map(Into::into).collect();
        let (width, height) = (opened.width, opened.height);
        // A picture without transparency is shown as a JPEG.
        Ok(OpenedPicture { id, width, height, notes, transparent: opened.mime == Mime::Png, crop })
    }

    /// Writes a piece: to a new file if it is the first one, else to the end of the file.
    async fn spool(&self, account: AccountId, so_far: Option<Arriving>, piece: Piece<'_>) -> Result<Arriving, Failure> {
        let Piece { file, at, bytes } = piece;
        let mut arriving = match so_far {
            _ if at == 0 => {
                self.close_with_session();
                let id = Uuid::new_v4().simple().to_string();
                let path = self.disk.picture_file(&id).ok_or(Misuse::NoPictureFolder)?;
                let original = Original { id, path, is_kept: AtomicBool::new(false) };
                Arriving { original, opening: self.process.start_streamed()?, account, file, end: 0 }
            }
            Some(so_far) if (so_far.account, so_far.file, so_far.end) == (account, file, at) => so_far,
            _ => return Err(PictureGone::WrongPiece.into()),
        };
        let bytes = &bytes[..bytes.len().min(MAX_BYTES.saturating_sub(at))];
        arriving.end += bytes.len();
        arriving.opening.feed(bytes).await;
        // After a failure, dropping `arriving` deletes the file.
        append(&arriving.original.path, bytes).await.map_err(StoreError::from)?;
        Ok(arriving)
    }

    /// Closes everything that is open when the session ends.
    fn close_with_session(&self) {
        if self.opened.set_watched() {
            return;
        }
        let (service, mut ended) = (self.this.clone(), self.tasks.ended());
        tokio::spawn(async move {
            // An error means that the app is closing.
            let _closing = ended.changed().await;
            if let Some(service) = service.upgrade() {
                service.opened.close_all();
            }
        });
    }
}

async fn append(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(path).await?;
    file.write_all(bytes).await?;
    file.flush().await
}

/// Reads a regular file, up to [`MAX_BYTES`].
fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::IsADirectory => Failure::NotAFile,
        _ => PictureGone::File(Arc::new(error)).into(),
    }
}
