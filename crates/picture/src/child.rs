//! The protocol between the app and the decoding process, `lapel-picture`. The process decodes one picture and exits. A
//! decoder that panics, loops or exhausts memory can damage only this process.
//!
//! The [`Job`] is the only command line argument, in JSON; the file is standard input. Standard output is one line of JSON
//! with the outcome, followed by the bytes of the picture. The caller starts and kills the process. Decoding is in
//! [`crate::serving`], so that the app, which uses this module, contains no decoder.

use std::io;

use serde::{Deserialize, Serialize};

use crate::{Crop, Mime, Note, Opened, PictureError, Prepared};

/// Maximum length of an answer in bytes: the first line and the picture. Previews are the largest pictures.
pub const MAX_ANSWER_BYTES: u64 = 20_000_000;

/// The work to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Make a preview: [`open`](crate::open).
    Open,
    /// Make the picture for the upload: [`render`](crate::render).
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
pub(crate) struct PictureInfo {
    pub(crate) mime: Mime,
    pub(crate) notes: Vec<Note>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AnswerHead {
    pub(crate) outcome: Result<PictureInfo, PictureError>,
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
