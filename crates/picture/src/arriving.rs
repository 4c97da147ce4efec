//! A file that is still on its way: what has come of it is looked at while the rest comes. Where it comes from is not known
//! here.

use std::io::{self, BufRead, Read};

use crate::error::PictureError;
use crate::limits::MAX_INPUT_BYTES;

/// Read at once, at most.
const STEP: u64 = 64 * 1024;

/// Enough to hold the headers of nearly every photo, with the small picture and the colour profile among them.
const BEGINNING: usize = 512 * 1024;

/// The bytes so far. Reading goes on behind those that were consumed.
pub(crate) struct Arriving<R> {
    input: R,
    bytes: Vec<u8>,
    consumed: usize,
    ended: bool,
}

impl<R: Read> Arriving<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, bytes: Vec::new(), consumed: 0, ended: false }
    }

    /// Waits for more, until `enough` of what has come or there is no more. What is beyond the limit is not read: one byte
    /// more tells that there is.
    fn until(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], PictureError> {
        while !self.ended && !enough(&self.bytes) {
            self.step().map_err(broken)?;
        }
        Ok(&self.bytes)
    }

    /// Its beginning, which is all of it where it is short.
    pub(crate) fn beginning(&mut self, enough: impl Fn(&[u8]) -> bool) -> Result<&[u8], PictureError> {
        self.until(|bytes| bytes.len() >= BEGINNING || enough(bytes))
    }

    /// All of it.
    pub(crate) fn whole(&mut self) -> Result<&[u8], PictureError> {
        self.until(|_| false)
    }

    fn step(&mut self) -> io::Result<()> {
        let left = (MAX_INPUT_BYTES + 1).saturating_sub(self.bytes.len() as u64);
        let read = self.input.by_ref().take(left.min(STEP)).read_to_end(&mut self.bytes)?;
        self.ended = read == 0;
        Ok(())
    }
}

impl<R: Read> Read for Arriving<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Arriving<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.consumed == self.bytes.len() && !self.ended {
            self.step()?;
        }
        Ok(&self.bytes[self.consumed..])
    }

    fn consume(&mut self, count: usize) {
        self.consumed += count;
    }
}

/// The other side has gone, or the disk fails.
fn broken(error: io::Error) -> PictureError {
    PictureError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn what_was_looked_at_is_read_all_the_same() {
        let file: Vec<u8> = (0..200_000_u32).map(|at| at as u8).collect();
        let mut arriving = Arriving::new(&file[..]);
        assert_eq!(arriving.beginning(|bytes| bytes.len() > 10).unwrap().len() as u64, STEP);
        let mut read = Vec::new();
        arriving.read_to_end(&mut read).unwrap();
        assert_eq!(read, file);
        assert_eq!(arriving.whole().unwrap(), file);
    }

    #[test]
    fn no_more_is_read_than_tells_that_it_is_too_much() {
        let mut arriving = Arriving::new(io::repeat(7));
        assert_eq!(arriving.whole().unwrap().len() as u64, MAX_INPUT_BYTES + 1);
    }
}
