//! The interface of a keyring.

use lapel_api::Secret;

/// Why the keyring did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// There, but closed, and nobody opened it.
    #[error("the keyring is locked")]
    Locked,
    /// This system runs none.
    #[error("there is no keyring")]
    Absent,
    /// Anything else, in the words of the system.
    #[error("the keyring failed: {0}")]
    Failed(String),
}

/// A place for secrets of up to 2560 bytes by name. Calls may block for as long as a person needs to answer a prompt.
pub trait Vault: Send {
    /// The secret of that name; none where there is no such entry.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError>;
    /// Keeps a secret in place of the former one of that name.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError>;
    /// Removes a secret; one that is not there counts as removed.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn remove(&mut self, name: &str) -> Result<(), VaultError>;
}
