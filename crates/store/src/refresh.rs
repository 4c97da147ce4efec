//! Reading a whole team anew, page by page in any order, so that an interrupted pass goes on where it was, and which rows
//! are gone when it has come to its end. Who asks the server, and how many pages at once, is decided elsewhere.

use lapel_domain::Collaborator;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::collaborators::{Origin, write_collaborator};
use crate::{AccountId, Store, StoreError};

/// A reading of a whole team, begun and not yet at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshPass {
    id: i64,
    account: AccountId,
    organization: String,
    /// How many rows a page has, by which pages are numbered.
    pub page_size: u32,
    /// How many pages the team has; none before the first one came.
    pub pages: Option<u32>,
    /// How many rows the team had when the first page came; none where the server does not say.
    pub total: Option<u64>,
    /// Whether nothing so far hints that rows were added, removed or unreadable in between: otherwise a row that was not
    /// seen may still be there.
    pub clean: bool,
    /// When it began, in milliseconds since 1970.
    pub started_at: i64,
    /// The pages that it has, in their order.
    pub kept: Vec<u32>,
    /// The first page after which none follows, where the server said so.
    last: Option<u32>,
}

impl RefreshPass {
    /// The pages that are still to be read, in their order; the first one alone while nobody knows how many there are.
    pub fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        (1..=self.pages.unwrap_or(1)).filter(|page| self.kept.binary_search(page).is_err())
    }
}

/// A page of a team as the server answered it.
#[derive(Clone, Copy, Debug)]
pub struct TeamPage<'a> {
    /// Its number, from 1.
    pub number: u32,
    /// How many pages the team has, as the server counts them.
    pub pages: u32,
    /// Whether another page follows; none where the server does not say.
    pub has_next: Option<bool>,
    /// How many rows the team has; none where the server does not say.
    pub total: Option<u64>,
    /// The rows that could be read.
    pub rows: &'a [Collaborator],
    /// How many could not.
    pub skipped: usize,
    /// When it was asked for, in milliseconds since 1970.
    pub asked_at: i64,
}

/// What keeping a page came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPage {
    /// How far the pass is.
    pub pass: RefreshPass,
    /// Ids of rows of the page that are kept newer than the page has them.
    pub newer: Vec<String>,
}

/// How a pass ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedPass {
    /// Whether it saw the team as it was at one time. If not, nothing was removed and nothing is to be looked up.
    pub clean: bool,
    /// Rows that it did not see. Each is looked up by its email address, and removed where the answer does not hold its id.
    pub to_look_up: Vec<UnseenRow>,
    /// Ids of rows that were removed: they have no address to look them up by and two clean passes did not see them.
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
    /// The pass over a team that was begun and interrupted, or a new one. `page_size` is the number of rows on a page: a
    /// pass with pages of another size cannot go on. No page of an earlier call may still be on its way.
    ///
    /// # Errors
    /// Where the database cannot be written, or the organization is not kept.
    pub fn begin_or_resume_pass(
        &self,
        account: AccountId,
        organization: &str,
        page_size: u32,
        now: i64,
    ) -> Result<RefreshPass, StoreError> {
        self.transaction(|transaction| {
            let team = params![account.0, organization];
            // Whatever is asked for from now on is newer than the changes until now, whichever way the clock was set.
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
            // Whoever has joined since comes after the last page, which is read again.
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
            let (pages, total, kept, last, started_at) = (None, None, Vec::new(), None, now);
            Ok(RefreshPass { id, account, organization, page_size, pages, total, clean: true, started_at, kept, last })
        })
    }

    /// Keeps a page; none where the pass is no longer going on, as after sign-out. Rows that this computer changed after the
    /// page was asked for stay as they are.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing of the page was kept.
    pub fn keep_page(&self, pass: &RefreshPass, page: &TeamPage<'_>) -> Result<Option<KeptPage>, StoreError> {
        self.transaction(|transaction| {
            let Some(before) = going_on(transaction, pass)? else { return Ok(None) };
            let total = if before.kept.is_empty() { page.total } else { before.total };
            let clean = before.clean && page.skipped == 0 && total.is_some() && page.total == total;
            let (pages, last) = pages_after(&before, page);
            let sql = "UPDATE refresh_pass SET pages = ?2, total = ?3, clean = ?4, last_page = ?5 WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute(params![pass.id, pages, total.map(saturated), clean, last])?;
            let sql = "INSERT OR IGNORE INTO refresh_page (pass, page) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute(params![pass.id, page.number])?;
            let seen = Some((pass.id, page.number));
            let origin = Origin { seen, changed_at: None, asked_at: page.asked_at };
            let mut newer = Vec::new();
            for row in page.rows {
                if !write_collaborator(transaction, before.account, &before.organization, row, &origin)? {
                    newer.push(row.id.clone());
                }
            }
            Ok(going_on(transaction, pass)?.map(|pass| KeptPage { pass, newer }))
        })
    }

    /// Ends a pass that has all its pages, and answers what became of the rows that it did not see; none where pages are
    /// missing or the pass is no longer going on.
    ///
    /// # Errors
    /// Where the database cannot be written; then the pass is as it was.
    pub fn finish_pass(&self, pass: &RefreshPass, now: i64) -> Result<Option<FinishedPass>, StoreError> {
        self.transaction(|transaction| {
            let Some(pass) = going_on(transaction, pass)?.filter(|pass| pass.missing().next().is_none()) else {
                return Ok(None);
            };
            let count = "SELECT count(*) FROM collaborator WHERE account = ?1 AND organization = ?2 AND seen_pass = ?3";
            let of_pass = params![pass.account.0, pass.organization, pass.id];
            let seen: i64 = transaction.query_row(count, of_pass, |row| row.get(0))?;
            // A row that two pages held has pushed another one out of both.
            let clean = pass.clean && pass.total.map(saturated) == Some(seen);
            let sql = "UPDATE refresh_pass SET finished_at = ?2, clean = ?3 WHERE id = ?1";
            transaction.execute(sql, params![pass.id, now, clean])?;
            let former = "DELETE FROM refresh_pass WHERE account = ?1 AND organization = ?2 AND id <> ?3";
            transaction.execute(former, of_pass)?;
            if clean {
                miss_unseen(transaction, &pass).map(Some)
            } else {
                Ok(Some(FinishedPass { clean, to_look_up: Vec::new(), removed: Vec::new() }))
            }
        })
    }

    /// When the last pass over a team came to its end, in milliseconds since 1970; none where none did.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn team_as_of(&self, account: AccountId, organization: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT max(finished_at) FROM refresh_pass WHERE account = ?1 AND organization = ?2";
        Ok(self.connection().query_row(sql, params![account.0, organization], |row| row.get(0))?)
    }
}

