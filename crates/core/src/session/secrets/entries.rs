//! Splits a secret into several keyring entries, because an entry is small on some systems.
//!
//! A short secret is one entry. A longer one is split into pieces. The first entry has the secret's name. It contains a line
//! with the row and the count of the other pieces and the checksum of the secret, and then the first piece. Each other piece is
//! a numbered entry of one of two rows. A write fills the unused row, then replaces the first entry, which makes the new secret
//! valid, and then removes the former row. So after any interruption, the first entry refers to pieces that belong together.

use lapel_api::Secret;
use sha2::{Digest, Sha256};

use crate::kernel::vault::{Vault, VaultError};

/// The size of an entry that every system supports, in bytes (a credential blob on Windows).
const ENTRY_LIMIT: usize = 2560;

/// The maximum number of entries of a secret; more than the longest accepted tokens need.
const MAX_ENTRIES: usize = 32;

/// The beginning of the first entry of a split secret.
const MARK: &str = "lapel-pieces ";

/// The two rows of entries for the other pieces.
const ROWS: [&str; 2] = ["a", "b"];

/// The first entry of a split secret.
struct FirstEntry<'a> {
    row: &'static str,
    following: usize,
    checksum: &'a str,
    piece: &'a str,
}

impl<'a> FirstEntry<'a> {
    /// None if the secret is not split.
    fn read(entry: &'a str) -> Option<Self> {
        let (line, piece) = entry.strip_prefix(MARK)?.split_once('\n')?;
        let mut words = line.split(' ');
        let (row, following, checksum) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        let row = ROWS.into_iter().find(|known| *known == row)?;
        (following < MAX_ENTRIES).then_some(Self { row, following, checksum, piece })
    }
}

/// Reads a secret. A secret with missing pieces, or with pieces of another one, counts as none.
pub(super) fn read(vault: &mut dyn Vault, name: &str) -> Result<Option<Secret>, VaultError> {
    let Some(entry) = vault.get(name)? else { return Ok(None) };
    let Some(first) = FirstEntry::read(entry.expose()) else { return Ok(Some(entry)) };
    // Allocated once: a string that grows would leave copies of the secret in memory that are not wiped.
    let mut text = String::with_capacity((first.following + 1) * ENTRY_LIMIT);
    text.push_str(first.piece);
    for number in 1..=first.following {
        let Some(piece) = vault.get(&entry_name(name, first.row, number))? else { break };
        text.push_str(piece.expose());
    }
    let secret = Secret::new(text);
    let is_complete = checksum(&secret) == first.checksum;
    if !is_complete {
        tracing::warn!("a secret in the keyring is incomplete");
    }
    Ok(is_complete.then_some(secret))
}

/// Stores a secret, replacing the former one of that name.
pub(super) fn write(vault: &mut dyn Vault, name: &str, secret: &Secret) -> Result<(), VaultError> {
    if secret.expose().len() <= ENTRY_LIMIT {
        vault.set(name, secret)?;
        remove_unused_or_warn(vault, name, |_| 0);
        return Ok(());
    }
    let former = vault.get(name)?;
    let used = former.as_ref().and_then(|entry| FirstEntry::read(entry.expose())).map(|first| first.row);
    let row = if used == Some(ROWS[0]) { ROWS[1] } else { ROWS[0] };
    let checksum = checksum(secret);
    // The maximum length of the line.
    let line_length = format!("{MARK}{row} {MAX_ENTRIES} {checksum}\n").len();
    let (first, rest) = split(secret.expose(), ENTRY_LIMIT - line_length);
    let mut pieces = Vec::new();
    let mut left = rest;
    while !left.is_empty() {
        let (piece, rest) = split(left, ENTRY_LIMIT);
        pieces.push(piece);
        left = rest;
    }
    if pieces.len() >= MAX_ENTRIES {
        return Err(VaultError::Failed("the secret is too long".to_owned()));
    }
    for (number, piece) in (1..).zip(&pieces) {
        vault.set(&entry_name(name, row, number), &Secret::new((*piece).to_owned()))?;
    }
    let following = pieces.len();
    let mut entry = String::with_capacity(ENTRY_LIMIT);
    entry.extend([MARK, row, " ", &following.to_string(), " ", &checksum, "\n", first]);
    vault.set(name, &Secret::new(entry))?;
    remove_unused_or_warn(vault, name, |any| if any == row { following } else { 0 });
    Ok(())
}

