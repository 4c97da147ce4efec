//! Exports what this computer has about the active account: one archive in the folder for downloads. It needs no
//! network. It never contains a token or a password, because neither the profile nor the store has them.

use std::path::PathBuf;

use lapel_store::{AccountId, EditValue, Store, StoreError};

use super::account_data::AccountData;
use super::data_archive::write_archive;
use super::service::ProfileService;
use crate::kernel::desktop::ask;
use crate::kernel::drafts::PROFILE_FORM;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::messages::{YOUR_DATA, text_in};
use crate::kernel::picture_ids::picture_view;
use crate::views::{DataTexts, SavedFile};

impl ProfileService {
    /// Writes the data of the active account into the folder for downloads. `history` is the file of its role changes.
    pub(crate) async fn export_data(&self, history: Option<Vec<u8>>, texts: DataTexts) -> Result<SavedFile, Failure> {
        let account = self.state.read().active_account()?;
        let (id, now) = (account.id, (self.clock)());
        let data = self.disk.run(move |store| read_data(store, id, now)).await?;
        let data = AccountData { history, ..data };
        let write = move |file: &mut _| write_archive(file, &data, &texts, now);
        let about = text_in(self.state.snapshot().interface_language.as_str(), &YOUR_DATA);
        let (path, ()) = self.downloads.write(format!("{about} {}", account.email), "zip", write).await?;
        let last_part = |path: Option<&std::ffi::OsStr>| path.unwrap_or_default().to_string_lossy().into_owned();
        let folder = last_part(path.parent().and_then(std::path::Path::file_name));
        let saved = SavedFile { name: last_part(path.file_name()), folder };
        *self.exported() = Some(path);
        Ok(saved)
    }

    /// Shows the file that was exported last in the file manager.
    pub(crate) async fn show_exported(&self) -> Result<(), Failure> {
        let file: PathBuf = self.exported().clone().ok_or(Misuse::NothingExported)?;
        ask(&self.desktop, move |desktop| desktop.show_file(&file), Failure::FolderNotShown).await
    }
}

/// Reads everything except the history.
fn read_data(store: &Store, account: AccountId, now: i64) -> Result<AccountData, StoreError> {
    let (profile, edits) = store.profile_and_edits(account)?;
    let draft = store.draft(account, PROFILE_FORM)?;
    let address = profile.as_ref().map(|cached| cached.profile.picture.as_str()).filter(|address| !address.is_empty());
    let picture = match address {
        Some(address) => store.cached_picture(account, &picture_view(account, address).id, now)?,
        None => None,
    };
    let of_edits = edits.iter().filter_map(|edit| match &edit.mine {
        EditValue::LocalPicture(id) => Some(id.clone()),
        EditValue::Text(_) => None,
    });
    let of_draft = draft.as_ref().and_then(|draft| draft.values.local_picture());
    let mut local_pictures = Vec::new();
    for id in of_edits.chain(of_draft.map(str::to_owned)) {
        let is_new = local_pictures.iter().all(|(known, _)| *known != id);
        if let Some(picture) = store.local_picture(account, &id)?.filter(|_| is_new) {
            local_pictures.push((id, picture));
        }
    }
    Ok(AccountData { profile, picture, edits, draft, local_pictures, history: None })
}
