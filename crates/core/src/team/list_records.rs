//! Parses a CSV text into records and cells. A stray quotation mark never hides a line.
//!
//! A cell is quoted if it begins with a quotation mark, and the next mark that is not doubled is at its end: before a
//! separator or a line end. Any other quotation mark is an ordinary character, as in `Monitor 24"`. The `csv` crate
//! cannot do this. With quotes enabled, a stray mark joins all lines up to the next mark; with quotes disabled,
//! quoted cells are split.

/// One record: usually one line, or several lines if a quoted cell contains line breaks.
pub(super) struct Record<'a> {
    /// Number of its first line in the file, starting with 1.
    pub(super) number: usize,
    /// The unparsed text.
    pub(super) text: &'a str,
    pub(super) cells: Vec<String>,
    /// Whether a spreadsheet would split the record into other cells. If a cell begins with a quotation mark, a
    /// spreadsheet does not split it at the separators before the next mark, even if that is in the middle of a cell.
    /// This parser does.
    pub(super) unclear: bool,
}

impl<'a> Record<'a> {
    /// The cell at an index; empty if the record has fewer cells.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }

    /// Parses each line of the record separately: no quoted cell extends beyond its line. Skips blank lines.
    pub(super) fn lines(&self, separator: char) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let lines = Records { text: self.text, separator, at: 0, number: self.number, quotes_end_with_line: true };
        lines.filter(|line| !line.is_blank())
    }

    /// The record, marked as unclear.
    pub(super) fn into_unclear(self) -> Self {
        Self { unclear: true, ..self }
    }

    /// Whether it contains a line break.
    pub(super) fn has_line_break(&self) -> bool {
        self.text.contains(['\r', '\n'])
    }

    /// Whether it contains only invisible characters.
    pub(super) fn is_blank(&self) -> bool {
        lapel_domain::trim_invisible(self.text).is_empty()
    }
}

/// The records of a text; lines end with LF, CR LF or CR.
pub(super) fn records(text: &str, separator: char) -> impl Iterator<Item = Record<'_>> {
    Records { text, separator, at: 0, number: 1, quotes_end_with_line: false }
}

struct Records<'a> {
    text: &'a str,
    separator: char,
    at: usize,
    number: usize,
    /// Whether a quoted cell may not extend beyond its line.
    quotes_end_with_line: bool,
}

/// The meaning of a quotation mark at the start of a cell.
enum LeadingMark {
    /// It begins a quoted cell: the index of the closing mark, and the end of the cell.
    Closed { mark: usize, end: usize },
    /// It is an ordinary character: the index of the next mark, which does not close a cell, if there is one.
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
            if !self.text[end..].starts_with(self.separator) {
                break;
            }
            self.at += self.separator.len_utf8();
        }
        let text = &self.text[begin..self.at];
        self.number += count_line_ends(text) + 1;
        let line_end_length = if self.text[self.at..].starts_with("\r\n") { 2 } else { 1 };
        self.at += line_end_length;
        Some(Record { number, text, cells, unclear })
    }
}

impl Records<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_line_end(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| matches!(byte, b'\r' | b'\n'))
    }

    /// The index of the first wanted character at or after `at`; the end of the text if there is none.
    fn find(&self, at: usize, wanted: impl Fn(char) -> bool) -> usize {
        self.text[at..].find(wanted).map_or(self.text.len(), |found| at + found)
    }

    /// The cell that begins here, and the index of its end.
    fn cell(&self, unclear: &mut bool) -> (String, usize) {
        if self.byte(self.at) == Some(b'"') {
            match self.leading_mark() {
                LeadingMark::Closed { mark, end } => return (self.text[self.at + 1..mark].replace("\"\"", "\""), end),
                LeadingMark::Stray { mark } => {
                    let quoted = &self.text[self.at..mark.unwrap_or(self.at)];
                    *unclear |= count_line_ends(quoted) == 0 && quoted.contains(self.separator);
                }
            }
        }
        let end = self.find(self.at, |c| c == self.separator || matches!(c, '\r' | '\n'));
        (self.text[self.at..end].to_owned(), end)
    }

    /// Decides what the quotation mark here means.
    fn leading_mark(&self) -> LeadingMark {
        let mut at = self.at + 1;
        loop {
            at = self.find(at, |c| c == '"' || self.quotes_end_with_line && matches!(c, '\r' | '\n'));
            if self.byte(at) != Some(b'"') {
                return LeadingMark::Stray { mark: None };
            }
            if self.byte(at + 1) == Some(b'"') {
                at += 2;
                continue;
            }
            let end = self.find(at + 1, |c| c != ' ');
            let closed = self.text[end..].starts_with(self.separator) || self.is_line_end(end);
            return if closed { LeadingMark::Closed { mark: at, end } } else { LeadingMark::Stray { mark: Some(at) } };
        }
    }
}

/// The number of line ends in a text.
fn count_line_ends(text: &str) -> usize {
    let returns = text.matches('\r').count() - text.matches("\r\n").count();
    returns + text.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        records(text, ',').map(|record| (record.number, record.cells)).collect()
    }

    #[test]
    fn a_quoted_cell_is_one_cell_and_any_other_quotation_mark_is_a_character() {
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
    fn lines_are_counted_with_any_line_ends_and_inside_quoted_cells() {
        let numbers = |text: &str| read(text).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        assert_eq!(numbers("a\nb\r\nc\rd"), [1, 2, 3, 4]);
        assert_eq!(numbers("a\n\n\r\n\r\rb\n"), [1, 2, 3, 4, 5, 6]);
        assert_eq!(read("\"a\r\nb\",c\r\nd"), [(1, vec!["a\r\nb".into(), "c".into()]), (3, vec!["d".into()])]);
        assert_eq!(numbers("\"a\nb\rc\",d\ne\n\"f\ng\"\nh"), [1, 4, 5, 7]);
        assert_eq!(numbers("\"a\nb\n\"c\",d\ne"), [1, 2, 3, 4], "a mark that is never closed joins no lines");
        assert_eq!(numbers("\"a\nb"), [1, 2]);
    }

    #[test]
    fn a_record_that_a_spreadsheet_would_split_differently_is_unclear() {
        for (text, unclear) in [
            (r#""a,b "c,d"#, true),
            (r#""a,b,"c"#, true),
            (r#""a "b" c,d"#, false),
            ("\"a,b\nc \"d", false),
            (r#""a,b""#, false),
        ] {
            assert_eq!(records(text, ',').next().map(|record| record.unclear), Some(unclear), "{text}");
        }
    }
}
