//! A cache of pictures fetched from servers, as files in a folder next to the database. If the cache is too large,
//! the least recently used pictures are evicted.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{OptionalExtension, params};

use crate::{AccountId, Store, StoreError};

const MAX_CACHE_BYTES: i64 = 200 * 1024 * 1024;

/// A picture from the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedPicture {
    /// Media type, detected from the content.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Reads a picture and updates its time of use. Returns `None` if its file is missing.
    pub fn cached_picture(&self, account: AccountId, id: &str, now: i64) -> Result<Option<CachedPicture>, StoreError> {
        let sql = "SELECT mime FROM cached_picture WHERE id = ?1 AND account = ?2";
        let mime: Option<String> =
            self.connection().query_row(sql, params![id, account.0], |row| row.get(0)).optional()?;
        let (Some(mime), Some(file)) = (mime, self.picture_file(id)) else { return Ok(None) };
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        self.connection().execute("UPDATE cached_picture SET used_at = ?2 WHERE id = ?1", params![id, now])?;
        Ok(Some(CachedPicture { mime, bytes }))
    }

    /// Whether a picture is in the cache. Does not update its time of use.
    pub fn has_cached_picture(&self, account: AccountId, id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM cached_picture WHERE id = ?1 AND account = ?2";
        let row: Option<i64> = self.connection().query_row(sql, params![id, account.0], |row| row.get(0)).optional()?;
        Ok(row.is_some() && self.picture_file(id).is_some_and(|file| file.exists()))
    }

    /// Stores a picture. `id` must be hexadecimal, because it becomes a file name. A store in memory ignores the
    /// call.
    pub fn cache_picture(
        &self,
        account: AccountId,
        id: &str,
        picture: &CachedPicture,
        now: i64,
    ) -> Result<(), StoreError> {
        let Some(file) = self.picture_file(id) else { return Ok(()) };
        // Two threads may fetch the same picture at the same time, so each temporary file needs a unique name.
        static NEXT_PART_NUMBER: AtomicU64 = AtomicU64::new(0);
        let partial = file.with_extension(format!("part{}", NEXT_PART_NUMBER.fetch_add(1, Ordering::Relaxed)));
        let written = fs::File::create(&partial).and_then(|mut file| file.write_all(&picture.bytes));
        let sql =
            "INSERT OR REPLACE INTO cached_picture (id, account, mime, size, used_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let size = i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX);
        // Insert the row before renaming the file: if the account has been removed, the insert fails and no file
        // remains.
        let stored = written.map_err(StoreError::from).and_then(|()| {
            self.connection().execute(sql, params![id, account.0, picture.mime, size, now])?;
            Ok(fs::rename(&partial, &file)?)
        });
        if stored.is_err() {
            fs::remove_file(&partial).ok();
        }
        stored?;
        self.evict_down_to(MAX_CACHE_BYTES)
    }

    /// Adds a file to the cache that the caller has written to [`Store::picture_file`]. Fails if the file is missing.
    pub fn adopt_picture_file(&self, account: AccountId, id: &str, mime: &str, now: i64) -> Result<(), StoreError> {
        let Some(file) = self.picture_file(id) else { return Ok(()) };
        let size = i64::try_from(fs::metadata(file)?.len()).unwrap_or(i64::MAX);
        let sql =
            "INSERT OR REPLACE INTO cached_picture (id, account, mime, size, used_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.connection().execute(sql, params![id, account.0, mime, size, now])?;
        self.evict_down_to(MAX_CACHE_BYTES)
    }

    /// Removes files that are not in the database. An interrupted write or removal leaves such files behind.
    pub fn remove_unlisted_picture_files(&self) -> Result<(), StoreError> {
        let Some(folder) = &self.pictures else { return Ok(()) };
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let id = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let sql = "SELECT 1 FROM cached_picture WHERE id = ?1";
            let known: Option<i64> = self.connection().query_row(sql, [id], |row| row.get(0)).optional()?;
            if known.is_none() {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn evict_down_to(&self, max_bytes: i64) -> Result<(), StoreError> {
        loop {
            let total: i64 =
                self.connection()
                    .query_row("SELECT coalesce(sum(size), 0) FROM cached_picture", [], |row| row.get(0))?;
            if total <= max_bytes {
                return Ok(());
            }
            let sql = "DELETE FROM cached_picture WHERE id = (SELECT id FROM cached_picture ORDER BY used_at LIMIT 1) RETURNING id";
            let oldest: Option<String> = self.connection().query_row(sql, [], |row| row.get(0)).optional()?;
            let Some(oldest) = oldest else { return Ok(()) };
            self.remove_picture_file(&oldest)?;
        }
    }

    pub(crate) fn cached_picture_ids(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT id FROM cached_picture WHERE account = ?1")?;
        let ids = statement.query_map([account.0], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    pub(crate) fn remove_picture_file(&self, id: &str) -> Result<(), StoreError> {
        let Some(file) = self.picture_file(id) else { return Ok(()) };
        match fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The path for the file of a picture, which need not exist; `None` for an invalid id or a store in memory. A
    /// file that is not added to the cache ([`Store::adopt_picture_file`]) is removed at the next start.
    pub fn picture_file(&self, id: &str) -> Option<PathBuf> {
        let is_valid_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
        self.pictures.as_ref().filter(|_| is_valid_id).map(|folder| folder.join(id))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn the_least_recently_used_picture_is_evicted_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        let account = store.sign_in("sandbox", "1", "a@example.com", false).unwrap().id;
        let picture = CachedPicture { mime: "image/png".into(), bytes: vec![7; 100] };
        for (id, now) in [("aa", 1), ("bb", 2), ("cc", 3)] {
            store.cache_picture(account, id, &picture, now).unwrap();
        }
        store.cached_picture(account, "aa", 4).unwrap().unwrap();
        store.evict_down_to(200).unwrap();
        assert!(store.has_cached_picture(account, "aa").unwrap(), "used most recently");
        assert!(!store.has_cached_picture(account, "bb").unwrap(), "used least recently");
        assert!(!folder.path().join("pictures/bb").exists());
    }

    #[test]
    fn storing_a_picture_of_a_removed_account_leaves_no_file_and_stray_files_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        let account = store.sign_in("sandbox", "1", "a@example.com", false).unwrap().id;
        let picture = CachedPicture { mime: "image/png".into(), bytes: vec![7; 100] };
        store.remove_account(account).unwrap();
        store.cache_picture(account, "aa", &picture, 1).unwrap_err();
        let files = || fs::read_dir(folder.path().join("pictures")).unwrap().count();
        assert_eq!(files(), 0);
        fs::write(folder.path().join("pictures/bb.part0"), "left by a crash").unwrap();
        store.remove_unlisted_picture_files().unwrap();
        assert_eq!(files(), 0);
    }

    #[test]
    fn an_id_never_points_outside_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        for id in ["../lapel", "", "a/b", "..", "é"] {
            assert_eq!(store.picture_file(id), None, "{id:?}");
        }
    }
}
