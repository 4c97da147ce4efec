//! Runs the decoding process and checks its answers and limits.

use std::io::{ErrorKind, Write};
use std::process::{Child, Command, Stdio};

use crate::make::jpeg::{Halves, segment};
use crate::make::png::{Header, with_data, zlib};
use crate::make::samples::samples;
use crate::make::{BLUE, Noise, RED, prepare};
use lapel_picture::{MAX_INPUT_BYTES, Mime, PictureError, Prepared, child};

fn start() -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lapel-picture"));
    command.arg(child::Job::Render(None).argument().unwrap());
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn feed(process: &mut Child, bytes: &[u8]) {
    match process.stdin.as_mut().unwrap().write_all(bytes) {
        // The process has stopped reading. Its answer says why.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        fed => fed.unwrap(),
    }
}

/// The answer of the process; `None` if it failed or printed to standard error.
fn answer(process: Child) -> Option<Result<Prepared, PictureError>> {
    let output = process.wait_with_output().unwrap();
    (output.status.success() && output.stderr.is_empty()).then(|| child::read_prepared(&output.stdout))
}

fn decode(bytes: &[u8]) -> Result<Prepared, PictureError> {
    let mut process = start();
    feed(&mut process, bytes);
    answer(process).expect("an answer")
}

#[test]
fn the_process_returns_the_picture_and_its_notes() {
    let mut file = Vec::new();
    let pixels = image::RgbImage::from_pixel(64, 48, image::Rgb([200, 40, 10]));
    pixels.write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Png).unwrap();
    let expected = prepare(&file).unwrap();
    assert_eq!(expected.mime, Mime::Jpeg);
    assert_eq!(decode(&file), Ok(expected));
}

#[test]
fn the_process_returns_the_error_of_a_refused_file() {
    assert_eq!(decode(b""), Err(PictureError::Empty));
    assert_eq!(decode(b"no picture at all, only words"), Err(PictureError::Text));
}

#[test]
fn a_truncated_answer_counts_as_a_damaged_picture() {
    let gave_up = Err(PictureError::Damaged("the decoder gave up".into()));
    assert_eq!(child::read_prepared(b""), gave_up);
    assert_eq!(child::read_prepared(b"{\"outcome\":\n"), gave_up);
}

#[test]
fn corrupt_files_get_the_same_answer_as_in_the_test_process() {
    let mut noise = Noise(0xc41d);
    for (name, bytes) in samples() {
        for round in 0..12 {
            let mut corrupt = bytes.clone();
            for _ in 0..=round {
                let at = noise.below(corrupt.len().min(if round % 2 == 0 { 200 } else { usize::MAX }));
                corrupt[at] = noise.next() as u8;
            }
            if round % 3 == 0 {
                corrupt.truncate(noise.below(corrupt.len()));
            }
            assert_eq!(decode(&corrupt), prepare(&corrupt), "{name}, round {round}");
        }
    }
}

#[test]
fn decompression_bombs_are_refused_by_their_claimed_size() {
    let flat = |side| {
        let header = Header { width: side, height: side, depth: 8, color: 6, interlaced: false };
        with_data(header, &[], &zlib(&[0; 64]), &[])
    };
    let progressive = {
        let halves = Halves { width: 9_900, height: 9_900, progressive: true, ..Halves::new(&RED, &BLUE) };
        let scan = segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0]);
        [halves.header(), scan, vec![0, 0, 0xff, 0xd9]].concat()
    };
    assert!(matches!(decode(&flat(30_000)), Err(PictureError::TooManyPixels { .. })));
    assert!(matches!(decode(&flat(9_000)), Err(PictureError::TooMuchMemory { .. })));
    assert!(matches!(decode(&progressive), Err(PictureError::TooMuchMemory { .. })));
    let endless = vec![0xff; usize::try_from(MAX_INPUT_BYTES).unwrap() + 500_000];
    assert_eq!(decode(&endless), Err(PictureError::TooManyBytes { limit: MAX_INPUT_BYTES }));
}

/// Starts a process and waits until it has set its limits, which it does before it reads. A pipe cannot hold all these
/// bytes, so the write returns only after the process has begun to read.
#[cfg(target_os = "linux")]
fn start_reading() -> Child {
    let mut process = start();
    feed(&mut process, &[0xff, 0xd8]);
    feed(&mut process, &[0; 1024 * 1024]);
    process
}

#[cfg(target_os = "linux")]
#[test]
fn memory_and_time_are_limited_before_the_first_read() {
    let mut process = start_reading();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let memory = (2 * lapel_picture::MAX_WORKING_BYTES).to_string();
    for (name, limit) in [("Max data size", memory.as_str()), ("Max cpu time", "20"), ("Max core file size", "0")] {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let [soft, hard] = [0, 1].map(|at| line.split_whitespace().nth(at).unwrap());
        let most = if limit == "20" { "21" } else { limit };
        assert_eq!((soft, hard), (limit, most), "{name}");
    }
}

/// A photo of 200 megapixels is decoded with far less memory than its pixels take.
#[cfg(target_os = "linux")]
#[test]
fn the_largest_photo_is_decoded_in_little_memory() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let photo = Halves { width: 16_320, height: 12_240, ..Halves::new(&[81, 99, 213], &[49, 213, 114]) }.encode();
    let mut process = start();
    // More than a pipe holds, so the process has set its own limits when this write returns.
    feed(&mut process, &photo[..photo.len() / 2]);
    let low = Rlimit { current: Some(100_000_000), maximum: Some(100_000_000) };
    prlimit(Pid::from_child(&process).into(), Resource::Data, low).unwrap();
    feed(&mut process, &photo[photo.len() / 2..]);
    drop(process.stdin.take());
    assert!(answer(process).expect("an answer").is_ok());
}

/// Decodes a photo under a memory limit that is too low for it.
#[cfg(target_os = "linux")]
#[test]
fn a_decoder_that_runs_out_of_memory_counts_as_a_damaged_picture() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let photo = Halves { width: 4_000, height: 4_000, progressive: true, ..Halves::new(&RED, &BLUE) }.encode();
    let mut process = start();
    // Half of the photo is more than a pipe holds, so the process has set its own limits when this write returns.
    feed(&mut process, &photo[..photo.len() / 2]);
    let low = Rlimit { current: Some(20_000_000), maximum: Some(20_000_000) };
    prlimit(Pid::from_child(&process).into(), Resource::Data, low).unwrap();
    feed(&mut process, &photo[photo.len() / 2..]);
    drop(process.stdin.take());
    let output = process.wait_with_output().unwrap();
    // The process either reports the failure or is aborted by its allocator.
    assert_eq!(child::read_prepared(&output.stdout), Err(PictureError::Damaged("the decoder gave up".into())));
    assert!(decode(&photo).is_ok(), "the photo is fine without the low limit");
}
