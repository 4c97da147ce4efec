//! A list taken apart into records and cells, so that no quotation mark makes a line vanish.
//!
//! A cell is quoted where it begins with a quotation mark and the next one that is not doubled stands at its end, before a
//! separator or the end of a line. Any other quotation mark is a character, as in `Monitor 24"`. The `csv` crate cannot do
//! that: with quotes on, one stray mark swallows the lines up to the next one; with quotes off, it takes quoted cells apart.

/// What a record is made of: mostly one line, several where a quoted cell holds line breaks.
pub(super) struct Record<'a> {
    /// Number of its first line in the file, from 1.
    pub(super) number: usize,
    /// As it stands in the file.
    pub(super) text: &'a str,
    pub(super) cells: Vec<String>,
    /// Whether its quotation marks can be read in two ways with separators in different places: a spreadsheet goes on after
    /// a mark in the middle of a cell as if the quoted part had ended there.
    pub(super) unclear: bool,
}

impl Record<'_> {
    /// A cell; empty where the record has no such one.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }

    /// The lines of it, each read by itself: its quotation marks then reach no further than the line.
    pub(super) fn lines(&self, separator: u8) -> impl Iterator<Item = Record<'_>> {
        let lines = Records { text: self.text, separator, at: 0, number: self.number, one_line: true };
        lines.filter(|line| !line.is_blank())
    }

    /// Whether it holds a line break.
    pub(super) fn has_lines(&self) -> bool {
        self.text.contains(['\r', '\n'])
    }

    /// Whether there is nothing to see in it.
    pub(super) fn is_blank(&self) -> bool {
        lapel_domain::trim_invisible(self.text).is_empty()
    }
}

/// The records of a text; lines end with LF, CR LF or CR.
pub(super) fn records(text: &str, separator: u8) -> impl Iterator<Item = Record<'_>> {
    Records { text, separator, at: 0, number: 1, one_line: false }
}

struct Records<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
    number: usize,
    /// Whether no cell reaches beyond its line.
    one_line: bool,
}

/// Where the quoted cell ends that may begin at a quotation mark.
enum Quoted {
    /// The place of its last quotation mark, and of what follows the cell.
    Closed { mark: usize, end: usize },
    /// It is none. The place of the mark in whose way it is, if there is one.
    Stray { mark: Option<usize> },
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.at >= self.text.len() {
            return None;
        }
        let (begin, number) = (self.at, self.number);
        let (mut cells, mut unclear) = (Vec::new(), false);
        loop {
            let (cell, end) = self.cell(&mut unclear);
            cells.push(cell);
            self.at = end;
            if self.byte(end) != Some(self.separator) {
                break;
            }
            self.at += 1;
        }
        let text = &self.text[begin..self.at];
        self.number += line_ends(text) + 1;
        let ends = if self.text[self.at..].starts_with("\r\n") { 2 } else { 1 };
        self.at += ends;
        Some(Record { number, text, cells, unclear })
    }
}

impl Records<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn ends_line(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| matches!(byte, b'\r' | b'\n'))
    }

    /// The place of the first byte from `at` on that is one of these; the end of the text where there is none.
    fn find(&self, at: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes().iter().skip(at);
        bytes.copied().position(wanted).map_or(self.text.len(), |found| at + found)
    }

    /// The cell that begins here, and the place of what follows it.
    fn cell(&self, unclear: &mut bool) -> (String, usize) {
        if self.byte(self.at) == Some(b'"') {
            match self.quoted() {
                Quoted::Closed { mark, end } => return (self.text[self.at + 1..mark].replace("\"\"", "\""), end),
                Quoted::Stray { mark } => {
                    let quoted = &self.text[self.at..mark.unwrap_or(self.at)];
                    *unclear |= line_ends(quoted) == 0 && quoted.as_bytes().contains(&self.separator);
                }
            }
        }
        let end = self.find(self.at, |byte| byte == self.separator || matches!(byte, b'\r' | b'\n'));
        (self.text[self.at..end].to_owned(), end)
    }

    /// Whether the quotation mark here begins a quoted cell.
    fn quoted(&self) -> Quoted {
        let mut at = self.at + 1;
        loop {
            at = self.find(at, |byte| byte == b'"' || self.one_line && matches!(byte, b'\r' | b'\n'));
            if self.byte(at) != Some(b'"') {
                return Quoted::Stray { mark: None };
            }
            if self.byte(at + 1) == Some(b'"') {
                at += 2;
                continue;
            }
            let end = self.find(at + 1, |byte| byte != b' ');
            let closed = self.byte(end) == Some(self.separator) || self.ends_line(end);
            return if closed { Quoted::Closed { mark: at, end } } else { Quoted::Stray { mark: Some(at) } };
        }
    }
}

/// How many lines end within a text.
fn line_ends(text: &str) -> usize {
    let returns = text.matches('\r').count() - text.matches("\r\n").count();
    returns + text.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        records(text, b',').map(|record| (record.number, record.cells)).collect()
    }

    #[test]
    fn a_quoted_cell_is_one_and_any_other_quotation_mark_a_character() {
        for (text, cells) in [
            (r#"a,b"#, vec!["a", "b"]),
            (r#""a,b",c"#, vec!["a,b", "c"]),
            (r#""a ""b"" c",d"#, vec![r#"a "b" c"#, "d"]),
            (r#""a,b" ,c"#, vec!["a,b", "c"]),
            (r#""","""""#, vec!["", "\""]),
            (r#"Monitor 24",b"#, vec![r#"Monitor 24""#, "b"]),
            (r#"Max "Mad",b"#, vec![r#"Max "Mad""#, "b"]),
            (r#""Max,b"#, vec![r#""Max"#, "b"]),
            (r#""Max "Mad" M",b"#, vec![r#""Max "Mad" M""#, "b"]),
            (r#" "a,b",c"#, vec![r#" "a"#, r#"b""#, "c"]),
            (r#"a,""#, vec!["a", "\""]),
            (r#","#, vec!["", ""]),
        ] {
            let expected: Vec<String> = cells.into_iter().map(str::to_owned).collect();
            assert_eq!(read(text), [(1, expected)], "{text}");
        }
    }

    #[test]
    fn lines_are_counted_whatever_ends_them_and_whatever_is_quoted() {
        let numbers = |text: &str| read(text).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        assert_eq!(numbers("a\nb\r\nc\rd"), [1, 2, 3, 4]);
        assert_eq!(numbers("a\n\n\r\n\r\rb\n"), [1, 2, 3, 4, 5, 6]);
        assert_eq!(read("\"a\r\nb\",c\r\nd"), [(1, vec!["a\r\nb".into(), "c".into()]), (3, vec!["d".into()])]);
        assert_eq!(numbers("\"a\nb\rc\",d\ne\n\"f\ng\"\nh"), [1, 4, 5, 7]);
        assert_eq!(numbers("\"a\nb\n\"c\",d\ne"), [1, 2, 3, 4], "an open one reaches nowhere");
        assert_eq!(numbers("\"a\nb"), [1, 2]);
    }

    #[test]
    fn what_a_spreadsheet_would_part_elsewhere_is_unclear() {
        for (text, unclear) in [
            (r#""a,b "c,d"#, true),
            (r#""a,b,"c"#, true),
            (r#""a "b" c,d"#, false),
            ("\"a,b\nc \"d", false),
            (r#""a,b""#, false),
        ] {
            assert_eq!(records(text, b',').next().map(|record| record.unclear), Some(unclear), "{text}");
        }
    }
}
