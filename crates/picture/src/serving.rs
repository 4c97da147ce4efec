//! The other end of [`crate::child`]: the decoding process itself and its resource limits. Only `lapel-picture` calls this.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};

use crate::child::{AnswerHead, Job, PictureInfo};
use crate::{MAX_INPUT_BYTES, Opened, Prepared, SIDE, open, render};

/// Memory limit that the system enforces. Only a file whose memory need was underestimated can reach it.
#[cfg(unix)]
const MEMORY_LIMIT: u64 = 2 * crate::MAX_WORKING_BYTES;

/// Processor time after which the system ends the process, even if the parent process has exited. Processor time, so
/// that a busy computer has as long as an idle one.
#[cfg(unix)]
const SECONDS_LIMIT: u64 = 20;

/// The main function of the process: sets the limits, reads standard input and writes standard output.
pub fn run() -> ExitCode {
    // Panics are reported in the answer; do not print them.
    std::panic::set_hook(Box::new(|_| {}));
    let argument = std::env::args().nth(1).unwrap_or_default();
    match limit_resources().and_then(|()| serve(&argument, io::stdin(), io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Reads the file, does the job and writes the answer.
///
/// # Errors
/// If the pipe breaks or the job is not valid JSON. A refused file is not an error here: the answer says why.
fn serve(argument: &str, input: impl Read + Send + 'static, mut output: impl Write) -> io::Result<()> {
    let job: Job = serde_json::from_str(argument)?;
    let made = match job {
        Job::Open => open(read_ahead(input))
            .map(|Opened { bytes, mime, width, height, notes }| (PictureInfo { mime, notes, width, height }, bytes)),
        Job::Render(crop) => {
            let mut bytes = Vec::new();
            // One byte more than the limit, to detect a file that is too long.
            input.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)?;
            render(&bytes, crop.as_ref())
                .map(|Prepared { bytes, mime, notes }| (PictureInfo { mime, notes, width: SIDE, height: SIDE }, bytes))
        }
    };
    let (outcome, made) = match made {
        Ok((made, bytes)) => (Ok(made), bytes),
        Err(error) => (Err(error), Vec::new()),
    };
    serde_json::to_writer(&mut output, &AnswerHead { outcome })?;
    output.write_all(b"\n")?;
    output.write_all(&made)?;
    output.flush()
}

/// Maximum number of bytes per read.
const CHUNK_BYTES: usize = 64 * 1024;

/// Chunks that a thread reads ahead. A pipe buffers little, and its writer must not wait for the decoder.
struct ReadAhead {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    consumed: usize,
}

/// Reads the input in a thread while the caller decodes.
fn read_ahead(input: impl Read + Send + 'static) -> impl Read {
    let (sender, chunks) = mpsc::channel();
    std::thread::spawn(move || {
        // One byte more than the limit, to detect a file that is too long.
        let mut input = input.take(MAX_INPUT_BYTES + 1);
        loop {
            let mut chunk = vec![0; CHUNK_BYTES];
            let read = input.read(&mut chunk).map(|count| {
                chunk.truncate(count);
                chunk
            });
            let ends = read.as_ref().map_or(true, Vec::is_empty);
            // Sending fails once the receiver is dropped, after decoding.
            if sender.send(read).is_err() || ends {
                return;
            }
        }
    });
    ReadAhead { chunks, chunk: Vec::new(), consumed: 0 }
}

impl Read for ReadAhead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.consumed == self.chunk.len() {
            self.chunk = self.chunks.recv().unwrap_or_else(|_| Ok(Vec::new()))?;
            self.consumed = 0;
        }
        let read = (&self.chunk[self.consumed..]).read(into)?;
        self.consumed += read;
        Ok(read)
    }
}

/// Limits the memory and processor time of the process.
#[cfg(unix)]
fn limit_resources() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // The lower limit of the time sends a signal that tells why the process ended; the higher one kills.
    let limits = [(Resource::Data, MEMORY_LIMIT, 0), (Resource::Cpu, SECONDS_LIMIT, 1), (Resource::Core, 0, 0)];
    for (resource, limit, more) in limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit + more) })?;
    }
    Ok(())
}

/// Not supported here: the parent's timeout and the checks before decoding must suffice.
#[cfg(not(unix))]
fn limit_resources() -> io::Result<()> {
    Ok(())
}