/// Removes a secret with all its entries.
pub(super) fn remove(vault: &mut dyn Vault, name: &str) -> Result<(), VaultError> {
    vault.remove(name)?;
    remove_unused(vault, name, |_| 0)
}

/// Removes all entries with the names of a secret, except for one of each name: the first whose beginning is wanted, and its
/// pieces. The person must have agreed, because another program has made the others.
pub(super) fn keep_one(
    vault: &mut dyn Vault,
    name: &str,
    is_wanted: &dyn Fn(&Secret) -> bool,
) -> Result<(), VaultError> {
    vault.keep_one(name, &|entry| FirstEntry::read(entry.expose()).is_some() || is_wanted(entry))?;
    for (row, number) in ROWS.iter().flat_map(|row| (1..=MAX_ENTRIES).map(move |number| (row, number))) {
        let piece = entry_name(name, row, number);
        if matches!(vault.get(&piece), Err(VaultError::Ambiguous)) {
            vault.keep_one(&piece, &|_| true)?;
        }
    }
    Ok(())
}

/// Removes unused entries after a write. The secret is stored already; entries that cannot be removed are removed by the next
/// write.
fn remove_unused_or_warn(vault: &mut dyn Vault, name: &str, used: impl Fn(&str) -> usize) {
    if let Err(error) = remove_unused(vault, name, used) {
        tracing::warn!(%error, "an unused entry stays in the keyring");
    }
}

/// Removes the entries of both rows, except for the first `used` ones. A row is written from its beginning and removed from its
/// end, so it never has a gap, and no entry after a gap is missed.
fn remove_unused(vault: &mut dyn Vault, name: &str, used: impl Fn(&str) -> usize) -> Result<(), VaultError> {
    for row in ROWS {
        let used = used(row);
        let mut end = used;
        while vault.get(&entry_name(name, row, end + 1))?.is_some() {
            end += 1;
        }
        for number in (used + 1..=end).rev() {
            vault.remove(&entry_name(name, row, number))?;
        }
    }
    Ok(())
}

fn entry_name(name: &str, row: &str, number: usize) -> String {
    format!("{name} {row}{number}")
}

