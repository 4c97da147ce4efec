//! A file that is opened while it arrives becomes what it becomes when it is there.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failed step is a failed test

mod make;

use std::io::{self, Read};

use image::RgbImage;
use lapel_picture::{PictureError, check_displayable, open};
use make::Noise;
use make::jpeg::{segment, subsampled};
use make::samples::samples;

/// Comes in bits, as through a pipe.
struct Dripping<'a>(&'a [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(1000);
        self.0.read(&mut into[..most])
    }
}

/// More bytes than are read at once, and more than the headers that are waited for.
fn large() -> Vec<u8> {
    let noise = Noise(5).bytes(3 * 1200 * 900);
    let jpeg = subsampled(&RgbImage::from_raw(1200, 900, noise).unwrap());
    assert!(jpeg.len() > 600_000);
    jpeg
}

/// The same with a megabyte of what cameras add before the picture.
fn with_long_headers() -> Vec<u8> {
    let jpeg = large();
    let segments = (0..16).flat_map(|_| segment(0xe7, &[7; 65_000]));
    jpeg[..2].iter().copied().chain(segments).chain(jpeg[2..].iter().copied()).collect()
}

#[test]
fn as_if_it_were_there() {
    let large = [("a large JPEG", large()), ("a JPEG of long headers", with_long_headers())];
    for (name, file) in samples().into_iter().chain(large) {
        let there = open(&file[..]).unwrap();
        assert_eq!(open(Dripping(&file)).unwrap(), there, "{name}");
    }
}

#[test]
fn one_that_ends_early_is_refused_however_far_it_was_decoded() {
    let file = large();
    for cut in [200, 70_000, file.len() / 2, file.len() - 2] {
        let ended = open(Dripping(&file[..cut]));
        assert_eq!(ended.unwrap_err(), check_displayable(&file[..cut]).unwrap_err(), "{cut}");
    }
}

#[test]
fn one_whose_other_side_breaks_is_no_picture() {
    struct Breaking<'a>(&'a [u8]);
    impl Read for Breaking<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() { Err(io::ErrorKind::ConnectionReset.into()) } else { self.0.read(into) }
        }
    }
    let file = large();
    assert!(matches!(open(Breaking(&file[..file.len() / 2])), Err(PictureError::Damaged(_))));
}
