//! Decodes the rows of a fax in a TIFF: run lengths without end-of-line codes, and fax group 3, one- or two-dimensional.
//! The `tiff` crate decodes group 4. The `fax` crate contains the tables of codes.

use fax::maps::{Mode, black, mode, white};
use fax::{BitReader, ByteReader};

use crate::tiff_file::Fax;

/// The zero bits of an end-of-line code. No other code has as many.
const END_OF_LINE: u8 = 11;
/// Zero bytes after the data, so that the last code can be looked up.
const PADDING: usize = 4;

/// Decodes rows of `width` pixels: 1 is black. Returns the number of rows that are there.
pub(super) fn decode(data: impl Iterator<Item = u8>, kind: Fax, width: usize, pixels: &mut [u8]) -> usize {
    let bytes = data.chain(std::iter::repeat_n(0, PADDING)).map(Ok::<u8, std::convert::Infallible>);
    let Ok(mut reader) = ByteReader::new(bytes);
    // The positions at which the color changes, alternately to black and to white, in this row and in the one before.
    let (mut changes, mut before) = (Vec::new(), Vec::new());
    let mut there = 0;
    for row in pixels.chunks_exact_mut(width) {
        let Some(is_relative) = begin_row(&mut reader, kind) else { break };
        changes.clear();
        let read = if is_relative {
            relative_row(&mut reader, width, &before, &mut changes)
        } else {
            row_of_runs(&mut reader, width, &mut changes)
        };
        if read.is_none() {
            // Only end-of-line codes show where the next row begins.
            if kind == Fax::Runs {
                break;
            }
            find_end_of_line(&mut reader);
        }
        for black in changes.chunks(2) {
            row[black[0]..black.get(1).copied().unwrap_or(width)].fill(1);
        }
        std::mem::swap(&mut before, &mut changes);
        there += 1;
    }
    there
}

/// Whether the row is relative to the one before. `None` at the end.
fn begin_row(reader: &mut impl BitReader, kind: Fax) -> Option<bool> {
    let Fax::Group3 { two_dimensional } = kind else {
        // Rows begin at whole bytes.
        reader.consume(reader.bits_to_byte_boundary()).ok()?;
        return Some(false);
    };
    let mut ends = 0;
    let mut is_relative = false;
    while reader.peek(END_OF_LINE) == Some(0) {
        while bit(reader)? == 0 {}
        ends += 1;
        if two_dimensional {
            is_relative = bit(reader)? == 0;
        }
    }
    // Several of them end the picture. The first row may have none.
    (ends <= 1).then_some(is_relative)
}

fn bit(reader: &mut impl BitReader) -> Option<u16> {
    let bit = reader.peek(1)?;
    reader.consume(1).ok()?;
    Some(bit)
}

fn find_end_of_line(reader: &mut impl BitReader) {
    while reader.peek(END_OF_LINE) != Some(0) && bit(reader).is_some() {}
}

/// The length of a run: codes for multiples of 64, then one for the rest.
fn run(reader: &mut impl BitReader, is_black: bool) -> Option<usize> {
    let mut sum = 0;
    loop {
        let length = usize::from(if is_black { black::decode(reader) } else { white::decode(reader) }?);
        sum += length;
        if length < 64 {
            return Some(sum);
        }
    }
}

/// Reads runs, beginning with a white one. `None` if a code is wrong.
fn row_of_runs(reader: &mut impl BitReader, width: usize, changes: &mut Vec<usize>) -> Option<()> {
    let mut at = 0;
    while at < width {
        at = (at + run(reader, changes.len() % 2 == 1)?).min(width);
        changes.push(at);
    }
    Some(())
}

