//! Opening a file while it is still being read gives the same result as opening the complete file.

use std::io::{self, Read};

use crate::make::Noise;
use crate::make::jpeg::{segment, subsampled};
use crate::make::samples::samples;
use image::RgbImage;
use lapel_picture::{Note, PictureError, open};

/// Returns at most 1000 bytes per read, like a pipe.
struct SmallReads<'a>(&'a [u8]);

impl Read for SmallReads<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = into.len().min(1000);
        self.0.read(&mut into[..count])
    }
}

/// A JPEG that is longer than one read, and longer than the beginning that is examined first.
fn large() -> Vec<u8> {
    let noise = Noise(5).bytes(3 * 1200 * 900);
    let jpeg = subsampled(&RgbImage::from_raw(1200, 900, noise).unwrap());
    assert!(jpeg.len() > 600_000);
    jpeg
}

/// The same JPEG with a megabyte of application segments before the picture.
fn with_long_headers() -> Vec<u8> {
    let jpeg = large();
    let segments = (0..16).flat_map(|_| segment(0xe7, &[7; 65_000]));
    jpeg[..2].iter().copied().chain(segments).chain(jpeg[2..].iter().copied()).collect()
}

#[test]
fn opening_an_incoming_file_gives_the_same_result() {
    let large = [("a large JPEG", large()), ("a JPEG with long headers", with_long_headers())];
    for (name, file) in samples().into_iter().chain(large) {
        let complete = open(&file[..]).unwrap();
        assert_eq!(open(SmallReads(&file)).unwrap(), complete, "{name}");
    }
}

#[test]
fn a_truncated_file_gives_the_same_result_wherever_it_ends() {
    let file = large();
    for cut in [200, 70_000, file.len() / 2, file.len() - 3, file.len() - 2] {
        let padded = [&file[..cut], &[0; 100_000]].concat();
        let result = open(SmallReads(&file[..cut]));
        assert_eq!(result, open(&file[..cut]), "{cut}");
        assert!(open(SmallReads(&padded)) == result || cut == 200, "{cut}, filled up with zeros");
    }
    let notes = |end: usize| open(SmallReads(&file[..end])).unwrap().notes;
    assert_eq!(notes(file.len() / 2), [Note::EndsEarly]);
    assert_eq!(notes(file.len() - 2), [], "only the end marker is missing");
    assert!(open(SmallReads(&file[..file.len() / 20])).is_err(), "less than a tenth of the rows");
}

#[test]
fn a_read_error_is_reported_as_damage() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() { Err(io::ErrorKind::ConnectionReset.into()) } else { self.0.read(into) }
        }
    }
    let file = large();
    assert!(matches!(open(Failing(&file[..file.len() / 2])), Err(PictureError::Damaged(_))));
}
