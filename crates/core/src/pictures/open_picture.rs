//! The picture in the editor, and a file that is on its way there. One of each at a time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lapel_picture::{Crop, Prepared};
use lapel_store::AccountId;

use super::location::PictureLocation;
use super::process::StreamedDecoding;
use super::served_picture::ServedPicture;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::PictureGone;

/// The picture in the editor, a file that arrives in pieces, and a dropped one that was not opened yet.
#[derive(Default)]
pub(super) struct OpenPicture {
    open: Mutex<Option<Open>>,
    pub(super) arriving: tokio::sync::Mutex<Option<Arriving>>,
    dropped: Mutex<Option<PictureLocation>>,
    /// Whether a task waits for the end of the session to close everything.
    is_watched: AtomicBool,
}

/// The picture in the editor.
pub(super) struct Open {
    pub(super) id: String,
    pub(super) account: AccountId,
    pub(super) file: Arc<Original>,
    pub(super) shown: ServedPicture,
    /// The finished crop that was asked for last, with its id.
    pub(super) rendered: Option<(String, Crop, Prepared)>,
}

/// The file that is cropped, in the folder of the picture cache. Unless it is kept, it is deleted when this is dropped.
pub(super) struct Original {
    /// Its name in the folder.
    pub(super) id: String,
    pub(super) path: PathBuf,
    pub(super) is_kept: AtomicBool,
}

/// A file that the page hands over in pieces.
pub(super) struct Arriving {
    pub(super) original: Original,
    /// Decodes what has arrived while the rest arrives.
    pub(super) opening: StreamedDecoding,
    pub(super) account: AccountId,
    pub(super) file: usize,
    /// The number of bytes so far.
    pub(super) end: usize,
}

impl Drop for Original {
    fn drop(&mut self) {
        // If this fails, the cleanup at the next start removes the file.
        if !self.is_kept.load(Ordering::Relaxed)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::debug!(%error, "the file of a closed picture could not be removed");
        }
    }
}

impl OpenPicture {
    pub(super) fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn dropped(&self) -> MutexGuard<'_, Option<PictureLocation>> {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks that a task waits for the end of the session; returns whether one did already.
    pub(super) fn set_watched(&self) -> bool {
        self.is_watched.swap(true, Ordering::AcqRel)
    }

    /// Closes everything: the session has ended.
    pub(super) fn close_all(&self) {
        self.is_watched.store(false, Ordering::Release);
        *self.lock() = None;
        // If a piece is being handled, this is locked. Its file is rejected later, because its account is no longer active.
        if let Ok(mut arriving) = self.arriving.try_lock() {
            *arriving = None;
        }
        *self.dropped() = None;
    }

    /// What the page is shown under this id.
    pub(super) fn shown(&self, id: &str) -> Option<ServedPicture> {
        let open = self.lock();
        let open = open.as_ref()?;
        let rendered = open.rendered.as_ref().filter(|(rendered, ..)| rendered == id);
        let rendered = rendered.map(|(_, _, picture)| ServedPicture {
            mime: picture.mime.as_str().to_owned(),
            bytes: picture.bytes.clone(),
        });
        rendered.or_else(|| (open.id == id).then(|| open.shown.clone()))
    }

    /// The file of the open picture, and its account.
    pub(super) fn original(&self, id: &str) -> Result<(AccountId, Arc<Original>), Failure> {
        let open = self.lock();
        let open = open.as_ref().filter(|open| open.id == id);
        Ok(open.map(|open| (open.account, Arc::clone(&open.file))).ok_or(PictureGone::Closed)?)
    }
}
