//! The start of the page: its boot data, and a page kept from an earlier start, which is shown until the page's code has loaded.

use lapel_store::{AccountId, Store, StoreError};
use sha2::{Digest, Sha256};

use super::App;
use crate::kernel::drafts::load_active_account;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::state::State;
use crate::team::MAX_LIST_BYTES;
use crate::views::snapshot_view::snapshot_view;
use crate::views::{AppError, Boot, Limits, Snapshot};

/// Maximum length of a kept page, in bytes. Usual pages have 20 kB.
const MAX_PAGE_BYTES: usize = 500_000;

impl App {
    /// What the page needs before its first line of code runs.
    pub fn boot(&self, picture_origin: &str, version: &str) -> Boot {
        let snapshot = self.snapshot();
        // A start without a kept page is only slower.
        let first_page = self.kept_page(&snapshot).unwrap_or_else(|error| {
            tracing::warn!(%error, "the first page cannot be read");
            None
        });
        Boot {
            snapshot,
            first_page,
            servers: self.services.offers.clone(),
            picture_origin: picture_origin.to_owned(),
            data_folder: self.services.data_folder.clone(),
            version: version.to_owned(),
            languages: lapel_domain::LANGUAGES.iter().map(|&tag| tag.to_owned()).collect(),
            limits: Limits {
                name_length: u32::try_from(lapel_domain::MAX_NAME_LENGTH).unwrap_or(u32::MAX),
                picture_bytes: u32::try_from(lapel_picture::MAX_INPUT_BYTES).unwrap_or(u32::MAX),
                picture_side: lapel_picture::SIDE,
                list_bytes: u32::try_from(MAX_LIST_BYTES).unwrap_or(u32::MAX),
            },
        }
    }

    /// The kept page, if it shows the same data.
    fn kept_page(&self, snapshot: &Snapshot) -> Result<Option<String>, StoreError> {
        let Some(account) = self.active_account() else { return Ok(None) };
        self.services.disk.store().first_page(account, &self.key_of(snapshot))
    }

    /// Keeps the page of an account for the next start, which shows it if it has the data that are stored now. A page
    /// that was taken right after the start is exact and replaces every other one.
    ///
    /// Fails with [`crate::views::ErrorCode::Internal`] if it is too long, or with the errors of the disk.
    pub async fn keep_first_page(&self, account: i64, page: String, exact: bool) -> Result<(), AppError> {
        // The account may have been left in the meantime.
        let Some(account) = self.active_account().filter(|active| active.number() == account) else { return Ok(()) };
        if page.len() > MAX_PAGE_BYTES {
            return Err(Failure::from(Misuse::LongPage).into());
        }
        let state = self.services.state.read().at_next_start();
        let app = self.clone();
        let keep = move |store: &Store| {
            let key = app.key_of(&next_snapshot(store, state)?);
            if exact || store.first_page(account, &key)?.is_none() {
                store.store_first_page(account, &key, &page)?;
            }
            Ok(())
        };
        Ok(self.services.disk.run(keep).await?)
    }

    fn active_account(&self) -> Option<AccountId> {
        self.services.state.read().account.as_ref().map(|account| account.id)
    }

    /// Stands for everything that can be seen on the first page, and for the page's code, whose styles the kept page needs. Not
    /// what it does not show: the time of the last read, which each start has anew, and the server of the last sign-in.
    fn key_of(&self, snapshot: &Snapshot) -> String {
        let mut seen = snapshot.clone();
        seen.revision = 0;
        seen.sync.as_of = None;
        seen.preferences.last_server = None;
        // Every snapshot has a JSON form. Without one, the page is not found.
        let seen = serde_json::to_vec(&(&self.services.page_build, seen)).unwrap_or_default();
        Sha256::digest(seen).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The first snapshot of the next start.
fn next_snapshot(store: &Store, mut state: State) -> Result<Snapshot, StoreError> {
    load_active_account(store, &mut state)?;
    Ok(snapshot_view(&state))
}
