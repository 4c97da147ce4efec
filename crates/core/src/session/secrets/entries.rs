//! One secret in as many entries as it needs: the smallest of the systems' keyrings holds little in one.
//!
//! What fits is one entry. What does not is cut into pieces: the first stands in the entry of the secret's name, under a line
//! that says how many pieces follow, in which of two rows, and the checksum of the whole; the others in entries of their own.
//! A write puts those into the row that is not in use, then the first entry over the former one: from then on the new secret
//! counts. Last it removes the former row. So whatever is interrupted, the first entry names pieces that belong together.

use lapel_api::Secret;
use sha2::{Digest, Sha256};

use crate::kernel::vault::{Vault, VaultError};

/// What one entry holds on every system, in bytes (Windows, a credential blob).
const ENTRY_LIMIT: usize = 2560;

/// Most entries of a secret: more than the longest tokens need that are taken.
const MOST_ENTRIES: usize = 32;

/// What the first entry of a secret in pieces begins with.
const MARK: &str = "lapel-pieces ";

/// The two rows of further entries.
const ROWS: [&str; 2] = ["a", "b"];

/// The line above the first piece, and the piece.
struct First<'a> {
    row: &'static str,
    following: usize,
    checksum: &'a str,
    piece: &'a str,
}

impl<'a> First<'a> {
    /// None for a secret in one entry.
    fn read(entry: &'a str) -> Option<Self> {
        let (line, piece) = entry.strip_prefix(MARK)?.split_once('\n')?;
        let mut words = line.split(' ');
        let (row, following, checksum) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        let row = ROWS.into_iter().find(|known| *known == row)?;
        (following < MOST_ENTRIES).then_some(Self { row, following, checksum, piece })
    }
}

/// Reads a secret. One of which pieces are missing, or do not belong together, is as none.
pub(super) fn read(vault: &mut dyn Vault, name: &str) -> Result<Option<Secret>, VaultError> {
    let Some(entry) = vault.get(name)? else { return Ok(None) };
    let Some(first) = First::read(entry.expose()) else { return Ok(Some(entry)) };
    // Written into one piece of memory, so that no half of it stays behind unwiped.
    let mut whole = String::with_capacity((first.following + 1) * ENTRY_LIMIT);
    whole.push_str(first.piece);
    for number in 1..=first.following {
        let Some(piece) = vault.get(&further(name, first.row, number))? else { break };
        whole.push_str(piece.expose());
    }
    let whole = Secret::new(whole);
    let sound = checksum(&whole) == first.checksum;
    if !sound {
        tracing::warn!("an entry of the keyring is not whole");
    }
    Ok(sound.then_some(whole))
}

/// Keeps a secret in place of the former one of that name.
pub(super) fn write(vault: &mut dyn Vault, name: &str, secret: &Secret) -> Result<(), VaultError> {
    if secret.expose().len() <= ENTRY_LIMIT {
        vault.set(name, secret)?;
        tidy(vault, name, |_| 0);
        return Ok(());
    }
    let former = vault.get(name)?;
    let used = former.as_ref().and_then(|entry| First::read(entry.expose())).map(|first| first.row);
    let row = if used == Some(ROWS[0]) { ROWS[1] } else { ROWS[0] };
    let checksum = checksum(secret);
    // As long as the line can be.
    let room = format!("{MARK}{row} {MOST_ENTRIES} {checksum}\n").len();
    let (first, rest) = cut(secret.expose(), ENTRY_LIMIT - room);
    let mut pieces = Vec::new();
    let mut left = rest;
    while !left.is_empty() {
        let (piece, rest) = cut(left, ENTRY_LIMIT);
        pieces.push(piece);
        left = rest;
    }
    if pieces.len() >= MOST_ENTRIES {
        return Err(VaultError::Failed("the secret is too long".to_owned()));
    }
    for (number, piece) in (1..).zip(&pieces) {
        vault.set(&further(name, row, number), &Secret::new((*piece).to_owned()))?;
    }
    let following = pieces.len();
    let mut entry = String::with_capacity(ENTRY_LIMIT);
    entry.extend([MARK, row, " ", &following.to_string(), " ", &checksum, "\n", first]);
    vault.set(name, &Secret::new(entry))?;
    tidy(vault, name, |any| if any == row { following } else { 0 });
    Ok(())
}

/// Removes a secret with all its entries.
pub(super) fn remove(vault: &mut dyn Vault, name: &str) -> Result<(), VaultError> {
    vault.remove(name)?;
    sweep(vault, name, |_| 0)
}

/// Removes what is no longer in use after a write. The secret is kept already; what stays goes with the next one.
fn tidy(vault: &mut dyn Vault, name: &str, used: impl Fn(&str) -> usize) {
    if let Err(error) = sweep(vault, name, used) {
        tracing::warn!(%error, "a former piece stays in the keyring");
    }
}

/// Removes the further entries of both rows, but the first `used` ones. A row is written from its beginning and removed from
/// its end, so that it never has a gap, and nothing behind one is missed.
fn sweep(vault: &mut dyn Vault, name: &str, used: impl Fn(&str) -> usize) -> Result<(), VaultError> {
    for row in ROWS {
        let used = used(row);
        let mut end = used;
        while vault.get(&further(name, row, end + 1))?.is_some() {
            end += 1;
        }
        for number in (used + 1..=end).rev() {
            vault.remove(&further(name, row, number))?;
        }
    }
    Ok(())
}

fn further(name: &str, row: &str, number: usize) -> String {
    format!("{name} {row}{number}")
}

