//! Searches files and texts for leaked secrets in common encodings.

use std::{fs, path::Path};

use crate::{Result, home::files_below};

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The files below `folder` that contain one of `secrets` as UTF-8, UTF-16, hexadecimal or base64, each with the
/// encoding. Files that disappear during the search are skipped.
///
/// # Panics
/// If a secret is shorter than 6 characters, because it could match unrelated bytes.
pub fn files_with(folder: &Path, secrets: &[&str]) -> Result<Vec<String>> {
    let encodings: Vec<_> = secrets.iter().flat_map(|secret| encodings(secret)).collect();
    let mut found = Vec::new();
    for file in files_below(folder)? {
        let Ok(bytes) = fs::read(&file) else { continue };
        for (how, encoding) in &encodings {
            if contains(&bytes, encoding) {
                found.push(format!("{} ({how})", file.display()));
            }
        }
    }
    Ok(found)
}

/// Whether `text` contains one of `secrets` in one of the encodings of [`files_with`].
pub fn text_with(text: &str, secrets: &[&str]) -> bool {
    secrets.iter().flat_map(|secret| encodings(secret)).any(|(_, encoding)| contains(text.as_bytes(), &encoding))
}

/// The copies of the secrets in `bytes` as UTF-8 or UTF-16, each with its encoding and its offset. Other encodings do not
/// occur in memory by themselves.
pub(crate) fn copies_in(bytes: &[u8], secrets: &[&str]) -> Vec<(&'static str, usize)> {
    let is_text = |how: &str| matches!(how, "as it is" | "UTF-16");
    let encodings = secrets.iter().flat_map(|secret| encodings(secret)).filter(|(how, _)| is_text(how));
    encodings.flat_map(|(how, needle)| offsets(bytes, &needle).map(move |at| (how, at)).collect::<Vec<_>>()).collect()
}

fn encodings(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    assert!(secret.chars().count() >= 6, "the secret is too short to search for");
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

/// The bytes as they appear inside a longer base64 text, `offset` bytes after the start of a 3-byte group: only the
/// characters that do not depend on the neighboring bytes.
fn base64_inside(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bit = |at: usize| (bytes[at / 8] >> (7 - at % 8)) & 1;
    // The first complete 6-bit group after the `offset` preceding bytes.
    let start = (6 - (offset * 8) % 6) % 6;
    (start..(bytes.len() * 8).saturating_sub(5))
        .step_by(6)
        .map(|at| (0..6).fold(0, |value, step| (value << 1) | usize::from(bit(at + step))))
        .map(|value| alphabet[value])
        .collect()
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    offsets(bytes, needle).next().is_some()
}

fn offsets<'a>(bytes: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    memchr::memmem::find_iter(bytes, needle)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]
    use super::*;

    #[test]
    fn secrets_are_found_in_every_encoding() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("plain", b"..quiet-heron..");
        write("wide", &"xquiet-heron".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        // "a:quiet-heron!" as base64.
        write("base64", b"YTpxdWlldC1oZXJvbiE=");
        write("hex", b"71756965742d6865726f6e");
        write("none", b"quiet heron, cXVpZXQ");
        let mut found = files_with(folder.path(), &["quiet-heron"]).unwrap();
        found.sort();
        let mut names: Vec<_> = found.iter().map(|line| line.rsplit('/').next().unwrap()).collect();
        // The UTF-16 text matches in both byte orders.
        names.dedup();
        assert_eq!(names, ["base64 (base64)", "hex (hexadecimal)", "plain (as it is)", "wide (UTF-16)"]);
    }
}
