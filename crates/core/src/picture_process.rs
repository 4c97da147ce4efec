//! Pictures are decoded in a process of their own: starting it, feeding it, and ending it in time.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lapel_picture::child::{self, Job};
use lapel_picture::{Crop, Opened, PictureError, Prepared};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};

use crate::views::{AppError, ErrorCode};

/// The longest that one picture may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The program that decodes a picture when it is started with [`child::ARGUMENT`]: a small one beside the app, which starts
/// sooner, or the app's own binary.
#[derive(Clone, Debug)]
pub struct PictureProcess {
    /// Path of the program.
    pub program: PathBuf,
}

/// A process that opens a file which still arrives.
pub(crate) struct Opening {
    process: Child,
    file: ChildStdin,
}

impl PictureProcess {
    /// Makes something to look at out of a file.
    pub(crate) async fn open(&self, file: &Path) -> Result<Opened, AppError> {
        let process = File::open(file).and_then(|file| self.start(Job::Open, file.into())).map_err(failed)?;
        Ok(child::read_opened(&answer(process).await?)?)
    }

    /// The same of a file that comes piece by piece.
    pub(crate) fn begin_opening(&self) -> Result<Opening, AppError> {
        let mut process = self.start(Job::Open, Stdio::piped()).map_err(failed)?;
        let file = process.stdin.take().ok_or_else(|| failed(io::Error::other("the process has no pipe")))?;
        Ok(Opening { process, file })
    }

    /// Cuts the finished picture out of a file.
    pub(crate) async fn render(&self, file: &Path, crop: Crop) -> Result<Prepared, AppError> {
        let job = Job::Render(Some(crop));
        let process = File::open(file).and_then(|file| self.start(job, file.into())).map_err(failed)?;
        Ok(child::read_prepared(&answer(process).await?)?)
    }

    /// Starts the process. It reads the file itself: a large photo is never in this one's memory.
    fn start(&self, job: Job, file: Stdio) -> io::Result<Child> {
        Command::new(&self.program)
            .args([child::ARGUMENT, &job.argument()?])
            .env_clear()
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

impl Opening {
    /// Hands over what comes next of the file.
    pub(crate) async fn feed(&mut self, bytes: &[u8]) {
        // One that has seen enough to refuse the file is gone by now, and its answer says why. One that reads no more gives
        // none.
        let fed = tokio::time::timeout(TIME_LIMIT, self.file.write_all(bytes)).await;
        if !matches!(fed, Ok(Ok(()))) {
            tracing::debug!("the decoding process takes no more");
        }
    }

    /// The file has come: what became of it.
    pub(crate) async fn finish(self) -> Result<Opened, AppError> {
        drop(self.file);
        Ok(child::read_opened(&answer(self.process).await?)?)
    }
}

async fn answer(process: Child) -> Result<Vec<u8>, AppError> {
    match tokio::time::timeout(TIME_LIMIT, read_answer(process)).await {
        Ok(answer) => answer.map_err(failed),
        // The process was dropped with its future, which kills it.
        Err(_) => Err(PictureError::Damaged("decoding takes too long".into()).into()),
    }
}

async fn read_answer(mut process: Child) -> io::Result<Vec<u8>> {
    let output = process.stdout.take().ok_or_else(|| io::Error::other("the process has no pipe"))?;
    let mut answer = Vec::new();
    output.take(child::MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
    Ok(answer)
}

fn failed(error: io::Error) -> AppError {
    AppError::new(ErrorCode::Internal, format!("decoding a picture: {error}"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_that_never_answers_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("never");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let process = PictureProcess { program }.start(Job::Open, Stdio::null()).unwrap();
        let proof = PathBuf::from(format!("/proc/{}/cmdline", process.id().unwrap()));
        let begun = tokio::time::Instant::now();
        assert_eq!(answer(process).await.unwrap_err().code, ErrorCode::DamagedPicture);
        assert_eq!(begun.elapsed().as_secs(), TIME_LIMIT.as_secs());
        // One that has ended has no command line, whether somebody has heard of its end or not.
        let patience = std::time::Instant::now() + TIME_LIMIT;
        while std::fs::read(&proof).is_ok_and(|line| !line.is_empty()) {
            assert!(std::time::Instant::now() < patience, "it goes on");
            std::thread::yield_now();
        }
    }
}
