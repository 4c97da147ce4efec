//! Encodes the rows of a fax: black on the left, white on the right.

use fax::encoder::Encoder;
use fax::{BitWriter, Bits, Color, VecWriter};

/// White 0, black 300 (256 and 44), white 300.
const RUNS: [&str; 5] = ["00110101", "000001011011", "000001010100", "011011011", "00101101"];
const END_OF_LINE: &str = "000000000001";

/// Group 4, for a square with this side.
pub fn fax4(side: u16) -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for _ in 0..side {
        let row = (0..side).map(|x| if x < side / 2 { Color::Black } else { Color::White });
        encoder.encode_line(row, side).unwrap();
    }
    encoder.finish().unwrap().finish()
}

/// Group 3, for a width of 600: an end-of-line code before each row.
pub fn fax3(rows: u32) -> Vec<u8> {
    let row = [&[END_OF_LINE][..], &RUNS].concat();
    fax(rows, &row, &row, &[END_OF_LINE; 6])
}

/// The same, in which the rows after the first are relative to the one before: three changes at the same place.
pub fn fax3_relative(rows: u32) -> Vec<u8> {
    let first = [&[END_OF_LINE, "1"][..], &RUNS].concat();
    fax(rows, &first, &[END_OF_LINE, "0", "1", "1", "1"], &[END_OF_LINE, "1"].repeat(6))
}

/// Runs without end-of-line codes, for a width of 600. A row of 49 bits begins at a whole byte.
pub fn fax_of_runs(rows: u32) -> Vec<u8> {
    let row = [&RUNS[..], &["0000000"]].concat();
    fax(rows, &row, &row, &[])
}

/// Rows with these codes, and codes at the end.
fn fax(rows: u32, first: &[&str], others: &[&str], end: &[&str]) -> Vec<u8> {
    let mut writer = VecWriter::new();
    let mut put = |code: &str| {
        let data = u16::from_str_radix(code, 2).unwrap();
        writer.write(Bits { data, len: code.len() as u8 }).unwrap();
    };
    for code in first.iter().chain(others.repeat(rows as usize - 1).iter()).chain(end) {
        put(code);
    }
    writer.finish()
}
