//! Pictures are decoded in a process of their own: starting it, feeding it, and ending it in time.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lapel_picture::child::{self, Job};
use lapel_picture::{Crop, Opened, PictureError, Prepared};
use tokio::io::AsyncReadExt;
use tokio::process::Command;

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

impl PictureProcess {
    /// Makes something to look at out of a file.
    pub(crate) async fn open(&self, file: &Path) -> Result<Opened, AppError> {
        Ok(child::read_opened(&self.answer(Job::Open, file).await?)?)
    }

    /// Cuts the finished picture out of a file.
    pub(crate) async fn render(&self, file: &Path, crop: Crop) -> Result<Prepared, AppError> {
        Ok(child::read_prepared(&self.answer(Job::Render(Some(crop)), file).await?)?)
    }

    async fn answer(&self, job: Job, file: &Path) -> Result<Vec<u8>, AppError> {
        match tokio::time::timeout(TIME_LIMIT, self.run(job, file)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(AppError::new(ErrorCode::Internal, format!("decoding a picture: {error}"))),
            // The process was dropped with its future, which kills it.
            Err(_) => Err(PictureError::Damaged("decoding takes too long".into()).into()),
        }
    }

    /// The process reads the file itself: a large photo is never in this one's memory.
    async fn run(&self, job: Job, file: &Path) -> io::Result<Vec<u8>> {
        let mut process = Command::new(&self.program)
            .args([child::ARGUMENT, &job.argument()?])
            .env_clear()
            .stdin(std::fs::File::open(file)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or_else(|| io::Error::other("the process has no pipe"))?;
        let mut answer = Vec::new();
        output.take(child::MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
        Ok(answer)
    }
}
