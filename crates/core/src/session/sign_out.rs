//! Signing out, and switching between accounts.

use std::time::Duration;

use lapel_store::{Account, Store};
use tokio::task::JoinSet;

use super::connections::entry_name;
use super::service::SessionService;
use super::sign_out_finish::log_out;
use crate::kernel::drafts::load_active_account;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::kernel::state::State;
use crate::views::{SignOutScope, UnsentWork};

/// How long the exit of the app waits for running renewals.
const FINISH_TIMEOUT: Duration = Duration::from_secs(10);

impl SessionService {
    /// Signs out of the active account or of all accounts of this computer, and removes their tokens, caches, pictures, drafts and
    /// edits. The accounts disappear at once; the call then waits up to five seconds for the server.
    ///
    /// Fails with [`Failure::UnsentEdits`] if there are edits or drafts and `discard_unsent` is false; then nothing was done, as
    /// after a [`Failure::Store`] while the account is still shown. Fails with [`Failure::TokenLeft`] if only a keyring entry could
    /// not be removed. The next start removes what is left.
    pub(crate) async fn sign_out(&self, scope: SignOutScope, discard_unsent: bool) -> Result<(), Failure> {
        let accounts = self.accounts_to_sign_out(scope)?;
        let count = self.unsent_work(&accounts).await?.iter().map(UnsentWork::count).sum();
        if count > 0 && !discard_unsent {
            return Err(Failure::UnsentEdits { count });
        }
        // The wish is stored before anything else: whatever is interrupted from here on, the next start finishes it.
        let entries: Vec<_> = accounts.iter().map(|account| (account.id, entry_name(account))).collect();
        let to_store = entries.clone();
        let names = move |store: &Store| store.begin_sign_out(to_store.iter().map(|(id, name)| (*id, name.as_str())));
        self.disk.run(names).await?;
        self.tasks.end_session();
        let open: Vec<_> = accounts.iter().map(|account| self.connections.of(account)).collect();
        // Before the entries are removed: a running renewal must not write them again.
        accounts.iter().for_each(|account| self.connections.close(account));
        self.state.update(State::forget_account);
        let reloaded = self.disk.reload_accounts().await;
        let data_removed = self.remove_signed_out_accounts().await;
        let (mut token_left, mut logouts) = (None, JoinSet::new());
        for ((_, entry), open) in entries.into_iter().zip(open) {
            let removed = self.remove_left_entry(entry.clone(), false).await;
            match (open, removed) {
                (Some((connection, _)), removed) => {
                    token_left = token_left.or(removed.err());
                    logouts.spawn(async move { log_out(&connection).await });
                }
                (None, Ok(Some(tokens))) => self.spawn_logout(entry, &tokens),
                (None, Ok(None)) => {}
                (None, Err(error)) => token_left = token_left.or(Some(error)),
            }
        }
        // Last, because the server may not respond.
        logouts.join_all().await;
        data_removed.and(reloaded)?;
        token_left.map_or(Ok(()), |error| Err(Failure::TokenLeft(error)))
    }

    /// The active account first.
    pub(super) fn accounts_to_sign_out(&self, scope: SignOutScope) -> Result<Vec<Account>, Failure> {
        let state = self.state.read();
        let mut accounts = vec![state.active_account()?];
        if scope == SignOutScope::AllAccounts {
            accounts.extend(state.other_accounts.iter().map(|other| other.account.clone()));
        }
        Ok(accounts)
    }

    /// Shows the sign-in page for another person. The account stays signed in and keeps its data.
    pub(crate) async fn leave_account(&self) -> Result<(), Failure> {
        self.tasks.end_session();
        self.disk.run(|store| store.activate(None)).await?;
        self.state.update(State::forget_account);
        self.disk.reload_accounts().await
    }

    /// Makes another account of this computer the active one and continues its session.
    pub(crate) async fn switch_account(&self, id: i64) -> Result<(), Failure> {
        let account = self.state.read().other_accounts.iter().find(|other| other.account.id.number() == id).cloned();
        let account = account.ok_or(Misuse::NoAccount)?.account;
        self.tasks.end_session();
        let active = account.id;
        self.disk.run(move |store| store.activate(Some(active))).await?;
        self.state.update(|state| {
            state.forget_account();
            if let Err(error) = load_active_account(self.disk.store(), state) {
                tracing::error!(%error, "the account cannot be read");
            }
            state.preferences.last_server = Some(account.server.clone());
        });
        if account.signed_in
            && let Some(service) = self.this.upgrade()
        {
            tokio::spawn(async move { service.resume(&account).await });
        }
        Ok(())
    }

    /// Ends all running work, and waits up to ten seconds for running renewals. Must be called before the process exits: the
    /// server accepts each refresh token once, and a renewed one that is not stored is lost.
    pub(crate) async fn finish(&self) {
        self.tasks.end_session();
        if tokio::time::timeout(FINISH_TIMEOUT, self.connections.finish_renewals()).await.is_err() {
            tracing::warn!("the app exits during a renewal");
        }
    }
}
