//! A signed-in account with its connection.

use lapel_api::{Connection, Endpoint};
use lapel_store::Account;
use uuid::Uuid;

/// A signed-in account with its connection. A running task holds a clone, so it never touches another account.
#[derive(Clone)]
pub(crate) struct Session {
    /// Tells this session from a later session of the same account.
    pub(crate) id: Uuid,
    pub(crate) account: Account,
    pub(crate) endpoint: Endpoint,
    pub(crate) connection: Connection,
}

impl Session {
    /// A new session over the connection of an account.
    pub(crate) fn new(account: &Account, connection: Connection) -> Self {
        let endpoint = connection.endpoint().clone();
        Self { id: Uuid::new_v4(), account: account.clone(), endpoint, connection }
    }
}
