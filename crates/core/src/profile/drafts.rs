//! The draft of the profile form: what is typed and not saved.

use super::service::ProfileService;
use crate::kernel::drafts::{PROFILE_FORM, write_draft};
use crate::kernel::error::Failure;
use crate::views::DraftValues;

impl ProfileService {
    /// Stores the draft.
    pub(crate) async fn keep_draft(&self, values: DraftValues) -> Result<(), Failure> {
        let account = self.state.read().account_for_saving()?;
        let draft = write_draft(&values, (self.clock)());
        self.disk.write_user_data(move |store| store.store_draft(account.id, PROFILE_FORM, &draft)).await?;
        self.state.update(|state| state.draft = Some(values));
        Ok(())
    }

    /// Removes the draft.
    pub(crate) async fn drop_draft(&self) -> Result<(), Failure> {
        let account = self.state.read().active_account()?;
        self.disk.run(move |store| store.drop_draft(account.id, PROFILE_FORM)).await?;
        self.state.update(|state| state.draft = None);
        Ok(())
    }
}
