//! Refreshes a whole team from the server. A refresh is called a pass. A pass stores the pages in any order,
//! continues after an interruption, and at its end determines which rows no longer exist. The caller sends the
//! requests.

use lapel_domain::Collaborator;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::collaborators::{RowOrigin, write_collaborator};
use crate::{AccountId, Store, StoreError};

/// An unfinished pass over a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshPass {
    id: i64,
    account: AccountId,
    organization: String,
    /// Page size in rows.
    pub page_size: u32,
    /// The number of pages; `None` before the first response.
    pub pages: Option<u32>,
    /// The number of rows according to the first response; `None` if the server does not report it.
    pub total: Option<u64>,
    /// Whether there is no sign so far that rows were added, removed or unreadable during the pass. If there is, a
    /// row that the pass has not seen may still exist.
    pub clean: bool,
    /// When it started, in milliseconds since 1970.
    pub started_at: i64,
    /// The numbers of the stored pages, sorted.
    pub kept: Vec<u32>,
    /// The lowest page that the server reported as the last one.
    last_page: Option<u32>,
}

impl RefreshPass {
    /// The pages that are still to be read, sorted. While the number of pages is unknown, only the first one.
    pub fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        (1..=self.pages.unwrap_or(1)).filter(|page| self.kept.binary_search(page).is_err())
    }
}

/// A page of a team from the server.
#[derive(Clone, Copy, Debug)]
pub struct TeamPage<'a> {
    /// Page number, from 1.
    pub number: u32,
    /// The number of pages according to the server.
    pub pages: u32,
    /// Whether another page follows; `None` if the server does not report it.
    pub has_next: Option<bool>,
    /// The number of rows of the team; `None` if the server does not report it.
    pub total: Option<u64>,
    /// The readable rows.
    pub rows: &'a [Collaborator],
    /// The number of unreadable rows.
    pub skipped: usize,
    /// When it was requested, in milliseconds since 1970.
    pub asked_at: i64,
}

/// The result of storing a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPage {
    /// The updated pass.
    pub pass: RefreshPass,
    /// Ids of rows of the page that were not stored, because the stored rows are newer.
    pub newer: Vec<String>,
}

/// The result of a finished pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedPass {
    /// Whether the pass found no sign that the team changed in the meantime (see [`RefreshPass::clean`]). If this is
    /// false, the two lists are empty.
    pub clean: bool,
    /// Rows that the pass did not see. The caller looks each one up by its email address, and removes it if the
    /// response does not contain its id.
    pub to_look_up: Vec<UnseenRow>,
    /// Ids of removed rows: rows without an email address that two consecutive clean passes did not see.
    pub removed: Vec<String>,
}

/// A row that a clean pass did not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenRow {
    /// Its id.
    pub id: String,
    /// Its email address.
    pub email: String,
}

impl Store {
    /// Continues the interrupted pass over a team, or starts a new one if there is none or its page size differs.
    /// When called, no request for a page may be in flight. Fails if the organization is not stored.
    pub fn begin_or_resume_pass(
        &self,
        account: AccountId,
        organization: &str,
        page_size: u32,
        now: i64,
    ) -> Result<RefreshPass, StoreError> {
        self.transaction(|transaction| {
            let team = params![account.0, organization];
            // All pages requested from now on are newer than all earlier changes, even if the clock was set back.
            transaction.execute(
                "UPDATE collaborator SET changed_at = NULL
                 WHERE account = ?1 AND organization = ?2 AND changed_at IS NOT NULL",
                team,
            )?;
            transaction.execute(
                "DELETE FROM refresh_pass
                 WHERE account = ?1 AND organization = ?2 AND finished_at IS NULL AND page_size <> ?3",
                params![account.0, organization, page_size],
            )?;
            let unfinished = "account = ?1 AND organization = ?2 AND finished_at IS NULL";
            // Read the last page again: new members may have been added after it.
            transaction.execute(
                &format!(
                    "DELETE FROM refresh_page WHERE (pass, page) IN
                     (SELECT id, last_page FROM refresh_pass WHERE {unfinished})"
                ),
                team,
            )?;
            transaction.execute(&format!("UPDATE refresh_pass SET last_page = NULL WHERE {unfinished}"), team)?;
            if let Some(pass) = read_pass(transaction, unfinished, team)? {
                return Ok(pass);
            }
            transaction.execute(
                "INSERT INTO refresh_pass (account, organization, page_size, clean, started_at) VALUES (?1, ?2, ?3, 1, ?4)",
                params![account.0, organization, page_size, now],
            )?;
            let (id, organization) = (transaction.last_insert_rowid(), organization.to_owned());
            let (pages, total, clean, kept, last_page) = (None, None, true, Vec::new(), None);
            let started_at = now;
            Ok(RefreshPass { id, account, organization, page_size, pages, total, clean, started_at, kept, last_page })
        })
    }

