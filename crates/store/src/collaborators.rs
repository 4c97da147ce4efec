//! The team of an organization as last read from the server. Module `refresh` updates it page by page. Callers read
//! all rows at once, and sort and search them in memory.

use std::collections::HashMap;

use lapel_domain::{Collaborator, TeamRole, Timestamp, UserRole};
use rusqlite::{Connection, Row, params};

use crate::{AccountId, Store, StoreError};

/// A row of a team as last read from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedCollaborator {
    /// The row.
    pub collaborator: Collaborator,
    /// The page that last contained the row; `None` if neither the last finished pass over the team nor the current one
    /// has seen it.
    pub seen: Option<SeenOn>,
}

/// The page that contained a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenOn {
    /// Page number, from 1.
    pub page: u32,
    /// Page size in rows, which the page number depends on.
    pub rows: u32,
}

/// Where a row comes from. Times are in milliseconds since 1970.
pub(crate) struct RowOrigin {
    /// Pass id and page number; `None` for a row from the response to a change or lookup.
    pub(crate) seen: Option<(i64, u32)>,
    /// When this computer changed or looked up the row.
    pub(crate) changed_at: Option<i64>,
    /// When the row was requested. Rows that this computer changed at this time or later are not overwritten.
    pub(crate) requested_at: i64,
}

/// Writes a row unless the stored row is newer; a newer row is only marked as seen. Returns whether it wrote the row.
pub(crate) fn write_collaborator(
    connection: &Connection,
    account: AccountId,
    organization: &str,
    row: &Collaborator,
    origin: &RowOrigin,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO collaborator (account, organization, id, user_id, email, first_name, last_name, picture, team_role,
                                         user_role, sso, tags, pending, created_at, updated_at, seen_pass, page, changed_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
               ON CONFLICT DO UPDATE SET
                   user_id = ?4, email = ?5, first_name = ?6, last_name = ?7, picture = ?8, team_role = ?9, user_role = ?10,
                   sso = ?11, tags = ?12, pending = ?13, created_at = ?14, updated_at = ?15,
                   seen_pass = coalesce(?16, seen_pass), page = coalesce(?17, page), missed = 0, changed_at = ?18
               WHERE changed_at IS NULL OR changed_at < ?19";
    let (pass, page) = origin.seen.unzip();
    let written = connection.prepare_cached(sql)?.execute(params![
        account.0,
        organization,
        row.id,
        row.user_id,
        row.email,
        row.first_name,
        row.last_name,
        row.picture,
        row.team_role.as_str(),
        row.user_role.as_ref().map(UserRole::as_str),
        row.sso,
        serde_json::to_string(&row.tags)?,
        row.pending,
        row.created_at.as_ref().map(Timestamp::as_str),
        row.updated_at.as_ref().map(Timestamp::as_str),
        pass,
        page,
        origin.changed_at,
        origin.requested_at,
    ])?;
    if written == 0 {
        let sql = "UPDATE collaborator SET seen_pass = ?4, page = ?5, missed = 0
                   WHERE account = ?1 AND organization = ?2 AND id = ?3";
        connection.prepare_cached(sql)?.execute(params![account.0, organization, row.id, pass, page])?;
    }
    Ok(written > 0)
}

/// `page_sizes` contains the page size of each pass.
fn collaborator_from_row(
    row: &Row<'_>,
    organization: &str,
    page_sizes: &HashMap<i64, u32>,
) -> rusqlite::Result<CachedCollaborator> {
    let tags = row.get_ref(9)?.as_str()?;
    let collaborator = Collaborator {
        id: row.get(0)?,
        organization: organization.to_owned(),
        user_id: row.get(1)?,
        email: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        picture: row.get(5)?,
        team_role: TeamRole::from(row.get_ref(6)?.as_str()?),
        user_role: row.get_ref(7)?.as_str_or_null()?.map(UserRole::from),
        sso: row.get(8)?,
        // Most rows have no tags, so the parser is skipped for them. An unreadable list must not make the row
        // unreadable.
        tags: if tags == "[]" { Vec::new() } else { serde_json::from_str(tags).unwrap_or_default() },
        pending: row.get(10)?,
        created_at: row.get_ref(11)?.as_str_or_null()?.map(Timestamp::new),
        updated_at: row.get_ref(12)?.as_str_or_null()?.map(Timestamp::new),
    };
    let (page, pass): (Option<u32>, Option<i64>) = (row.get(13)?, row.get(14)?);
    let rows = pass.and_then(|pass| page_sizes.get(&pass).copied());
    let seen = page.zip(rows).map(|(page, rows)| SeenOn { page, rows });
    Ok(CachedCollaborator { collaborator, seen })
}

impl Store {
    /// Passes each row of the team of an organization to `each`, in no particular order. `each` must not use the store, which
    /// waits until all rows are read.
    pub fn read_collaborators(
        &self,
        account: AccountId,
        organization: &str,
        mut each: impl FnMut(CachedCollaborator),
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, user_id, email, first_name, last_name, picture, team_role, user_role, sso, tags, pending,
                          created_at, updated_at, page, seen_pass
                   FROM collaborator WHERE account = ?1 AND organization = ?2";
        let connection = self.connection();
        let page_sizes_sql = "SELECT id, page_size FROM refresh_pass WHERE account = ?1 AND organization = ?2";
        let mut statement = connection.prepare_cached(page_sizes_sql)?;
        let page_sizes = statement.query_map(params![account.0, organization], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let page_sizes = page_sizes.collect::<Result<HashMap<i64, u32>, _>>()?;
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![account.0, organization])?;
        while let Some(row) = rows.next()? {
            each(collaborator_from_row(row, organization, &page_sizes)?);
        }
        Ok(())
    }

    /// Stores a single row from the response to a change or a lookup. A page that was requested at or before `now`
    /// does not overwrite it. Fails if the organization is no longer stored.
    pub fn put_collaborator(
        &self,
        account: AccountId,
        organization: &str,
        row: &Collaborator,
        now: i64,
    ) -> Result<(), StoreError> {
        let origin = RowOrigin { seen: None, changed_at: Some(now), requested_at: i64::MAX };
        write_collaborator(&self.connection(), account, organization, row, &origin).map(drop)
    }

    /// Removes a row that the server no longer has.
    pub fn remove_collaborator(&self, account: AccountId, organization: &str, id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM collaborator WHERE account = ?1 AND organization = ?2 AND id = ?3";
        self.connection().execute(sql, params![account.0, organization, id])?;
        Ok(())
    }
}
