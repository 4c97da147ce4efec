//! The process that decodes one picture and ends: its two ends of the pipe, and the limits that it sets itself.
//!
//! A decoder that panics, loops or eats memory harms nothing but that process. An argument in JSON says what is wanted, the
//! file is its standard input; a line of JSON that says how it went comes out, followed by the bytes of the picture.
//! Starting and killing it is not done here.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver};

use serde::{Deserialize, Serialize};

use crate::{Crop, MAX_INPUT_BYTES, Mime, Note, Opened, PictureError, Prepared, SIDE, open, render};

/// The argument that turns the app's own binary into this process. What is wanted follows as the next one.
pub const ARGUMENT: &str = "--prepare-picture";

/// The most bytes of an answer: its line and the largest picture that is made, which is one to be looked at.
pub const MAX_ANSWER_BYTES: u64 = 20_000_000;

/// Twice what [`crate::MAX_WORKING_BYTES`] allows: whoever needs it has found a way around the estimate.
#[cfg(unix)]
const MEMORY_LIMIT: u64 = 2 * crate::MAX_WORKING_BYTES;

/// Processor time after which the system ends the process even where its parent is gone.
#[cfg(unix)]
const SECONDS_LIMIT: u64 = 20;

/// What is wanted of a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Something to look at: [`open`].
    Open,
    /// The finished picture: [`render`]. Without a square, the largest in the middle.
    Render(Option<Crop>),
}

impl Job {
    /// The argument that says it.
    ///
    /// # Errors
    /// Never, for the types that it is made of.
    pub fn argument(&self) -> io::Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}

/// What was made, as it crosses the pipe before its bytes.
#[derive(Serialize, Deserialize)]
struct Made {
    mime: Mime,
    notes: Vec<Note>,
    width: u32,
    height: u32,
}

#[derive(Serialize, Deserialize)]
struct Head {
    outcome: Result<Made, PictureError>,
}

/// Whether this process was started to decode a picture.
pub fn is_wanted(mut arguments: impl Iterator<Item = OsString>) -> bool {
    arguments.nth(1).is_some_and(|argument| argument == ARGUMENT)
}

/// The whole life of the process: limits, standard input, standard output.
pub fn run() -> ExitCode {
    // The bytes on the pipe are the answer; what a decoder says while it gives up is nobody's business.
    std::panic::set_hook(Box::new(|_| {}));
    let wanted = std::env::args().nth(2).unwrap_or_default();
    match limit_resources().and_then(|()| serve(&wanted, io::stdin(), io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Reads a file, does what is wanted, writes the answer.
///
/// # Errors
/// A pipe that broke, or a wish that is none. A file that becomes no picture is an answer like any other.
fn serve(wanted: &str, input: impl Read + Send + 'static, mut output: impl Write) -> io::Result<()> {
    let job: Job = serde_json::from_str(wanted)?;
    let made = match job {
        Job::Open => open(ahead(input))
            .map(|Opened { bytes, mime, width, height, notes }| (Made { mime, notes, width, height }, bytes)),
        Job::Render(crop) => {
            let mut bytes = Vec::new();
            // One byte more than is taken tells a file that is too long.
            input.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)?;
            render(&bytes, crop.as_ref())
                .map(|Prepared { bytes, mime, notes }| (Made { mime, notes, width: SIDE, height: SIDE }, bytes))
        }
    };
    let (outcome, made) = match made {
        Ok((made, bytes)) => (Ok(made), bytes),
        Err(error) => (Err(error), Vec::new()),
    };
    serde_json::to_writer(&mut output, &Head { outcome })?;
    output.write_all(b"\n")?;
    output.write_all(&made)?;
    output.flush()
}

/// Read at once.
const STEP: usize = 64 * 1024;

/// What was read ahead. A pipe holds little, and whoever fills it has other things to do than to wait for a decoder.
struct Ahead {
    steps: Receiver<io::Result<Vec<u8>>>,
    step: Vec<u8>,
    taken: usize,
}

/// Reads on while what has come is worked on.
fn ahead(input: impl Read + Send + 'static) -> impl Read {
    let (sender, steps) = mpsc::channel();
    std::thread::spawn(move || {
        // One byte more than is taken tells a file that is too long.
        let mut input = input.take(MAX_INPUT_BYTES + 1);
        loop {
            let mut step = vec![0; STEP];
            let read = input.read(&mut step).map(|count| {
                step.truncate(count);
                step
            });
            let ends = read.as_ref().map_or(true, Vec::is_empty);
            // Nobody listens any more once the answer is there.
            if sender.send(read).is_err() || ends {
                return;
            }
        }
    });
    Ahead { steps, step: Vec::new(), taken: 0 }
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.step.len() {
            self.step = self.steps.recv().unwrap_or_else(|_| Ok(Vec::new()))?;
            self.taken = 0;
        }
        let read = (&self.step[self.taken..]).read(into)?;
        self.taken += read;
        Ok(read)
    }
}

/// Reads the answer to [`Job::Render`]; an answer that is none comes from a process that gave up.
///
/// # Errors
/// What the process found wrong with the file.
pub fn read_prepared(answer: &[u8]) -> Result<Prepared, PictureError> {
    let (Made { mime, notes, .. }, bytes) = read_answer(answer)?;
    Ok(Prepared { bytes, mime, notes })
}

/// Reads the answer to [`Job::Open`]; an answer that is none comes from a process that gave up.
///
/// # Errors
/// What the process found wrong with the file.
pub fn read_opened(answer: &[u8]) -> Result<Opened, PictureError> {
    let (Made { mime, notes, width, height }, bytes) = read_answer(answer)?;
    Ok(Opened { bytes, mime, width, height, notes })
}

fn read_answer(answer: &[u8]) -> Result<(Made, Vec<u8>), PictureError> {
    let gave_up = || PictureError::Damaged("the decoder gave up".into());
    let end = answer.iter().position(|&byte| byte == b'\n').ok_or_else(gave_up)?;
    let (line, bytes) = (&answer[..end], &answer[end + 1..]);
    let head: Head = serde_json::from_slice(line).map_err(|_| gave_up())?;
    Ok((head.outcome?, bytes.to_vec()))
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