fn checksum(secret: &Secret) -> String {
    Sha256::digest(secret.expose()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Cuts after at most so many bytes, between two characters.
fn cut(text: &str, most: usize) -> (&str, &str) {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::collections::BTreeMap;

    use super::*;

    const NAME: &str = "https://api.example.com/v1 507f";

    /// A keyring of Windows whose process is killed after so many changes.
    #[derive(Clone, Default)]
    struct Small {
        entries: BTreeMap<String, String>,
        changes_left: Option<usize>,
    }

    impl Small {
        fn change(&mut self) -> Result<(), VaultError> {
            match &mut self.changes_left {
                Some(0) => return Err(VaultError::Failed("killed".into())),
                Some(left) => *left -= 1,
                None => {}
            }
            Ok(())
        }
    }

    impl Vault for Small {
        fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
            Ok(self.entries.get(name).cloned().map(Secret::new))
        }

        fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
            self.change()?;
            assert!(secret.expose().len() <= 2560, "{name} does not fit");
            self.entries.insert(name.to_owned(), secret.expose().to_owned());
            Ok(())
        }

        fn remove(&mut self, name: &str) -> Result<(), VaultError> {
            self.change()?;
            self.entries.remove(name);
            Ok(())
        }
    }

    fn secret(letter: char, bytes: usize) -> Secret {
        // No two pieces of it are the same.
        Secret::new((0..).flat_map(|n| format!("{letter}{n}é").chars().collect::<Vec<_>>()).take(bytes).collect())
    }

    fn held(vault: &mut Small) -> Option<String> {
        read(vault, NAME).unwrap().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn what_fits_is_one_entry_as_it_is_and_what_does_not_is_as_many_as_it_needs() {
        for (bytes, entries) in [(0, 1), (2560, 1), (2561, 2), (5000, 2), (5121, 3), (70_000, 28)] {
            let mut vault = Small::default();
            let secret = Secret::new("s".repeat(bytes));
            write(&mut vault, NAME, &secret).unwrap();
            assert_eq!(vault.entries.len(), entries, "{bytes}");
            assert_eq!(held(&mut vault).as_deref(), Some(secret.expose()));
            assert!(entries > 1 || vault.entries[NAME] == secret.expose());
            remove(&mut vault, NAME).unwrap();
            assert_eq!(vault.entries, BTreeMap::new());
        }
        assert!(write(&mut Small::default(), NAME, &Secret::new("s".repeat(100_000))).is_err());
    }

    #[test]
    fn whenever_it_is_killed_one_whole_secret_is_there_and_nothing_is_left_for_good() {
        let secrets = [secret('o', 100), secret('p', 4000), secret('q', 9000), secret('r', 6000), secret('s', 2560)];
        for (former, next) in secrets.iter().flat_map(|one| secrets.iter().map(move |other| (one, other))) {
            let mut before = Small::default();
            write(&mut before, NAME, &secret('x', 7000)).unwrap();
            write(&mut before, NAME, former).unwrap();
            let mut seen = Vec::new();
            for changes in 0.. {
                let mut vault = Small { changes_left: Some(changes), ..before.clone() };
                let written = write(&mut vault, NAME, next).is_ok();
                let stopped = vault.changes_left == Some(0);
                let mut vault = Small { changes_left: None, ..vault };
                let found = held(&mut vault).unwrap();
                assert!(found == former.expose() || found == next.expose(), "neither of both after {changes}");
                assert!(!written || found == next.expose(), "said to be kept after {changes}");
                seen.push(found == next.expose());
                // The next writes, of any length, and the removal are as if nothing had happened.
                for last in [former, next] {
                    write(&mut vault, NAME, last).unwrap();
                    assert_eq!(held(&mut vault).as_deref(), Some(last.expose()));
                }
                let mut fresh = Small::default();
                write(&mut fresh, NAME, next).unwrap();
                assert_eq!(vault.entries.len(), fresh.entries.len(), "pieces are left after {changes}");
                remove(&mut vault, NAME).unwrap();
                assert_eq!(vault.entries, BTreeMap::new(), "after {changes}");
                if !stopped {
                    break;
                }
            }
            assert!(seen.is_sorted() && seen.last() == Some(&true));
        }
    }

    #[test]
    fn a_removal_that_was_interrupted_shows_no_secret_and_can_be_done_again() {
        let mut before = Small::default();
        write(&mut before, NAME, &secret('x', 9000)).unwrap();
        for changes in 1..before.entries.len() {
            let mut vault = Small { changes_left: Some(changes), ..before.clone() };
            assert!(remove(&mut vault, NAME).is_err(), "what stays is said");
            vault.changes_left = None;
            assert_eq!(held(&mut vault), None);
            remove(&mut vault, NAME).unwrap();
            assert_eq!(vault.entries, BTreeMap::new());
        }
    }

    #[test]
    fn pieces_that_do_not_belong_together_are_as_none() {
        let (mut one, mut other) = (Small::default(), Small::default());
        write(&mut one, NAME, &secret('o', 9000)).unwrap();
        write(&mut other, NAME, &secret('p', 9000)).unwrap();
        let pieces: Vec<String> = one.entries.keys().filter(|name| *name != NAME).cloned().collect();
        for piece in pieces {
            let mut mixed = one.clone();
            mixed.entries.insert(piece.clone(), other.entries[&piece].clone());
            assert_eq!(held(&mut mixed), None);
            mixed.entries.remove(&piece);
            assert_eq!(held(&mut mixed), None);
        }
    }
}
