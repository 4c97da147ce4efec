//! Secrets in memory, for a system without a keyring. They are lost when the process ends.

use std::collections::HashMap;

use lapel_api::Secret;

use crate::kernel::vault::{Vault, VaultError};

/// A vault in memory.
#[derive(Default)]
pub struct InMemory {
    secrets: HashMap<String, Secret>,
}

impl Vault for InMemory {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.secrets.get(name).cloned())
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.secrets.insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        self.secrets.remove(name);
        Ok(())
    }
}
