//! Decodes pictures in a separate process, with a time limit, so that a malicious file cannot harm or block the app.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::kernel::error::Failure;
use lapel_picture::child::{self, Job};
use lapel_picture::{Crop, Opened, PictureError, Prepared};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};

/// The process limits its processor time itself where the system supports that. This limit is only for one that hangs,
/// and long enough for a slow or busy computer.
const TIME_LIMIT: Duration = Duration::from_secs(if cfg!(unix) { 120 } else { 20 });

/// The program that decodes one picture each time it is started: `lapel-picture`.
#[derive(Clone, Debug)]
pub struct PictureProcess {
    /// Path of the program.
    pub program: PathBuf,
}

/// A decoding process that receives its file in pieces.
pub(crate) struct StreamedDecoding {
    process: Child,
    file: ChildStdin,
}

impl PictureProcess {
    /// Decodes a file into a preview.
    pub(crate) async fn open(&self, file: &Path) -> Result<Opened, Failure> {
        let process = File::open(file).and_then(|file| self.start(Job::Open, file.into())).map_err(process_error)?;
        Ok(child::read_opened(&read_output(process).await?)?)
    }

    /// Starts to decode a file that arrives in pieces.
    pub(crate) fn start_streamed(&self) -> Result<StreamedDecoding, Failure> {
        let mut process = self.start(Job::Open, Stdio::piped()).map_err(process_error)?;
        let file = process.stdin.take().ok_or_else(|| process_error(io::Error::other("the process has no pipe")))?;
        Ok(StreamedDecoding { process, file })
    }

    /// Renders a crop of a file.
    pub(crate) async fn render(&self, file: &Path, crop: Crop) -> Result<Prepared, Failure> {
        let job = Job::Render(Some(crop));
        let process = File::open(file).and_then(|file| self.start(job, file.into())).map_err(process_error)?;
        Ok(child::read_prepared(&read_output(process).await?)?)
    }

    /// Starts the process. It reads the file itself, so a large photo is never in the memory of the app.
    fn start(&self, job: Job, file: Stdio) -> io::Result<Child> {
        Command::new(&self.program)
            .arg(job.argument()?)
            .env_clear()
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

impl StreamedDecoding {
    /// Writes the next piece of the file.
    pub(crate) async fn feed(&mut self, bytes: &[u8]) {
        // A failure is ignored here. If the process has already rejected the file, its output says why; if it hangs,
        // reading its output times out.
        let written = tokio::time::timeout(TIME_LIMIT, self.file.write_all(bytes)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::debug!("the decoding process does not accept more data");
        }
    }

    /// Ends the input and waits for the preview.
    pub(crate) async fn finish(self) -> Result<Opened, Failure> {
        drop(self.file);
        Ok(child::read_opened(&read_output(self.process).await?)?)
    }
}

async fn read_output(process: Child) -> Result<Vec<u8>, Failure> {
    match tokio::time::timeout(TIME_LIMIT, collect_output(process)).await {
        Ok(output) => output,
        // The timeout drops the process, which kills it.
        Err(_) => Err(PictureError::TooSlow.into()),
    }
}

async fn collect_output(mut process: Child) -> Result<Vec<u8>, Failure> {
    let output = process.stdout.take().ok_or_else(|| process_error(io::Error::other("the process has no pipe")))?;
    let mut bytes = Vec::new();
    output.take(child::MAX_ANSWER_BYTES).read_to_end(&mut bytes).await.map_err(process_error)?;
    if bytes.is_empty() {
        match ended_by(process.wait().await.map_err(process_error)?) {
            Some(TIME_SIGNAL) => return Err(PictureError::TooSlow.into()),
            // Somebody else has ended it: that says nothing about the file.
            Some(KILL_SIGNAL) => return Err(process_error(io::Error::other("the process was killed"))),
            _ => {}
        }
    }
    Ok(bytes)
}

/// The signals SIGXCPU, with which the system ends the process at the limit of its processor time, and SIGKILL. The same
/// on Linux and macOS.
const TIME_SIGNAL: i32 = 24;
const KILL_SIGNAL: i32 = 9;

/// The signal that has ended the process.
#[cfg(unix)]
fn ended_by(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

/// There are no signals here.
#[cfg(not(unix))]
fn ended_by(_: ExitStatus) -> Option<i32> {
    None
}

fn process_error(error: io::Error) -> Failure {
    Failure::PictureProcess(Arc::new(error))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn a_process_at_its_time_limit_or_killed_does_not_mean_a_damaged_file() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("busy");
        std::fs::write(&program, "#!/bin/sh\nulimit -St 1\nwhile :; do :; done\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let process = PictureProcess { program: program.clone() }.start(Job::Open, Stdio::null()).unwrap();
        assert!(matches!(read_output(process).await, Err(Failure::Picture(PictureError::TooSlow))));

        std::fs::write(&program, "#!/bin/sh\nkill -9 $$\n").unwrap();
        let process = PictureProcess { program }.start(Job::Open, Stdio::null()).unwrap();
        assert!(matches!(read_output(process).await, Err(Failure::PictureProcess(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_writes_no_output_is_killed_after_the_time_limit() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("never");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let process = PictureProcess { program }.start(Job::Open, Stdio::null()).unwrap();
        let command_line = PathBuf::from(format!("/proc/{}/cmdline", process.id().unwrap()));
        let started = tokio::time::Instant::now();
        assert!(matches!(read_output(process).await, Err(Failure::Picture(PictureError::TooSlow))));
        assert_eq!(started.elapsed().as_secs(), TIME_LIMIT.as_secs());
        // The command line of an ended process is empty, even if the process has not been reaped yet.
        let wait_limit = std::time::Instant::now() + TIME_LIMIT;
        while std::fs::read(&command_line).is_ok_and(|line| !line.is_empty()) {
            assert!(std::time::Instant::now() < wait_limit, "the process is still running");
            std::thread::yield_now();
        }
    }
}