fn checksum(secret: &Secret) -> String {
    Sha256::digest(secret.expose()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Splits after at most `max_bytes`, between two characters.
fn split(text: &str, max_bytes: usize) -> (&str, &str) {
    let mut end = max_bytes.min(text.len());
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

    /// A keyring with the limits of Windows. The process is killed after `changes_left` changes.
    #[derive(Clone, Default)]
    struct SmallVault {
        entries: BTreeMap<String, String>,
        changes_left: Option<usize>,
    }

    impl SmallVault {
        fn change(&mut self) -> Result<(), VaultError> {
            match &mut self.changes_left {
                Some(0) => return Err(VaultError::Failed("killed".into())),
                Some(left) => *left -= 1,
                None => {}
            }
            Ok(())
        }
    }

    impl Vault for SmallVault {
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
        // All of its pieces differ.
        Secret::new((0..).flat_map(|n| format!("{letter}{n}é").chars().collect::<Vec<_>>()).take(bytes).collect())
    }

    fn stored(vault: &mut SmallVault) -> Option<String> {
        read(vault, NAME).unwrap().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_short_secret_is_one_entry_and_a_longer_one_is_split() {
        for (bytes, entries) in [(0, 1), (2560, 1), (2561, 2), (5000, 2), (5121, 3), (70_000, 28)] {
            let mut vault = SmallVault::default();
            let secret = Secret::new("s".repeat(bytes));
            write(&mut vault, NAME, &secret).unwrap();
            assert_eq!(vault.entries.len(), entries, "{bytes}");
            assert_eq!(stored(&mut vault).as_deref(), Some(secret.expose()));
            assert!(entries > 1 || vault.entries[NAME] == secret.expose());
            remove(&mut vault, NAME).unwrap();
            assert_eq!(vault.entries, BTreeMap::new());
        }
        assert!(write(&mut SmallVault::default(), NAME, &Secret::new("s".repeat(100_000))).is_err());
    }

    #[test]
    fn after_a_kill_at_any_point_one_complete_secret_exists_and_no_entry_is_left_for_good() {
        let secrets = [secret('o', 100), secret('p', 4000), secret('q', 9000), secret('r', 6000), secret('s', 2560)];
        for (former, next) in secrets.iter().flat_map(|one| secrets.iter().map(move |other| (one, other))) {
            let mut before = SmallVault::default();
            write(&mut before, NAME, &secret('x', 7000)).unwrap();
            write(&mut before, NAME, former).unwrap();
            let mut seen = Vec::new();
            for changes in 0.. {
                let mut vault = SmallVault { changes_left: Some(changes), ..before.clone() };
                let written = write(&mut vault, NAME, next).is_ok();
                let stopped = vault.changes_left == Some(0);
                let mut vault = SmallVault { changes_left: None, ..vault };
                let found = stored(&mut vault).unwrap();
                assert!(
                    found == former.expose() || found == next.expose(),
                    "neither secret exists after {changes} changes"
                );
                assert!(!written || found == next.expose(), "a successful write is lost after {changes} changes");
                seen.push(found == next.expose());
                // Later writes of any length and the removal work as if nothing had happened.
                for last in [former, next] {
                    write(&mut vault, NAME, last).unwrap();
                    assert_eq!(stored(&mut vault).as_deref(), Some(last.expose()));
                }
                let mut fresh = SmallVault::default();
                write(&mut fresh, NAME, next).unwrap();
                assert_eq!(vault.entries.len(), fresh.entries.len(), "unused entries are left after {changes} changes");
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
    fn after_an_interrupted_removal_no_secret_exists_and_the_removal_can_be_repeated() {
        let mut before = SmallVault::default();
        write(&mut before, NAME, &secret('x', 9000)).unwrap();
        for changes in 1..before.entries.len() {
            let mut vault = SmallVault { changes_left: Some(changes), ..before.clone() };
            assert!(remove(&mut vault, NAME).is_err(), "an incomplete removal is an error");
            vault.changes_left = None;
            assert_eq!(stored(&mut vault), None);
            remove(&mut vault, NAME).unwrap();
            assert_eq!(vault.entries, BTreeMap::new());
        }
    }

    /// A keyring in which another program has copied an entry.
    struct CopiedVault {
        vault: SmallVault,
        copied: Option<String>,
    }

    impl CopiedVault {
        fn check(&self, name: &str) -> Result<(), VaultError> {
            if self.copied.as_deref() == Some(name) { Err(VaultError::Ambiguous) } else { Ok(()) }
        }
    }

    impl Vault for CopiedVault {
        fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
            self.check(name)?;
            self.vault.get(name)
        }

        fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
            self.check(name)?;
            self.vault.set(name, secret)
        }

        fn remove(&mut self, name: &str) -> Result<(), VaultError> {
            self.check(name)?;
            self.vault.remove(name)
        }

        fn keep_one(&mut self, name: &str, is_wanted: &dyn Fn(&Secret) -> bool) -> Result<(), VaultError> {
            self.copied.take_if(|copied| copied == name);
            if self.get(name)?.is_some_and(|secret| is_wanted(&secret)) { Ok(()) } else { self.remove(name) }
        }
    }

    #[test]
    fn a_copy_of_any_entry_of_a_split_secret_can_be_removed_and_the_secret_stays() {
        let mut vault = SmallVault::default();
        let secret = secret('o', 9000);
        write(&mut vault, NAME, &secret).unwrap();
        for copied in vault.entries.keys() {
            let mut vault = CopiedVault { vault: vault.clone(), copied: Some(copied.clone()) };
            assert!(matches!(read(&mut vault, NAME), Err(VaultError::Ambiguous)), "{copied}");
            keep_one(&mut vault, NAME, &|_| false).unwrap();
            assert!(read(&mut vault, NAME).unwrap() == Some(secret.clone()), "{copied}");
        }
    }

    #[test]
    fn pieces_of_different_secrets_count_as_none() {
        let (mut one, mut other) = (SmallVault::default(), SmallVault::default());
        write(&mut one, NAME, &secret('o', 9000)).unwrap();
        write(&mut other, NAME, &secret('p', 9000)).unwrap();
        let pieces: Vec<String> = one.entries.keys().filter(|name| *name != NAME).cloned().collect();
        for piece in pieces {
            let mut mixed = one.clone();
            mixed.entries.insert(piece.clone(), other.entries[&piece].clone());
            assert_eq!(stored(&mut mixed), None);
            mixed.entries.remove(&piece);
            assert_eq!(stored(&mut mixed), None);
        }
    }
}
