//! Decodes a text file as spreadsheets save it: UTF-8, UTF-16 (the "Unicode Text" of Excel), or the encoding of a region.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

use super::file_columns::{email_column, role_column};
use super::file_words::team_role;
use crate::kernel::error_reasons::ListProblem;

/// A text with one zero in so many bytes or characters, or with fewer, has stray zeros. UTF-16 has many more, because
/// addresses, separators and line ends are ASCII. Pictures, archives and the files of spreadsheets have more as well.
const LENGTH_PER_STRAY_ZERO: usize = 16;

/// The encodings that Excel uses by the region of the computer: Western Europe and America, Cyrillic, mainland China.
const REGIONAL: [&Encoding; 3] = [WINDOWS_1252, WINDOWS_1251, GB18030];

/// So many lines tell the encoding of a region.
const SAMPLE_LINES: usize = 200;

/// Decodes a file. Its byte order mark decides. A file without one is UTF-16 if it has many zero bytes, or else UTF-8 if
/// it is valid, or else in the encoding of a region. Stray zeros are dropped.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ListProblem> {
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark_length)) => encoding.decode_without_bom_handling(&bytes[mark_length..]).0,
        None if zeros * LENGTH_PER_STRAY_ZERO > bytes.len() => {
            utf_16(bytes).decode_without_bom_handling_and_without_replacement(bytes).ok_or(ListProblem::NotText)?
        }
        None => UTF_8.decode_without_bom_handling_and_without_replacement(bytes).unwrap_or_else(|| regional(bytes)),
    };
    without_zeros(text)
}

/// Decodes a file with the encoding of a region that gives the most names of columns and roles; the first one, if none does.
fn regional(bytes: &[u8]) -> Cow<'_, str> {
    let text = |encoding: &'static Encoding| encoding.decode_without_bom_handling(bytes).0;
    let [first, others @ ..] = REGIONAL.map(text);
    let most = known_names(&first);
    let better = |(best, most), text: Cow<'_, str>| {
        let known = known_names(&text);
        if known > most { (Cow::Owned(text.into_owned()), known) } else { (best, most) }
    };
    others.into_iter().fold((first, most), better).0
}

/// How many names of columns and roles the first lines have.
fn known_names(text: &str) -> usize {
    let in_line = |line: &str| {
        let cells: Vec<String> = line.split([';', ',', '\t']).map(|cell| cell.trim_matches('"').to_owned()).collect();
        let columns = [email_column(&cells), role_column(&cells)];
        cells.iter().filter(|cell| team_role(cell).is_some()).count()
            + columns.iter().filter(|column| matches!(column, Ok(Some(_)))).count()
    };
    text.split(['\r', '\n']).take(SAMPLE_LINES).map(in_line).sum()
}

/// The text without stray zero characters, which some programs leave in a file. Fails if it is not a text: if it has many
/// of them, or other control characters as well.
fn without_zeros(text: Cow<'_, str>) -> Result<Cow<'_, str>, ListProblem> {
    let zeros = text.matches('\0').count();
    if zeros == 0 {
        return Ok(text);
    }
    let is_binary = text.contains(|c: char| matches!(c, '\u{1}'..='\u{8}' | '\u{e}'..='\u{19}' | '\u{1b}'..='\u{1f}'));
    if is_binary || zeros * LENGTH_PER_STRAY_ZERO > text.chars().count() {
        return Err(ListProblem::NotText);
    }
    Ok(text.replace('\0', "").into())
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
    fn the_encoding_of_a_region_is_recognized_by_the_names_of_columns_and_roles() {
        for (encoding, text) in [
            (WINDOWS_1251, "Имя;Почта;Роль\r\nЕлена;elena@example.com;Редактор\r\n"),
            (WINDOWS_1251, "email,role\r\na@example.com,Читатель\r\n"),
            (GB18030, "姓名,邮箱,角色\r\n王芳,fang@example.com,编辑者\r\n"),
            (WINDOWS_1252, "E-Mail;Rolle\r\njörg@example.com;Eigentümer\r\n"),
            (WINDOWS_1252, "email;name\r\na@example.com;François Müller\r\n"),
        ] {
            let bytes = encoding.encode(text).0;
            assert_eq!(decode(&bytes).as_deref(), Ok(text), "{}", encoding.name());
        }
    }

    #[test]
    fn a_stray_zero_is_dropped() {
        let text = "Correo electrónico;Rol\r\njosé@example.com;editor\r\n";
        for at in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
            let with_zero = format!("{}\0{}", &text[..at], &text[at..]);
            let utf_16 = |bytes: fn(u16) -> [u8; 2]| with_zero.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
            for bytes in [
                with_zero.as_bytes().to_vec(),
                [b"\xef\xbb\xbf", with_zero.as_bytes()].concat(),
                WINDOWS_1252.encode(&with_zero).0.into_owned(),
                utf_16(u16::to_le_bytes),
                utf_16(u16::to_be_bytes),
            ] {
                assert_eq!(decode(&bytes).as_deref(), Ok(text), "{bytes:?}");
            }
        }
    }

    #[test]
    fn few_ascii_letters_are_enough_to_recognize_utf_16() {
        let text = "角色\t编辑人员编辑人员编辑人员编辑人员编辑人员编辑人员\n".repeat(5) + "a@example.com\t编辑\n";
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for bytes in [utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes)] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text.as_str()));
        }
    }

    #[test]
    fn a_file_that_is_not_a_text_is_refused() {
        for bytes in [
            b"PK\x03\x04\x14\0\0\0\0\0".as_slice(),
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"\xff\xfe\0\0",
            b"a\0\0",
            b"PK\x03\x04 a compressed file with few zeros\0",
        ] {
            assert_eq!(decode(bytes), Err(ListProblem::NotText), "{bytes:?}");
        }
    }
}
