//! The process that decodes a picture, as a process.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::Write;
use std::process::{Command, Stdio};

use lapel_picture::{Mime, PictureError, Prepared, child};

fn decode(bytes: &[u8]) -> Result<Prepared, PictureError> {
    let mut process =
        Command::new(env!("CARGO_BIN_EXE_lapel-picture")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(bytes).unwrap();
    child::read_answer(&process.wait_with_output().unwrap().stdout)
}

#[test]
fn a_picture_comes_back_whole_with_what_was_done_to_it() {
    let mut file = Vec::new();
    let pixels = image::RgbImage::from_pixel(64, 48, image::Rgb([200, 40, 10]));
    pixels.write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Png).unwrap();
    let expected = lapel_picture::prepare(&file).unwrap();
    assert_eq!(expected.mime, Mime::Jpeg);
    assert_eq!(decode(&file), Ok(expected));
}

#[test]
fn a_refusal_comes_back_as_what_it_is() {
    assert_eq!(decode(b""), Err(PictureError::Empty));
    assert_eq!(decode(b"no picture at all, only words"), Err(PictureError::Text));
}

#[test]
fn an_answer_that_breaks_off_is_that_of_a_decoder_that_gave_up() {
    let gave_up = Err(PictureError::Damaged("the decoder gave up".into()));
    assert_eq!(child::read_answer(b""), gave_up);
    assert_eq!(child::read_answer(b"{\"outcome\":\n"), gave_up);
}

#[test]
fn only_the_argument_makes_the_app_the_process() {
    let of = |arguments: &[&str]| child::is_wanted(arguments.iter().map(Into::into));
    assert!(of(&["lapel", child::ARGUMENT]));
    assert!(!of(&["lapel"]));
    assert!(!of(&["lapel", "photo.jpg", child::ARGUMENT]));
}
