//! Encodes the rows of a fax: black on the left, white on the right.

use fax::encoder::Encoder;
use fax::{BitWriter, Bits, Color, VecWriter};

/// Group 4, for a square with this side.
pub fn fax4(side: u16) -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for _ in 0..side {
        let row = (0..side).map(|x| if x < side / 2 { Color::Black } else { Color::White });
        encoder.encode_line(row, side).unwrap();
    }
    encoder.finish().unwrap().finish()
}

/// Group 3, for a width of 600: an end-of-line code before each row; white 0, black 300 (256 and 44), white 300.
pub fn fax3(rows: u32) -> Vec<u8> {
    let mut writer = VecWriter::new();
    let mut put = |code: &str| {
        let data = u16::from_str_radix(code, 2).unwrap();
        writer.write(Bits { data, len: code.len() as u8 }).unwrap();
    };
    for _ in 0..rows {
        for code in ["000000000001", "00110101", "000001011011", "000001010100", "011011011", "00101101"] {
            put(code);
        }
    }
    (0..6).for_each(|_| put("000000000001"));
    writer.finish()
}
