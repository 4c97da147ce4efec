//! Pictures are decoded in a process of their own: starting it, feeding it, and ending it in time.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use lapel_picture::{PictureError, Prepared, child};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use crate::views::{AppError, ErrorCode};

/// The longest that one picture may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The program that decodes a picture when it is started with [`child::ARGUMENT`]: the app's own binary.
#[derive(Clone, Debug)]
pub struct PictureProcess {
    /// Path of the program.
    pub program: PathBuf,
}

impl PictureProcess {
    /// Makes the upload out of a file. The bytes are only lent: a second copy of a large photo is not made here.
    pub(crate) async fn prepare(&self, bytes: &[u8]) -> Result<Prepared, AppError> {
        match tokio::time::timeout(TIME_LIMIT, self.run(bytes)).await {
            Ok(Ok(answer)) => Ok(child::read_answer(&answer)?),
            Ok(Err(error)) => Err(AppError::new(ErrorCode::Internal, format!("decoding a picture: {error}"))),
            // The process was dropped with its future, which kills it.
            Err(_) => Err(PictureError::Damaged("decoding takes too long".into()).into()),
        }
    }

    async fn run(&self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut process = Command::new(&self.program)
            .arg(child::ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("the process has no pipes"));
        };
        let feed = async move {
            match input.write_all(bytes).await {
                // A process that has read enough closes its end; its answer says why.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
                _ => Ok(()),
            }
        };
        let mut answer = Vec::new();
        let mut output = output.take(child::MAX_ANSWER_BYTES);
        tokio::try_join!(feed, output.read_to_end(&mut answer))?;
        Ok(answer)
    }
}
