//! Searches the memory of the app's own process for secrets.

use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::App;
use crate::search::copies_in;
use crate::{Result, TestError};

const PAGE: u64 = 4096;

/// How many entries of the page table are read at once.
const PAGES_AT_ONCE: u64 = 64 * 1024;

/// In an entry of the page table: the page is in memory or swapped out. WebKit reserves far more than it uses.
const IS_USED: u64 = 1 << 63 | 1 << 62;

/// How many bytes before a copy are shown.
const SHOWN_BEFORE: usize = 200;

/// A copy of a secret in memory.
#[derive(Clone, Debug)]
pub struct MemoryCopy {
    /// How the secret is encoded.
    pub encoding: &'static str,
    /// A file, or the kernel's name for the kind of memory.
    pub region: String,
    /// The text before the copy.
    pub before: String,
}

impl MemoryCopy {
    /// Whether the copy is in the text of a call from the page to the app. WebKit keeps some of them in the app's process, in
    /// memory of its own.
    pub fn is_in_call_of_page(&self) -> bool {
        self.before.contains(r#"{"request":{"#)
    }
}

impl App {
    /// The copies of the secrets in the writable memory of the app's own process, without WebKit's processes.
    pub fn copies_in_memory(&self, secrets: &[&str]) -> Result<Vec<MemoryCopy>> {
        let id = self.id.as_raw_nonzero().get();
        let open = |name: &str| File::open(format!("/proc/{id}/{name}")).map_err(TestError::io("the app's memory"));
        let maps = fs::read_to_string(format!("/proc/{id}/maps")).map_err(TestError::io("the app's memory"))?;
        let (memory, pages) = (open("mem")?, open("pagemap")?);
        let mut found = Vec::new();
        for region in maps.lines().filter_map(Region::parse) {
            for Range { start, end } in used_ranges(&pages, &region)? {
                let mut bytes = vec![0; usize::try_from(end - start).unwrap_or_default()];
                // Memory that was unmapped in the meantime contains nothing any more.
                if memory.read_exact_at(&mut bytes, start).is_ok() {
                    found.extend(copies_in(&bytes, secrets).into_iter().map(|(encoding, at)| MemoryCopy {
                        encoding,
                        region: region.name.clone(),
                        before: String::from_utf8_lossy(&bytes[at.saturating_sub(SHOWN_BEFORE)..at]).into_owned(),
                    }));
                }
            }
        }
        Ok(found)
    }
}

/// The ranges of addresses with pages that are in use.
fn used_ranges(pages: &File, region: &Region) -> Result<Vec<Range<u64>>> {
    let mut ranges = Vec::<Range<u64>>::new();
    let (mut page, last) = (region.start / PAGE, region.end / PAGE);
    while page < last {
        let mut entries = vec![0; usize::try_from((last - page).min(PAGES_AT_ONCE) * 8).unwrap_or_default()];
        pages.read_exact_at(&mut entries, page * 8).map_err(TestError::io("the app's page table"))?;
        for entry in entries.as_chunks().0 {
            if u64::from_ne_bytes(*entry) & IS_USED != 0 {
                match ranges.last_mut().filter(|range| range.end == page * PAGE) {
                    Some(range) => range.end += PAGE,
                    None => ranges.push(page * PAGE..(page + 1) * PAGE),
                }
            }
            page += 1;
        }
    }
    Ok(ranges)
}

/// A writable range of addresses.
struct Region {
    start: u64,
    end: u64,
    /// A file, or the kernel's name for the kind of memory.
    name: String,
}

impl Region {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        let is_writable = words.next()?.starts_with("rw");
        let name = words.nth(3).unwrap_or("anonymous memory").to_owned();
        is_writable.then_some(Self { start: number(start)?, end: number(end)?, name })
    }
}
