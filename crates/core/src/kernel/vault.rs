//! The interface of a keyring.

use lapel_api::Secret;

/// Why a call to the keyring failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The keyring is locked, and was not unlocked.
    #[error("the keyring is locked")]
    Locked,
    /// This system has no keyring.
    #[error("there is no keyring")]
    Absent,
    /// Several entries have the same name. Only another program makes such entries.
    #[error("several entries of the keyring match")]
    Ambiguous,
    /// The keyring's service runs, but it has no keyring for new entries.
    #[error("the keyring service has no default keyring")]
    NotSetUp,
    /// Any other failure, with the message of the system.
    #[error("the keyring failed: {0}")]
    Failed(String),
}

/// Stores secrets of up to 2560 bytes by name. A call may block until a person has answered a prompt.
pub trait Vault: Send {
    /// The secret of a name; none if there is no such entry. Fails with [`VaultError::Ambiguous`] if several entries have
    /// this name, as the other methods do.
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError>;
    /// Stores a secret, replacing the former one of that name.
    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError>;
    /// Removes a secret. A secret that does not exist counts as removed.
    fn remove(&mut self, name: &str) -> Result<(), VaultError>;
    /// Removes all entries of a name except for the first whose secret is wanted. Entries of other programs may be among them,
    /// so the person must have agreed.
    fn keep_one(&mut self, name: &str, is_wanted: &dyn Fn(&Secret) -> bool) -> Result<(), VaultError> {
        match self.get(name)? {
            Some(secret) if !is_wanted(&secret) => self.remove(name),
            _ => Ok(()),
        }
    }
}
