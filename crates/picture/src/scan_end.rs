//! Finds the end of the compressed pixels of a JPEG, also while the file is still being read. Does not decode them.

/// The search for the end of a scan: the first marker at which the decoder stops. Zeros at the end of a file without
/// such a marker do not belong to the scan: an unfinished copy is often filled up with them.
pub(crate) struct ScanEnd {
    /// Everything before has been searched.
    searched: usize,
    /// The position after the last byte other than zero.
    solid: usize,
    /// Whether the decoder continues after restart markers, and after markers that do not exist.
    restarts: bool,
    found: bool,
}

impl ScanEnd {
    /// `start`: the position of the first compressed byte. `restarts`: whether the file defines a restart interval.
    pub(crate) fn new(start: usize, restarts: bool) -> Self {
        Self { searched: start, solid: start, restarts, found: false }
    }

    /// Continues the search in the bytes read so far, and returns how many of them belong to the header or the scan.
    /// `ended`: whether there are no more.
    pub(crate) fn advance(&mut self, bytes: &[u8], ended: bool) -> usize {
        while !self.found && self.searched < bytes.len() {
            let rest = &bytes[self.searched..];
            let (before, marker) =
                memchr::memchr(0xff, rest).map_or((rest, None), |at| (&rest[..at], Some(&rest[at..])));
            if let Some(last) = before.iter().rposition(|&byte| byte != 0) {
                self.solid = self.searched + last + 1;
            }
            self.searched += before.len();
            match marker {
                None => break,
                // The marker is cut off here.
                Some([_]) if ended => self.found = true,
                Some([_]) => break,
                Some([_, 0, ..]) => self.pass(2),
                Some([_, 0xff, ..]) => self.pass(1),
                Some([_, 0..=0xbf | 0xd0..=0xd7, ..]) if self.restarts => self.pass(2),
                Some(_) => self.found = true,
            }
        }
        if self.found { self.searched } else { self.solid }
    }

    fn pass(&mut self, count: usize) {
        self.searched += count;
        self.solid = self.searched;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(bytes: &[u8], restarts: bool) -> usize {
        let whole = ScanEnd::new(0, restarts).advance(bytes, true);
        let mut search = ScanEnd::new(0, restarts);
        let by_byte = (0..=bytes.len()).map(|count| search.advance(&bytes[..count], count == bytes.len())).last();
        assert_eq!(by_byte, Some(whole), "the same, byte by byte");
        whole
    }

    #[test]
    fn a_scan_ends_at_the_first_marker_that_stops_the_decoder() {
        assert_eq!(end(b"\x01\x02\xff\xd9\x03", false), 2);
        assert_eq!(end(b"\x01\xff\x00\x02\xff\xd9", false), 4, "an escaped byte");
        assert_eq!(end(b"\x01\x00\x00\xff\xd9", false), 3, "zeros before a marker");
        assert_eq!(end(b"\x01\xff\xff\xd9", false), 2, "a fill byte");
        assert_eq!(end(b"\x01\xff\xd0\x02\xff\x05\x03\xff\xd9", true), 7);
        assert_eq!(end(b"\x01\xff\xd0\x02\xff\xd9", false), 1, "a restart marker without an interval");
    }

    #[test]
    fn a_scan_without_a_marker_ends_before_the_zeros() {
        assert_eq!(end(b"\x01\x02", false), 2);
        assert_eq!(end(b"\x01\x02\x00\x00\x00", false), 2);
        assert_eq!(end(b"\x01\xff", false), 1);
        assert_eq!(end(b"", false), 0);
    }
}
