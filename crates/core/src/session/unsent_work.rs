//! What a sign-out would lose: edits that the server does not have yet, and values that are typed and not saved.

use lapel_domain::Field;
use lapel_store::{Account, AccountId, Edit, Store, StoreError};

use super::service::SessionService;
use crate::kernel::drafts::{PROFILE_FORM, read_draft};
use crate::kernel::error::Failure;
use crate::views::{DraftValues, SignOutScope, UnsentWork};

impl SessionService {
    /// What a sign-out would lose, for the accounts that would lose something.
    pub(crate) async fn unsent_work_of(&self, scope: SignOutScope) -> Result<Vec<UnsentWork>, Failure> {
        let accounts = self.accounts_to_sign_out(scope)?;
        let work = self.unsent_work(&accounts).await?;
        Ok(work.into_iter().filter(|work| work.count() > 0).collect())
    }

    /// What the accounts would lose, in their order.
    pub(super) async fn unsent_work(&self, accounts: &[Account]) -> Result<Vec<UnsentWork>, Failure> {
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
        // Stored drafts include the typed values of the active account, but the state may be newer.
        let stored = move |store: &Store| {
            let work = |&id| Ok((id, store.draft(id, PROFILE_FORM)?, store.drafts_besides(id, PROFILE_FORM)?));
            ids.iter().map(work).collect::<Result<Vec<_>, StoreError>>()
        };
        let stored = self.disk.run(stored).await?;
        let state = self.state.read();
        let work = stored.into_iter().map(|(id, draft, drafts_about_others)| {
            let (edits, draft) = if state.is_active_account(id) {
                (state.edits.as_slice(), state.draft.clone())
            } else {
                let other = state.other_accounts.iter().find(|other| other.account.id == id);
                (other.map_or(&[][..], |other| &other.edits), draft.map(read_draft))
            };
            unsent_work(id, edits, draft.as_ref(), drafts_about_others)
        });
        Ok(work.collect())
    }
}

/// The unsent work of an account. A field with an edit and a typed value counts once.
fn unsent_work(
    account: AccountId,
    edits: &[Edit],
    draft: Option<&DraftValues>,
    drafts_about_others: usize,
) -> UnsentWork {
    let is_typed = |field: &Field| {
        draft.is_some_and(|draft| match field {
            Field::FirstName => draft.first_name.is_some(),
            Field::LastName => draft.last_name.is_some(),
            Field::Picture => draft.picture.is_some(),
            Field::Language => draft.language.is_some(),
        })
    };
    let is_edited = |field: &Field| edits.iter().any(|edit| edit.field == *field);
    let fields = Field::ALL.into_iter().filter(|field| is_typed(field) || is_edited(field)).map(Into::into).collect();
    let role = draft.is_some_and(|draft| draft.role.is_some());
    UnsentWork { account: account.number(), fields, role, drafts_about_others }
}
