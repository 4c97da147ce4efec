//! Opaque ids of pictures. The page knows pictures by id only, and can ask only for those that it was shown.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lapel_store::AccountId;
use lru::LruCache;
use sha2::{Digest, Sha256};

use crate::views::PictureView;

/// How many addresses are remembered; far more than one window shows at once.
const MAX_ADDRESSES: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// The picture at an address, as the page sees it. The id depends on the account and the address only, so it stays the same
/// after a restart.
pub(crate) fn picture_view(account: AccountId, address: &str) -> PictureView {
    let digest = Sha256::digest(format!("{} {address}", account.number()));
    let id: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    PictureView { id, url: address.starts_with("https://").then(|| address.to_owned()) }
}

/// The addresses of shown pictures that are not part of the state, by id: those of team rows and previews. The least recently
/// used one is forgotten first.
pub(crate) struct PictureAddresses(Mutex<LruCache<String, String>>);

impl Default for PictureAddresses {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(MAX_ADDRESSES)))
    }
}

impl PictureAddresses {
    /// The picture at an address. The page may ask for it from now on.
    pub(crate) fn view(&self, account: AccountId, address: &str) -> PictureView {
        let view = picture_view(account, address);
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.get(&view.id).is_none() {
            addresses.put(view.id.clone(), address.to_owned());
        }
        view
    }

    /// The address behind an id.
    pub(crate) fn address(&self, id: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use lapel_store::Store;

    use super::*;

    #[test]
    fn beyond_the_limit_only_the_least_recently_used_address_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let account = Store::open(folder.path(), 0).store.sign_in("sandbox", "1", "a@example.com", false).unwrap().id;
        let addresses = PictureAddresses::default();
        let ids: Vec<String> =
            (0..=MAX_ADDRESSES.get()).map(|number| addresses.view(account, &format!("/{number}")).id).collect();
        assert_eq!(addresses.address(&ids[0]), None);
        assert_eq!(addresses.address(&ids[1]).as_deref(), Some("/1"));
        assert_eq!(addresses.address(&ids[MAX_ADDRESSES.get()]), Some(format!("/{MAX_ADDRESSES}")));
    }
}
