//! Exported files in the folder for downloads. A file never replaces another one, and it has its name only when it is
//! complete: it is written under a temporary name first.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lapel_domain::file_name;
use tempfile::NamedTempFile;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::deadline::Clock;
use super::error::Failure;
use super::error_reasons::ExportProblem;

/// How many file names are tried until one is unused.
const MAX_NAMES: u32 = 1000;

/// The folder for exported files.
#[derive(Clone)]
pub(crate) struct Downloads {
    folder: PathBuf,
    clock: Clock,
}

impl Downloads {
    pub(crate) fn new(folder: PathBuf, clock: Clock) -> Self {
        Self { folder, clock }
    }

    /// Writes a file, on a thread that may block. Its name has what it is about, `about`, and the day. After a failure
    /// there is no file. Returns the path, and the result of `write`.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        about: String,
        extension: &'static str,
        write: impl FnOnce(&mut File) -> Result<T, ExportProblem> + Send + 'static,
    ) -> Result<(PathBuf, T), Failure> {
        let (folder, now) = (self.folder.clone(), (self.clock)());
        let written = tokio::task::spawn_blocking(move || {
            let day: String = date_time(now).chars().take(10).collect();
            let name = format!("{}-{day}", file_name(&format!("lapel {about}")));
            std::fs::create_dir_all(&folder).map_err(ExportProblem::folder)?;
            let file = tempfile::Builder::new().prefix(".lapel-").suffix(".part").tempfile_in(&folder);
            let mut file = file.map_err(ExportProblem::folder)?;
            let result = write(file.as_file_mut())?;
            file.as_file().sync_all()?;
            Ok((give_name(file, &folder, &name, extension)?, result))
        });
        let written: Result<_, ExportProblem> = written.await.map_err(Failure::internal)?;
        Ok(written?)
    }
}

/// Gives a complete file an unused name.
fn give_name(mut file: NamedTempFile, folder: &Path, name: &str, extension: &str) -> io::Result<PathBuf> {
    for number in 1..=MAX_NAMES {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{number}.{extension}"));
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => file = refused.file,
            Err(refused) => return Err(refused.error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Formats a time as in RFC 3339; empty if it is outside the range of that format.
pub(crate) fn date_time(millis: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    time.ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

impl ExportProblem {
    /// The folder could not be created or written to.
    fn folder(error: io::Error) -> Self {
        match Self::from(error) {
            Self::Other(error) => Self::Folder(error),
            full_or_folder => full_or_folder,
        }
    }
}

impl From<io::Error> for ExportProblem {
    fn from(error: io::Error) -> Self {
        let error = Arc::new(error);
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(error),
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem => Self::Folder(error),
            _ => Self::Other(error),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::io::Write;

    use super::*;

    fn downloads(folder: &Path) -> Downloads {
        Downloads::new(folder.to_owned(), Arc::new(|| 1_700_000_000_000))
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_file_never_replaces_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let downloads = downloads(&folder.path().join("new"));
        for text in ["first", "second"] {
            let write = move |file: &mut File| Ok(file.write_all(text.as_bytes())?);
            downloads.write("Ana's data".into(), "txt", write).await.unwrap();
        }
        let (first, second) = ("lapel-anas-data-2023-11-14.txt", "lapel-anas-data-2023-11-14-2.txt");
        assert_eq!(names(&downloads.folder), [second, first]);
        assert_eq!(std::fs::read_to_string(downloads.folder.join(first)).unwrap(), "first");
    }

    #[tokio::test]
    async fn after_a_failure_there_is_no_file_and_the_reason_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let full = |file: &mut File| {
            file.write_all(b"partial")?;
            Err::<(), _>(io::Error::from(ErrorKind::StorageFull).into())
        };
        let failure = downloads(folder.path()).write("data".into(), "zip", full).await.unwrap_err();
        assert!(matches!(failure, Failure::Export(ExportProblem::Full(_))), "{failure:?}");
        assert_eq!(names(folder.path()), Vec::<String>::new());

        let not_a_folder = folder.path().join("file");
        std::fs::write(&not_a_folder, "").unwrap();
        let failure = downloads(&not_a_folder).write("data".into(), "zip", |_| Ok(())).await.unwrap_err();
        assert!(matches!(failure, Failure::Export(ExportProblem::Folder(_))), "{failure:?}");
    }
}
