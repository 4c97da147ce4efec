//! The bytes of a JPEG for its decoder, which fills missing pixels with gray and does not tell. Notices when it needs
//! more bytes than there are.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Zeros after a scan. The decoder reads up to eight bytes ahead; if it needs more, pixels are missing.
const READ_AHEAD: [u8; 8] = [0; 8];

/// A file that ends with its compressed pixels.
pub(super) struct JpegSource<R> {
    file: R,
    after: &'static [u8],
    in_file: bool,
    ran_out: Rc<Cell<bool>>,
}

/// Whether the decoder has needed more bytes than there are.
#[derive(Clone)]
pub(super) struct RanOut(Rc<Cell<bool>>);

impl RanOut {
    pub(super) fn get(&self) -> bool {
        self.0.get()
    }
}

impl<R: BufRead> JpegSource<R> {
    /// `one_scan`: whether `file` ends with the only scan, without a marker after it.
    pub(super) fn new(file: R, one_scan: bool) -> Self {
        let after: &'static [u8] = if one_scan { &READ_AHEAD } else { &[] };
        Self { file, after, in_file: true, ran_out: Rc::default() }
    }

    pub(super) fn ran_out(&self) -> RanOut {
        RanOut(Rc::clone(&self.ran_out))
    }
}

impl<R: BufRead> Read for JpegSource<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for JpegSource<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.in_file && self.file.fill_buf()?.is_empty() {
            self.in_file = false;
        }
        if self.in_file {
            return self.file.fill_buf();
        }
        if self.after.is_empty() {
            self.ran_out.set(true);
        }
        Ok(self.after)
    }

    fn consume(&mut self, count: usize) {
        if self.in_file {
            self.file.consume(count);
        } else {
            self.after = &self.after[count..];
        }
    }
}
