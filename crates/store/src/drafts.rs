//! Drafts: values typed into a form and not saved yet.

use rusqlite::{OptionalExtension, params};

use crate::documents::{Document, DraftDocument};
use crate::{AccountId, Store, StoreError};

/// The typed values of one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The values.
    pub values: DraftDocument,
    /// When the draft was stored, in milliseconds since 1970.
    pub saved_at: i64,
}

impl Store {
    /// The draft of a form. If it cannot be read, it stays in the database, the error is logged, and the result is
    /// `None`.
    pub fn draft(&self, account: AccountId, form: &str) -> Result<Option<Draft>, StoreError> {
        let sql = "SELECT document, saved_at FROM draft WHERE account = ?1 AND form = ?2";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?));
        let row = self.connection().prepare_cached(sql)?.query_row(params![account.0, form], read).optional()?;
        Ok(row.and_then(|(document, saved_at)| match DraftDocument::from_json(&document) {
            Ok(values) => Some(Draft { values, saved_at }),
            Err(error) => {
                tracing::warn!(%error, "a draft cannot be read");
                None
            }
        }))
    }

    /// Stores the draft of a form, replacing the previous one.
    pub fn store_draft(&self, account: AccountId, form: &str, draft: &Draft) -> Result<(), StoreError> {
        let sql = "INSERT INTO draft (account, form, document, held, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (account, form) DO UPDATE SET document = ?3, held = ?4, saved_at = ?5";
        // The column `held` also contains the id of the local picture, because startup removes local pictures whose
        // id is in no such column.
        let picture = draft.values.local_picture();
        let document = draft.values.to_json()?;
        self.connection().prepare_cached(sql)?.execute(params![account.0, form, document, picture, draft.saved_at])?;
        Ok(())
    }

    /// The number of drafts of forms other than `form`.
    pub fn drafts_besides(&self, account: AccountId, form: &str) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM draft WHERE account = ?1 AND form <> ?2";
        let count: u32 =
            self.connection().prepare_cached(sql)?.query_row(params![account.0, form], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Deletes the draft of a form.
    pub fn drop_draft(&self, account: AccountId, form: &str) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM draft WHERE account = ?1 AND form = ?2")?
            .execute(params![account.0, form])?;
        Ok(())
    }
}
