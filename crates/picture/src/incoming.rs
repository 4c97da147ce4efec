//! A file that is still being read: its beginning can be examined and decoded before the rest has arrived. Everything
//! read so far stays in memory.

use std::io::{self, BufRead, Read};

use crate::error::PictureError;
use crate::limits::MAX_INPUT_BYTES;
use crate::scan_end::ScanEnd;

/// Maximum number of bytes per read.
const CHUNK_BYTES: u64 = 64 * 1024;

/// Enough for the headers of nearly every photo, including the thumbnail and the color profile.
const MAX_BEGINNING_BYTES: usize = 512 * 1024;

/// The bytes read so far. `Read` and `BufRead` skip the first `consumed` of them.
pub(crate) struct IncomingFile<R> {
    input: R,
    bytes: Vec<u8>,
    consumed: usize,
    ended: bool,
    scan: Option<ScanEnd>,
}

impl<R: Read> IncomingFile<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, bytes: Vec::new(), consumed: 0, ended: false, scan: None }
    }

    /// Reads until `enough` returns true or the file ends. Stops one byte after [`MAX_INPUT_BYTES`], which shows that
    /// the file is too long.
    fn read_until(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], PictureError> {
        while !self.ended && !enough(&self.bytes) {
            self.read_chunk().map_err(read_failed)?;
        }
        Ok(&self.bytes)
    }

    /// Reads the beginning of the file: at most about [`MAX_BEGINNING_BYTES`], less if `enough` returns true.
    pub(crate) fn beginning(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], PictureError> {
        self.read_until(|bytes| bytes.len() >= MAX_BEGINNING_BYTES || enough(bytes))
    }

    /// Reads the whole file.
    pub(crate) fn whole(&mut self) -> Result<&[u8], PictureError> {
        self.read_until(|_| false)
    }

    /// Lets `Read` and `BufRead` end with this scan.
    pub(crate) fn end_with(&mut self, scan: ScanEnd) {
        self.scan = Some(scan);
    }

    fn read_chunk(&mut self) -> io::Result<()> {
        let left = (MAX_INPUT_BYTES + 1).saturating_sub(self.bytes.len() as u64);
        let read = self.input.by_ref().take(left.min(CHUNK_BYTES)).read_to_end(&mut self.bytes)?;
        self.ended = read == 0;
        Ok(())
    }
}

impl<R: Read> Read for IncomingFile<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for IncomingFile<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        loop {
            let end = match &mut self.scan {
                Some(scan) => scan.advance(&self.bytes, self.ended),
                None => self.bytes.len(),
            };
            if self.consumed < end || self.ended {
                return Ok(&self.bytes[self.consumed..end]);
            }
            self.read_chunk()?;
        }
    }

    fn consume(&mut self, count: usize) {
        self.consumed += count;
    }
}

/// A file that cannot be read to its end counts as damaged.
fn read_failed(error: io::Error) -> PictureError {
    PictureError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn reading_starts_at_the_first_byte_after_the_beginning_was_examined() {
        let file: Vec<u8> = (0..200_000_u32).map(|at| at as u8).collect();
        let mut incoming = IncomingFile::new(&file[..]);
        assert_eq!(incoming.beginning(|bytes| bytes.len() > 10).unwrap().len() as u64, CHUNK_BYTES);
        let mut read = Vec::new();
        incoming.read_to_end(&mut read).unwrap();
        assert_eq!(read, file);
        assert_eq!(incoming.whole().unwrap(), file);
    }

    #[test]
    fn reading_stops_one_byte_after_the_limit() {
        let mut incoming = IncomingFile::new(io::repeat(7));
        assert_eq!(incoming.whole().unwrap().len() as u64, MAX_INPUT_BYTES + 1);
    }
}