    /// Stores a page. Returns `None` if the pass has ended, for example by sign-out. Rows that this computer changed
    /// after the page was requested are not overwritten. If the power fails, the last pages may be missing again.
    pub fn store_page(&self, pass: &RefreshPass, page: &TeamPage<'_>) -> Result<Option<StoredPage>, StoreError> {
        self.replaceable_transaction(|transaction| {
            let Some(before) = read_unfinished(transaction, pass)? else { return Ok(None) };
            let total = if before.kept.is_empty() { page.total } else { before.total };
            let clean = before.clean && page.skipped == 0 && total.is_some() && page.total == total;
            let (pages, last_page) = update_page_count(&before, page);
            let sql = "UPDATE refresh_pass SET pages = ?2, total = ?3, clean = ?4, last_page = ?5 WHERE id = ?1";
            let values = params![pass.id, pages, total.map(to_sql_integer), clean, last_page];
            transaction.prepare_cached(sql)?.execute(values)?;
            let sql = "INSERT OR IGNORE INTO refresh_page (pass, page) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute(params![pass.id, page.number])?;
            let seen = Some((pass.id, page.number));
            let origin = RowOrigin { seen, changed_at: None, requested_at: page.asked_at };
            let mut newer = Vec::new();
            for row in page.rows {
                if !write_collaborator(transaction, before.account, &before.organization, row, &origin)? {
                    newer.push(row.id.clone());
                }
            }
            Ok(read_unfinished(transaction, pass)?.map(|pass| StoredPage { pass, newer }))
        })
    }

    /// Finishes a pass that has all its pages, and handles the rows that it did not see. Returns `None` if pages are
    /// missing or the pass has ended.
    pub fn finish_pass(&self, pass: &RefreshPass, now: i64) -> Result<Option<FinishedPass>, StoreError> {
        self.transaction(|transaction| {
            let Some(pass) = read_unfinished(transaction, pass)?.filter(|pass| pass.missing().next().is_none()) else {
                return Ok(None);
            };
            let sql = "SELECT count(*) FROM collaborator WHERE account = ?1 AND organization = ?2 AND seen_pass = ?3";
            let pass_key = params![pass.account.0, pass.organization, pass.id];
            let seen: i64 = transaction.query_row(sql, pass_key, |row| row.get(0))?;
            // If the numbers differ, rows moved between pages during the pass, and the pass may have missed one.
            let clean = pass.clean && pass.total.map(to_sql_integer) == Some(seen);
            let sql = "UPDATE refresh_pass SET finished_at = ?2, clean = ?3 WHERE id = ?1";
            transaction.execute(sql, params![pass.id, now, clean])?;
            let sql = "DELETE FROM refresh_pass WHERE account = ?1 AND organization = ?2 AND id <> ?3";
            transaction.execute(sql, pass_key)?;
            if clean {
                handle_unseen_rows(transaction, &pass).map(Some)
            } else {
                Ok(Some(FinishedPass { clean, to_look_up: Vec::new(), removed: Vec::new() }))
            }
        })
    }

    /// When the last pass over a team finished, in milliseconds since 1970; `None` if none has finished.
    pub fn team_as_of(&self, account: AccountId, organization: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT max(finished_at) FROM refresh_pass WHERE account = ?1 AND organization = ?2";
        Ok(self.connection().query_row(sql, params![account.0, organization], |row| row.get(0))?)
    }

