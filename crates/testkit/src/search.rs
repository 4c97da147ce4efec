//! Looking for secrets where none may be: in files, in the spellings that a program might have written them.

use std::{fs, path::Path};

use crate::{Outcome, home::files_below};

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The files below `folder` that hold one of `secrets` as UTF-8, UTF-16, hexadecimal or base64, each with the spelling.
/// A secret shorter than 6 characters would be found by chance and is refused by an assertion.
///
/// # Errors
/// [`crate::Trouble::Io`] where a folder cannot be read. A file that vanishes meanwhile is left out.
pub fn files_with(folder: &Path, secrets: &[&str]) -> Outcome<Vec<String>> {
    let spellings: Vec<_> = secrets.iter().flat_map(|secret| spellings(secret)).collect();
    let mut found = Vec::new();
    for file in files_below(folder)? {
        let Ok(bytes) = fs::read(&file) else { continue };
        for (how, spelling) in &spellings {
            if holds(&bytes, spelling) {
                found.push(format!("{} ({how})", file.display()));
            }
        }
    }
    Ok(found)
}

/// Whether `text` holds one of `secrets` in one of the spellings.
pub fn text_with(text: &str, secrets: &[&str]) -> bool {
    secrets.iter().flat_map(|secret| spellings(secret)).any(|(_, spelling)| holds(text.as_bytes(), &spelling))
}

fn spellings(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    assert!(secret.chars().count() >= 6, "too short a secret to look for");
    let bytes = secret.as_bytes();
    let wide = |order: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let mut all = vec![
        ("as it is", bytes.to_vec()),
        ("UTF-16", wide(u16::to_le_bytes)),
        ("UTF-16", wide(u16::to_be_bytes)),
        ("hexadecimal", bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()),
    ];
    for alphabet in [STANDARD, URL_SAFE] {
        all.extend((0..3).map(|offset| ("base64", base64_inside(bytes, offset, alphabet))));
    }
    all.sort();
    all.dedup();
    all
}

/// How the bytes look inside a longer base64 text, `offset` bytes after a group's start: only the characters
/// that do not depend on the neighbours.
fn base64_inside(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bit = |at: usize| (bytes[at / 8] >> (7 - at % 8)) & 1;
    // The first whole group of six bits after `offset` bytes of a neighbour.
    let start = (6 - (offset * 8) % 6) % 6;
    (start..(bytes.len() * 8).saturating_sub(5))
        .step_by(6)
        .map(|at| (0..6).fold(0, |value, step| (value << 1) | usize::from(bit(at + step))))
        .map(|value| alphabet[value])
        .collect()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else { return false };
    let mut from = 0;
    while let Some(step) = bytes[from..].iter().position(|byte| byte == first) {
        let after = from + step + 1;
        if bytes[after..].starts_with(rest) {
            return true;
        }
        from = after;
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
    use super::*;

    #[test]
    fn every_spelling_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("plain", b"..quiet-heron..");
        write("wide", &"xquiet-heron".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        // "a:quiet-heron!" by another program's base64.
        write("base64", b"YTpxdWlldC1oZXJvbiE=");
        write("hex", b"71756965742d6865726f6e");
        write("none", b"quiet heron, cXVpZXQ");
        let mut found = files_with(folder.path(), &["quiet-heron"]).unwrap();
        found.sort();
        let mut names: Vec<_> = found.iter().map(|line| line.rsplit('/').next().unwrap()).collect();
        // Within a longer text both byte orders of UTF-16 are found.
        names.dedup();
        assert_eq!(names, ["base64 (base64)", "hex (hexadecimal)", "plain (as it is)", "wide (UTF-16)"]);
    }
}
