//! What this computer has about an account, as the export writes it.

use lapel_store::{CachedPicture, CachedProfile, Draft, Edit, LocalPicture};

/// The data of an account.
pub(super) struct AccountData {
    pub(super) profile: Option<CachedProfile>,
    /// The picture of the profile; none if it is not in the cache.
    pub(super) picture: Option<CachedPicture>,
    pub(super) edits: Vec<Edit>,
    pub(super) draft: Option<Draft>,
    /// The pictures of edits and of the draft that are on this computer, with their ids.
    pub(super) local_pictures: Vec<(String, LocalPicture)>,
    /// The file of role changes made from this computer; none if there are none.
    pub(super) history: Option<Vec<u8>>,
}
