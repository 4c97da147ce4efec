//! The process that decodes one picture and ends: its two ends of the pipe, and the limits that it sets itself.
//!
//! A decoder that panics, loops or eats memory harms nothing but that process. Bytes of a file go in on its standard input;
//! a line of JSON that says how it went comes out, followed by the bytes of the prepared picture. Starting and
//! killing it is not done here.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use crate::{MAX_INPUT_BYTES, MAX_JPEG_BYTES, MAX_PNG_BYTES, Mime, Note, PictureError, Prepared, prepare};

/// The argument that turns the app's own binary into this process.
pub const ARGUMENT: &str = "--prepare-picture";

/// The most bytes of an answer: its line and the largest picture that is made.
pub const MAX_ANSWER_BYTES: u64 =
    64 * 1024 + if MAX_JPEG_BYTES > MAX_PNG_BYTES { MAX_JPEG_BYTES } else { MAX_PNG_BYTES } as u64;

/// Twice what [`crate::MAX_WORKING_BYTES`] allows: whoever needs it has found a way around the estimate.
#[cfg(unix)]
const MEMORY_LIMIT: u64 = 2 * crate::MAX_WORKING_BYTES;

/// Processor time after which the system ends the process even where its parent is gone.
#[cfg(unix)]
const SECONDS_LIMIT: u64 = 20;

/// How it went, as it crosses the pipe before the bytes.
#[derive(Serialize, Deserialize)]
struct Head {
    outcome: Result<(Mime, Vec<Note>), PictureError>,
}

/// Whether this process was started to decode a picture.
pub fn is_wanted(mut arguments: impl Iterator<Item = OsString>) -> bool {
    arguments.nth(1).is_some_and(|argument| argument == ARGUMENT)
}

/// The whole life of the process: limits, standard input, standard output.
pub fn run() -> ExitCode {
    // The bytes on the pipe are the answer; what a decoder says while it gives up is nobody's business.
    std::panic::set_hook(Box::new(|_| {}));
    match limit_resources().and_then(|()| serve(io::stdin().lock(), io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Reads a file, prepares it, writes the answer.
///
/// # Errors
/// A pipe that broke. A file that becomes no picture is an answer like any other.
pub fn serve(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    // One byte more than is taken tells a file that is too long.
    input.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)?;
    let (outcome, prepared) = match prepare(&bytes) {
        Ok(Prepared { bytes, mime, notes }) => (Ok((mime, notes)), bytes),
        Err(error) => (Err(error), Vec::new()),
    };
    serde_json::to_writer(&mut output, &Head { outcome })?;
    output.write_all(b"\n")?;
    output.write_all(&prepared)?;
    output.flush()
}

/// Reads the answer of the process; an answer that is none comes from one that gave up.
///
/// # Errors
/// What the process found wrong with the file.
pub fn read_answer(answer: &[u8]) -> Result<Prepared, PictureError> {
    let gave_up = || PictureError::Damaged("the decoder gave up".into());
    let end = answer.iter().position(|&byte| byte == b'\n').ok_or_else(gave_up)?;
    let (line, bytes) = (&answer[..end], &answer[end + 1..]);
    let head: Head = serde_json::from_slice(line).map_err(|_| gave_up())?;
    let (mime, notes) = head.outcome?;
    Ok(Prepared { bytes: bytes.to_vec(), mime, notes })
}

/// The data of the process may not outgrow its budget, nor may it compute for ever.
#[cfg(unix)]
fn limit_resources() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [(Resource::Data, MEMORY_LIMIT), (Resource::Cpu, SECONDS_LIMIT), (Resource::Core, 0)];
    for (resource, limit) in limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    Ok(())
}

/// Elsewhere the parent's clock and the limits before decoding are what there is.
#[cfg(not(unix))]
fn limit_resources() -> io::Result<()> {
    Ok(())
}