    /// The number of rows of a team according to the server when it was last read; `None` if that is not known.
    pub fn expected_rows(&self, account: AccountId, organization: &str) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT total FROM refresh_pass WHERE account = ?1 AND organization = ?2 ORDER BY id DESC LIMIT 1";
        let total = self.connection().query_row(sql, params![account.0, organization], |row| row.get(0)).optional()?;
        Ok(total.flatten().map(i64::cast_unsigned))
    }
}

/// The number of pages after a page was received, and the last page if the server reported it. If the server sends
/// `has_next`, that takes precedence over its number of pages, because some servers count pages wrongly.
fn update_page_count(before: &RefreshPass, page: &TeamPage<'_>) -> (u32, Option<u32>) {
    let reported_last = (page.has_next == Some(false)).then_some(page.number);
    let last_page = before.last_page.into_iter().chain(reported_last).min();
    let known_pages = before.pages.unwrap_or_default().max(page.pages);
    let pages = match (last_page, page.has_next) {
        (Some(last_page), _) => last_page,
        // Pages arrive in any order, so a lower page must not reduce the number that a higher page established.
        (None, Some(_)) => known_pages.max(page.number.saturating_add(1)),
        (None, None) => page.pages,
    };
    (pages, last_page)
}

/// Handles the rows that a clean pass did not see. Rows that this computer changed during the pass exist, even if no
/// page contained them.
fn handle_unseen_rows(transaction: &Transaction<'_>, pass: &RefreshPass) -> Result<FinishedPass, StoreError> {
    let team = params![pass.account.0, pass.organization];
    transaction.execute(
        "UPDATE collaborator SET missed = missed + 1
         WHERE account = ?1 AND organization = ?2 AND seen_pass IS NOT ?3 AND changed_at IS NULL",
        params![pass.account.0, pass.organization, pass.id],
    )?;
    let mut remove = transaction.prepare(
        "DELETE FROM collaborator WHERE account = ?1 AND organization = ?2 AND email = '' AND missed >= 2 RETURNING id",
    )?;
    let removed = remove.query_map(team, |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut unseen = transaction.prepare(
        "SELECT id, email FROM collaborator
         WHERE account = ?1 AND organization = ?2 AND email <> '' AND missed > 0",
    )?;
    let unseen = unseen.query_map(team, |row| Ok(UnseenRow { id: row.get(0)?, email: row.get(1)? }))?;
    Ok(FinishedPass { clean: true, to_look_up: unseen.collect::<Result<_, _>>()?, removed })
}

/// The current state of a pass; `None` if it has ended.
fn read_unfinished(connection: &Connection, pass: &RefreshPass) -> Result<Option<RefreshPass>, StoreError> {
    read_pass(connection, "id = ?1 AND finished_at IS NULL", params![pass.id])
}

/// The pass that matches an SQL condition.
fn read_pass(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Option<RefreshPass>, StoreError> {
    let sql = format!(
        "SELECT id, account, organization, pages, total, clean, started_at, page_size, last_page
         FROM refresh_pass WHERE {condition}"
    );
    let pass = connection.prepare_cached(&sql)?.query_row(values, pass_from_row).optional()?;
    let Some(mut pass) = pass else { return Ok(None) };
    let mut statement = connection.prepare_cached("SELECT page FROM refresh_page WHERE pass = ?1 ORDER BY page")?;
    pass.kept = statement.query_map([pass.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some(pass))
}

fn pass_from_row(row: &Row<'_>) -> rusqlite::Result<RefreshPass> {
    Ok(RefreshPass {
        id: row.get(0)?,
        account: AccountId(row.get(1)?),
        organization: row.get(2)?,
        pages: row.get(3)?,
        total: row.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
        clean: row.get(5)?,
        started_at: row.get(6)?,
        page_size: row.get(7)?,
        last_page: row.get(8)?,
        kept: Vec::new(),
    })
}

/// Saturates, because SQLite integers are signed.
fn to_sql_integer(total: u64) -> i64 {
    i64::try_from(total).unwrap_or(i64::MAX)
}
