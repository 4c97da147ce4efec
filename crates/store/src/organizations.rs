//! The organizations of an account as last read from the server. Their teams are in `collaborators`.

use lapel_domain::Organization;
use rusqlite::{Row, params};

use crate::{AccountId, Store, StoreError};

/// An organization as last read from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedOrganization {
    /// The organization.
    pub organization: Organization,
    /// When it was read, in milliseconds since 1970 by this computer's clock.
    pub as_of: i64,
}

fn organization_from_row(row: &Row<'_>) -> rusqlite::Result<CachedOrganization> {
    let organization = Organization { id: row.get(0)?, name: row.get(1)?, slug: row.get(2)?, picture: row.get(3)? };
    Ok(CachedOrganization { organization, as_of: row.get(4)? })
}

impl Store {
    /// The organizations of an account, in the server's order.
    pub fn organizations(&self, account: AccountId) -> Result<Vec<CachedOrganization>, StoreError> {
        let sql = "SELECT id, name, slug, picture, as_of FROM organization WHERE account = ?1 ORDER BY position";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql)?;
        let organizations = statement.query_map([account.0], organization_from_row)?;
        Ok(organizations.collect::<Result<_, _>>()?)
    }

    /// Replaces the list of organizations. The team of an organization that is no longer listed is removed, but its
    /// role history stays.
    pub fn store_organizations(
        &self,
        account: AccountId,
        organizations: &[Organization],
        now: i64,
    ) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            // Update the rows instead of replacing them, because deleting a row also deletes its team.
            transaction.execute("UPDATE organization SET position = -1 WHERE account = ?1", [account.0])?;
            let sql = "INSERT INTO organization (account, id, position, name, slug, picture, as_of)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                       ON CONFLICT DO UPDATE SET position = ?3, name = ?4, slug = ?5, picture = ?6, as_of = ?7";
            let mut upsert = transaction.prepare_cached(sql)?;
            for (position, Organization { id, name, slug, picture }) in (0_i64..).zip(organizations) {
                upsert.execute(params![account.0, id, position, name, slug, picture, now])?;
            }
            transaction.execute("DELETE FROM organization WHERE account = ?1 AND position = -1", [account.0])?;
            Ok(())
        })
    }
}
