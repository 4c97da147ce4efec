//! The organizations of an account as last seen on the server. Their teams are in `collaborators`.

use lapel_domain::Organization;
use rusqlite::{Row, params};

use crate::{AccountId, Store, StoreError};

/// An organization as last seen on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedOrganization {
    /// The organization.
    pub organization: Organization,
    /// When it was read, in milliseconds since 1970 by this computer's clock.
    pub as_of: i64,
}

fn organization(row: &Row<'_>) -> rusqlite::Result<CachedOrganization> {
    let organization = Organization { id: row.get(0)?, name: row.get(1)?, slug: row.get(2)?, picture: row.get(3)? };
    Ok(CachedOrganization { organization, as_of: row.get(4)? })
}

impl Store {
    /// The organizations of an account in the order of the server.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn organizations(&self, account: AccountId) -> Result<Vec<CachedOrganization>, StoreError> {
        let sql = "SELECT id, name, slug, picture, as_of FROM organization WHERE account = ?1 ORDER BY position";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let organizations = statement.query_map([account.0], organization)?;
        Ok(organizations.collect::<Result<_, _>>()?)
    }

    /// Keeps the whole list of organizations in place of the former one. Whatever was kept of the team of one that is no
    /// longer listed is removed; the history of its roles stays.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing was changed.
    pub fn keep_organizations(
        &self,
        account: AccountId,
        organizations: &[Organization],
        now: i64,
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            // Not replaced: that would remove their teams.
            transaction.execute("UPDATE organization SET position = -1 WHERE account = ?1", [account.0])?;
            let sql = "INSERT INTO organization (account, id, position, name, slug, picture, as_of)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                       ON CONFLICT DO UPDATE SET position = ?3, name = ?4, slug = ?5, picture = ?6, as_of = ?7";
            let mut keep = transaction.prepare_cached(sql)?;
            for (position, Organization { id, name, slug, picture }) in (0_i64..).zip(organizations) {
                keep.execute(params![account.0, id, position, name, slug, picture, now])?;
            }
            transaction.execute("DELETE FROM organization WHERE account = ?1 AND position = -1", [account.0])?;
            Ok(())
        })
    }
}
