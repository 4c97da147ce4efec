//! The search texts of all rows in one string, which is searched much faster than 100,000 short ones.

use std::ops::Range;
use std::sync::Arc;

use lapel_domain::matches_id;
use memchr::memmem::Finder;

use crate::entry::Entry;

/// The search texts of all rows. The text of a changed row is appended, and its former text stays without a row.
#[derive(Default)]
pub(crate) struct SearchTexts {
    text: String,
    segments: Vec<Segment>,
    /// The segment of each row.
    of_row: Vec<u32>,
}

/// A text in the string. It ends where the next one begins.
struct Segment {
    start: usize,
    /// Where the id is in this text. Most words of a search do not mean ids.
    id: Range<usize>,
    /// The row; none if it was changed or removed.
    row: Option<u32>,
}

impl SearchTexts {
    pub(crate) fn new(entries: &[Arc<Entry>]) -> Self {
        let mut texts = Self::default();
        // Some space, so that the first change does not copy everything.
        texts.text.reserve(entries.iter().map(|entry| entry.search_text.len() + 1).sum::<usize>() + 65_536);
        texts.segments.reserve(entries.len() + 1024);
        texts.of_row.reserve(entries.len());
        entries.iter().for_each(|entry| texts.push(&entry.search_text));
        texts
    }

    /// Adds the text of the next row.
    pub(crate) fn push(&mut self, text: &str) {
        let row = Some(to_u32(self.of_row.len()));
        self.of_row.push(to_u32(self.segments.len()));
        self.append(row, text);
    }

    /// Replaces the text of a row.
    pub(crate) fn replace(&mut self, row: u32, text: &str) {
        let segment = std::mem::replace(&mut self.of_row[row as usize], to_u32(self.segments.len()));
        self.segments[segment as usize].row = None;
        self.append(Some(row), text);
    }

    /// Removes a row. The last row gets its number.
    pub(crate) fn swap_remove(&mut self, row: u32) {
        let removed = self.of_row.swap_remove(row as usize);
        self.segments[removed as usize].row = None;
        if let Some(&moved) = self.of_row.get(row as usize) {
            self.segments[moved as usize].row = Some(row);
        }
    }

    /// Whether there are so many texts without a row that new search texts would be much faster.
    pub(crate) fn is_worn(&self) -> bool {
        self.segments.len() > self.of_row.len() + self.of_row.len() / 4 + 64
    }

    /// Whether each row has all words in its text. In the id, a word counts only if it means an id.
    pub(crate) fn search(&self, words: &[&str]) -> Vec<bool> {
        let mut words = words.to_vec();
        // The longest word usually has the fewest matches, so it is searched first.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let Some((first, others)) = words.split_first() else { return vec![true; self.of_row.len()] };
        let others: Vec<(&str, Finder<'_>)> = others.iter().map(|word| (*word, Finder::new(word))).collect();
        let (mut hits, finder, text) = (vec![false; self.of_row.len()], Finder::new(first), self.text.as_bytes());
        let (mut segment, mut from) = (0, 0);
        while let Some(at) = finder.find(&text[from..]).map(|at| at + from) {
            while self.range(segment).end <= at {
                segment += 1;
            }
            let id = &self.segments[segment].id;
            if id.contains(&at) && !matches_id(&self.text[id.clone()], first) {
                from = id.end;
                continue;
            }
            from = self.range(segment).end;
            if let Some(row) = self.segments[segment].row {
                hits[row as usize] = others.iter().all(|(word, finder)| self.contains(segment, word, finder));
            }
        }
        hits
    }

    /// Whether a text has a word. No word spans the id and what is around it, because the id is a line of its own.
    fn contains(&self, segment: usize, word: &str, finder: &Finder<'_>) -> bool {
        let (text, range, id) = (self.text.as_bytes(), self.range(segment), &self.segments[segment].id);
        let around_id = [range.start..id.start, id.end..range.end];
        around_id.into_iter().any(|part| finder.find(&text[part]).is_some()) || matches_id(&self.text[id.clone()], word)
    }

    fn append(&mut self, row: Option<u32>, text: &str) {
        let start = self.text.len();
        self.segments.push(Segment { start, id: id_in(text, start), row });
        self.text.push_str(text);
        // Words contain no line breaks, so no word matches across two rows.
        self.text.push('\n');
    }

    fn range(&self, segment: usize) -> Range<usize> {
        let next = self.segments.get(segment + 1);
        self.segments[segment].start..next.map_or(self.text.len(), |next| next.start)
    }
}

/// Where the id is in a search text that begins at `start`: its third line.
fn id_in(text: &str, start: usize) -> Range<usize> {
    let mut lines = text.split('\n');
    let before = lines.by_ref().take(2).map(|line| line.len() + 1).sum::<usize>();
    let id_start = start + before;
    id_start..id_start + lines.next().unwrap_or_default().len()
}

/// The roster has fewer rows than this, and texts are renewed before they are worn.
fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
