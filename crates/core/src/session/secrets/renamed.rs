//! A vault that was moved to another name and still finds the entries under its former name.

use lapel_api::Secret;

use crate::kernel::vault::{Vault, VaultError};

/// Reads entries from both vaults and writes only to the present one. An entry leaves the former vault when it is written or
/// removed, so that no outdated secret stays there.
pub struct RenamedVault {
    present: Box<dyn Vault>,
    former: Box<dyn Vault>,
}

impl RenamedVault {
    /// `former` is the vault that held the entries before.
    pub fn new(present: Box<dyn Vault>, former: Box<dyn Vault>) -> Self {
        Self { present, former }
    }
}

impl Vault for RenamedVault {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        match self.present.get(name)? {
            Some(secret) => Ok(Some(secret)),
            None => self.former.get(name),
        }
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.present.set(name, secret)?;
        // The new secret is stored and takes precedence, so the caller need not know.
        if let Err(error) = self.former.remove(name) {
            tracing::warn!(%error, "an outdated entry stays in the keyring");
        }
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        // The former one first: if only that succeeds, no outdated secret comes back.
        self.former.remove(name)?;
        self.present.remove(name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use std::sync::{Arc, Mutex};

    use super::super::{InMemory, entries};
    use super::*;

    /// A vault that the test can read while the other one uses it.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<InMemory>>);

    impl Vault for Shared {
        fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
            self.0.lock().unwrap().get(name)
        }

        fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
            self.0.lock().unwrap().set(name, secret)
        }

        fn remove(&mut self, name: &str) -> Result<(), VaultError> {
            self.0.lock().unwrap().remove(name)
        }
    }

    fn stored(vault: &mut dyn Vault) -> Option<usize> {
        entries::read(vault, "account").unwrap().map(|secret| secret.expose().len())
    }

    #[test]
    fn an_entry_is_found_under_the_former_name_and_moves_with_the_next_write() {
        for (old, new) in [(100, 200), (100, 9000), (9000, 100), (9000, 7000), (7000, 9000)] {
            let (mut present, mut former) = (Shared::default(), Shared::default());
            entries::write(&mut former, "account", &Secret::new("o".repeat(old))).unwrap();
            let mut both = RenamedVault::new(Box::new(present.clone()), Box::new(former.clone()));
            assert_eq!(stored(&mut both), Some(old));
            entries::write(&mut both, "account", &Secret::new("n".repeat(new))).unwrap();
            assert_eq!([stored(&mut both), stored(&mut present), stored(&mut former)], [Some(new), Some(new), None]);
            for row in ["a", "b"] {
                for number in 1..10 {
                    let piece = format!("account {row}{number}");
                    assert!(former.get(&piece).unwrap().is_none(), "{piece} stays under the former name");
                }
            }
        }
    }

    #[test]
    fn a_removed_entry_does_not_come_back_from_the_former_name() {
        let (present, mut former) = (Shared::default(), Shared::default());
        entries::write(&mut former, "account", &Secret::new("o".repeat(9000))).unwrap();
        let mut both = RenamedVault::new(Box::new(present), Box::new(former.clone()));
        entries::remove(&mut both, "account").unwrap();
        assert_eq!([stored(&mut both), stored(&mut former)], [None, None]);
    }
}
