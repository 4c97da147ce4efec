//! Decodes a text file as spreadsheets save it: UTF-8, UTF-16 (the "Unicode Text" of Excel), or Windows-1252.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::kernel::error_reasons::ListProblem;

/// Decodes a file. Its byte order mark decides. A file without one is UTF-16 if it has zero bytes, or else UTF-8 if it
/// is valid, or else Windows-1252, the encoding of Excel in Western Europe and America.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ListProblem> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark_length)) => encoding.decode_without_bom_handling(&bytes[mark_length..]).0,
        None if bytes.contains(&0) => {
            utf_16(bytes).decode_without_bom_handling_and_without_replacement(bytes).ok_or(ListProblem::NotText)?
        }
        None => UTF_8
            .decode_without_bom_handling_and_without_replacement(bytes)
            .unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(bytes).0),
    };
    // No text has a zero character; pictures, archives and the files of spreadsheets have many.
    if text.contains('\0') { Err(ListProblem::NotText) } else { Ok(text) }
}

/// The byte order of a UTF-16 text: its separators and line ends are ASCII, so one of their two bytes is zero.
fn utf_16(bytes: &[u8]) -> &'static Encoding {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_recognized() {
        let text = "Correo electrónico;Rol\r\njosé@example.com;editor\r\n";
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let (little, big) = (utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes));
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", little.as_slice()].concat(),
            [b"\xfe\xff", big.as_slice()].concat(),
            little,
            big,
            WINDOWS_1252.encode(text).0.into_owned(),
        ] {
            assert_eq!(decode(&bytes), Ok(Cow::Borrowed(text)), "{bytes:?}");
        }
        assert_eq!(decode("名前\t角色\n".as_bytes()).as_deref(), Ok("名前\t角色\n"));
        assert_eq!(decode(b""), Ok(Cow::Borrowed("")));
    }

    #[test]
    fn a_file_that_is_not_a_text_is_refused() {
        for bytes in
            [b"PK\x03\x04\x14\0\0\0\0\0".as_slice(), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xfe\0\0", b"a\0\0"]
        {
            assert_eq!(decode(bytes), Err(ListProblem::NotText), "{bytes:?}");
        }
    }
}