/// Reads a row that refers to the changes of the row before. `None` if a code is wrong.
fn relative_row(reader: &mut impl BitReader, width: usize, before: &[usize], changes: &mut Vec<usize>) -> Option<()> {
    let mut at = 0;
    // The first change of the row before that is not passed yet. At the start of the row, one in column 0 counts.
    let mut next = 0;
    while at < width {
        let is_black = changes.len() % 2 == 1;
        // The next change of the row before to the other color, and the one after it.
        let above = next + usize::from((next % 2 == 1) != is_black);
        let position = |index: usize| before.get(index).copied().unwrap_or(width);
        match mode::decode(reader)? {
            Mode::Pass => at = position(above + 1),
            Mode::Vertical(by) => {
                let change =
                    position(above).checked_add_signed(by.into()).filter(|change| (at..=width).contains(change));
                at = change?;
                changes.push(at);
            }
            Mode::Horizontal => {
                for color in [is_black, !is_black] {
                    at = (at + run(reader, color)?).min(width);
                    changes.push(at);
                }
            }
            Mode::Extension | Mode::EOF => return None,
        }
        while before.get(next).is_some_and(|&change| change <= at) {
            next += 1;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use fax::{BitWriter, Bits, VecWriter};

    use super::*;

    const WIDTH: usize = 8;
    const END: &str = "000000000001";

    fn decoded(codes: &[&str], kind: Fax, rows: usize) -> (usize, Vec<String>) {
        let mut writer = VecWriter::new();
        for code in codes.iter().flat_map(|codes| codes.split(' ')) {
            let data = u16::from_str_radix(code, 2).unwrap_or_default();
            let Ok(()) = writer.write(Bits { data, len: code.len() as u8 });
        }
        let mut pixels = vec![0; WIDTH * rows];
        let there = decode(writer.finish().into_iter(), kind, WIDTH, &mut pixels);
        let row = |row: &[u8]| row.iter().map(|&pixel| if pixel == 1 { '#' } else { '.' }).collect();
        (there, pixels.chunks_exact(WIDTH).map(row).collect())
    }

    #[test]
    fn rows_relative_to_the_one_before_are_decoded_in_every_mode() {
        let kind = Fax::Group3 { two_dimensional: true };
        let codes = [
            // White 2, black 3, white 3.
            &format!("{END} 1 0111 10 1000"),
            // Both changes at the same place; one pixel to the right and to the left; two; three.
            &format!("{END} 0 1 1 1"),
            &format!("{END} 0 011 010 1"),
            &format!("{END} 0 000010 000011 1"),
            // Nothing of the black run above, then white 3, black 2 in a horizontal mode.
            &format!("{END} 0 0001 1"),
            &format!("{END} 0 001 1000 11 1"),
            // Black in the first column: white 0, black 8.
            &format!("{END} 0 001 00110101 000101"),
            &format!("{END} 0 1 1"),
            // The end.
            &format!("{END} 1 {END} 1 {END} 1 {END} 1"),
        ];
        let codes: Vec<&str> = codes.iter().map(|codes| codes.as_str()).collect();
        let (there, rows) = decoded(&codes, kind, 9);
        let expected = [
            "..###...", "..###...", "...#....", ".#####..", "........", "...##...", "########", "########", "........",
        ];
        assert_eq!((there, rows), (8, expected.map(String::from).to_vec()));
    }

    #[test]
    fn a_wrong_code_spoils_one_row() {
        let kind = Fax::Group3 { two_dimensional: false };
        let row = "0111 10 1000";
        let codes = [END, row, END, "0111 00000000", END, row];
        let (there, rows) = decoded(&codes, kind, 4);
        assert_eq!(rows, ["..###...", "..######", "..###...", "........"]);
        assert_eq!(there, 3);
        // Without end-of-line codes at the start.
        assert_eq!(decoded(&[row, END, row], kind, 2).1, ["..###...", "..###..."]);
    }

    #[test]
    fn rows_of_runs_begin_at_whole_bytes() {
        // White 2, black 3, white 3 and six zeros; white 0, black 8.
        let codes = ["0111 10 1000 000000", "00110101 000101 00", "00110101 000101 00"];
        assert_eq!(decoded(&codes, Fax::Runs, 3), (3, ["..###...", "########", "########"].map(String::from).to_vec()));
        assert_eq!(decoded(&codes[..1], Fax::Runs, 3).0, 1, "missing rows");
    }

    #[test]
    fn no_bytes_break_the_decoder() {
        for kind in [Fax::Runs, Fax::Group3 { two_dimensional: false }, Fax::Group3 { two_dimensional: true }] {
            for seed in 0..500_u64 {
                let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
                let bytes = (0..200).map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    // Many zeros, as in end-of-line codes.
                    (state >> 32) as u8 & (state >> 24) as u8 & (state >> 16) as u8
                });
                let mut pixels = vec![0; 100 * 20];
                assert!(decode(bytes, kind, 100, &mut pixels) <= 20);
            }
        }
    }
}
