//! The accounts of this computer that are not active, with their cached profiles and edits. They are read when the list of
//! accounts changes, so that a snapshot needs no disk.

use lapel_domain::Profile;
use lapel_store::{Account, AccountId, Edit, Store, StoreError};

use super::shown_profile::shown_picture;

/// An account that is not active.
#[derive(Clone)]
pub(crate) struct OtherAccount {
    pub(crate) account: Account,
    /// The cached profile; none if it cannot be read.
    pub(crate) profile: Option<Profile>,
    pub(crate) edits: Vec<Edit>,
}

impl OtherAccount {
    /// Whether the page shows the account with the picture of this id.
    pub(crate) fn shows_picture(&self, id: &str) -> bool {
        let profile = self.profile.as_ref();
        let picture = profile.and_then(|profile| shown_picture(self.account.id, profile, &self.edits));
        picture.is_some_and(|picture| picture.id == id)
    }
}

/// Reads all accounts except the active one, in the order of their first sign-in.
pub(crate) fn read_other_accounts(store: &Store, active: Option<AccountId>) -> Result<Vec<OtherAccount>, StoreError> {
    let others = store.accounts()?.into_iter().filter(|account| Some(account.id) != active);
    others
        .map(|account| {
            let (cached, edits) = store.profile_and_edits(account.id)?;
            Ok(OtherAccount { account, profile: cached.map(|cached| cached.profile), edits })
        })
        .collect()
}
