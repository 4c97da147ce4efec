//! The team of an organization as last seen on the server. How it is brought up to date page by page is in `refresh`; order
//! and search are the caller's, who has all rows at once.

use std::collections::HashMap;

use lapel_domain::{Collaborator, TeamRole, Timestamp, UserRole};
use rusqlite::{Connection, Row, params};

use crate::{AccountId, Store, StoreError};

/// A row of a team as last seen on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedCollaborator {
    /// The row.
    pub collaborator: Collaborator,
    /// [`Collaborator::search_text`], made when the row was kept.
    pub search_text: String,
    /// The page that held it in the last pass over the team; none where that did not see it.
    pub seen: Option<SeenOn>,
}

/// A page that held a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenOn {
    /// Its number, from 1.
    pub page: u32,
    /// How many rows a page has, by which pages are numbered.
    pub rows: u32,
}

/// Where and when a row came from.
pub(crate) struct Origin {
    /// The pass and its page; none for the answer to a change.
    pub(crate) seen: Option<(i64, u32)>,
    /// When this computer changed it.
    pub(crate) changed_at: Option<i64>,
    /// Rows that this computer changed at this time or later are newer and stay, in milliseconds since 1970.
    pub(crate) asked_at: i64,
}

/// Writes a row; one that is newer stays, and counts as seen. Whether it was written.
pub(crate) fn write_collaborator(
    connection: &Connection,
    account: AccountId,
    organization: &str,
    row: &Collaborator,
    origin: &Origin,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO collaborator (account, organization, id, user_id, email, first_name, last_name, picture, team_role,
                                         user_role, sso, tags, pending, created_at, updated_at, search, seen_pass, page,
                                         changed_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
               ON CONFLICT DO UPDATE SET
                   user_id = ?4, email = ?5, first_name = ?6, last_name = ?7, picture = ?8, team_role = ?9, user_role = ?10,
                   sso = ?11, tags = ?12, pending = ?13, created_at = ?14, updated_at = ?15, search = ?16,
                   seen_pass = coalesce(?17, seen_pass), page = coalesce(?18, page), missed = 0, changed_at = ?19
               WHERE changed_at IS NULL OR changed_at < ?20";
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
        row.search_text(),
        pass,
        page,
        origin.changed_at,
        origin.asked_at,
    ])?;
    if written == 0 {
        let sql = "UPDATE collaborator SET seen_pass = ?4, page = ?5, missed = 0
                   WHERE account = ?1 AND organization = ?2 AND id = ?3";
        connection.prepare_cached(sql)?.execute(params![account.0, organization, row.id, pass, page])?;
    }
    Ok(written > 0)
}

/// `page_sizes` holds how many rows a page of each pass has.
fn collaborator(
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
        // Written by this program alone; a list that it cannot read is worth no row. Most have none.
        tags: if tags == "[]" { Vec::new() } else { serde_json::from_str(tags).unwrap_or_default() },
        pending: row.get(10)?,
        created_at: row.get_ref(11)?.as_str_or_null()?.map(Timestamp::new),
        updated_at: row.get_ref(12)?.as_str_or_null()?.map(Timestamp::new),
    };
    let (page, pass): (Option<u32>, Option<i64>) = (row.get(14)?, row.get(15)?);
    let rows = pass.and_then(|pass| page_sizes.get(&pass).copied());
    let seen = page.zip(rows).map(|(page, rows)| SeenOn { page, rows });
    Ok(CachedCollaborator { collaborator, search_text: row.get(13)?, seen })
}

impl Store {
    /// The whole team of an organization, in no order that means anything.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn collaborators(&self, account: AccountId, organization: &str) -> Result<Vec<CachedCollaborator>, StoreError> {
        let sql = "SELECT id, user_id, email, first_name, last_name, picture, team_role, user_role, sso, tags, pending,
                          created_at, updated_at, search, page, seen_pass
                   FROM collaborator WHERE account = ?1 AND organization = ?2";
        let connection = self.connection();
        let sizes = "SELECT id, page_size FROM refresh_pass WHERE account = ?1 AND organization = ?2";
        let mut sizes = connection.prepare_cached(sizes)?;
        let sizes = sizes.query_map(params![account.0, organization], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sizes = sizes.collect::<Result<HashMap<i64, u32>, _>>()?;
        let mut statement = connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| collaborator(row, organization, &sizes);
        let rows = statement.query_map(params![account.0, organization], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps a row that the server answered by itself: after a change, or when it was looked up. `now` in milliseconds
    /// since 1970; no page that was asked for before it overwrites the row.
    ///
    /// # Errors
    /// Where the database cannot be written, or the organization is no longer kept.
    pub fn put_collaborator(
        &self,
        account: AccountId,
        organization: &str,
        row: &Collaborator,
        now: i64,
    ) -> Result<(), StoreError> {
        let origin = Origin { seen: None, changed_at: Some(now), asked_at: i64::MAX };
        write_collaborator(&self.connection(), account, organization, row, &origin).map(drop)
    }

    /// Removes a row that the server no longer has.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn remove_collaborator(&self, account: AccountId, organization: &str, id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM collaborator WHERE account = ?1 AND organization = ?2 AND id = ?3";
        self.connection().execute(sql, params![account.0, organization, id])?;
        Ok(())
    }
}
