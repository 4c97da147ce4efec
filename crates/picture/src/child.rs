//! The decoding process: it decodes one picture and exits. A decoder that panics, loops or exhausts memory can damage
//! only this process.
//!
//! Protocol: the [`Job`] is a command line argument in JSON, the file is standard input. Standard output is one line
//! of JSON with the outcome, followed by the bytes of the picture. This module contains both ends of the protocol and
//! the resource limits; the caller starts and kills the process.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};

use serde::{Deserialize, Serialize};

use crate::{Crop, MAX_INPUT_BYTES, Mime, Note, Opened, PictureError, Prepared, SIDE, open, render};

/// The argument that makes the app's binary run as the decoding process. The next argument is the [`Job`].
pub const ARGUMENT: &str = "--prepare-picture";

/// Maximum length of an answer in bytes: the first line and the picture. Previews are the largest pictures.
pub const MAX_ANSWER_BYTES: u64 = 20_000_000;

/// Memory limit that the system enforces. Only a file whose memory need was underestimated can reach it.
#[cfg(unix)]
const MEMORY_LIMIT: u64 = 2 * crate::MAX_WORKING_BYTES;

/// Processor time after which the system ends the process, even if the parent process has exited. Processor time, so
/// that a busy computer has as long as an idle one.
#[cfg(unix)]
const SECONDS_LIMIT: u64 = 20;

/// The work to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Make a preview: [`open`].
    Open,
    /// Make the picture for the upload: [`render`].
    Render(Option<Crop>),
}

impl Job {
    /// The job as a command line argument. Never fails in practice: every value has a JSON form.
    pub fn argument(&self) -> io::Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}

/// The properties of a finished picture. Its bytes follow after the line of JSON.
#[derive(Serialize, Deserialize)]
struct PictureInfo {
    mime: Mime,
    notes: Vec<Note>,
    width: u32,
    height: u32,
}

#[derive(Serialize, Deserialize)]
struct AnswerHead {
    outcome: Result<PictureInfo, PictureError>,
}

/// Whether the command line arguments request the decoding process.
pub fn is_wanted(mut arguments: impl Iterator<Item = OsString>) -> bool {
    arguments.nth(1).is_some_and(|argument| argument == ARGUMENT)
}

/// The main function of the process: sets the limits, reads standard input and writes standard output.
pub fn run() -> ExitCode {
    // Panics are reported in the answer; do not print them.
    std::panic::set_hook(Box::new(|_| {}));
    let argument = std::env::args().nth(2).unwrap_or_default();
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

/// Parses the answer to [`Job::Render`]. A malformed answer means that the process died: [`PictureError::Damaged`].
pub fn read_prepared(answer: &[u8]) -> Result<Prepared, PictureError> {
    let (PictureInfo { mime, notes, .. }, bytes) = read_answer(answer)?;
    Ok(Prepared { bytes, mime, notes })
}

/// Parses the answer to [`Job::Open`]. A malformed answer means that the process died: [`PictureError::Damaged`].
pub fn read_opened(answer: &[u8]) -> Result<Opened, PictureError> {
    let (PictureInfo { mime, notes, width, height }, bytes) = read_answer(answer)?;
    Ok(Opened { bytes, mime, width, height, notes })
}

fn read_answer(answer: &[u8]) -> Result<(PictureInfo, Vec<u8>), PictureError> {
    let gave_up = || PictureError::Damaged("the decoder gave up".into());
    let end = answer.iter().position(|&byte| byte == b'\n').ok_or_else(gave_up)?;
    let (line, bytes) = (&answer[..end], &answer[end + 1..]);
    let head: AnswerHead = serde_json::from_slice(line).map_err(|_| gave_up())?;
    Ok((head.outcome?, bytes.to_vec()))
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