/// How many pages a team has once a page of it came, and which is the last one, where the server said so. Whether another page
/// follows decides where the server says that: not every server counts its pages right.
fn pages_after(before: &RefreshPass, page: &TeamPage<'_>) -> (u32, Option<u32>) {
    let ends_here = (page.has_next == Some(false)).then_some(page.number);
    let last = before.last.into_iter().chain(ends_here).min();
    let known = before.pages.unwrap_or_default().max(page.pages);
    let pages = match (last, page.has_next) {
        (Some(last), _) => last,
        // Pages come in any order: an earlier one must not take back what a later one said.
        (None, Some(_)) => known.max(page.number.saturating_add(1)),
        (None, None) => page.pages,
    };
    (pages, last)
}

/// What becomes of the rows that a clean pass did not see. What this computer changed since it began is there, whatever the
/// pages say.
fn miss_unseen(transaction: &Transaction<'_>, pass: &RefreshPass) -> Result<FinishedPass, StoreError> {
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

/// The pass as it is now, where it still goes on.
fn going_on(connection: &Connection, pass: &RefreshPass) -> Result<Option<RefreshPass>, StoreError> {
    read_pass(connection, "id = ?1 AND finished_at IS NULL", params![pass.id])
}

/// The one pass that a condition names.
fn read_pass(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Option<RefreshPass>, StoreError> {
    let sql = format!(
        "SELECT id, account, organization, pages, total, clean, started_at, page_size, last_page
         FROM refresh_pass WHERE {condition}"
    );
    let pass = connection.prepare_cached(&sql)?.query_row(values, pass).optional()?;
    let Some(mut pass) = pass else { return Ok(None) };
    let mut statement = connection.prepare_cached("SELECT page FROM refresh_page WHERE pass = ?1 ORDER BY page")?;
    pass.kept = statement.query_map([pass.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some(pass))
}

fn pass(row: &Row<'_>) -> rusqlite::Result<RefreshPass> {
    Ok(RefreshPass {
        id: row.get(0)?,
        account: AccountId(row.get(1)?),
        organization: row.get(2)?,
        pages: row.get(3)?,
        total: row.get::<_, Option<i64>>(4)?.map(i64::cast_unsigned),
        clean: row.get(5)?,
        started_at: row.get(6)?,
        page_size: row.get(7)?,
        last: row.get(8)?,
        kept: Vec::new(),
    })
}

/// SQLite has no larger whole numbers.
fn saturated(total: u64) -> i64 {
    i64::try_from(total).unwrap_or(i64::MAX)
}
