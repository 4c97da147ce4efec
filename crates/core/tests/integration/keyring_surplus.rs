//! A keyring in which another program has made a second entry with the same name, and one that was never set up.

use std::sync::{Arc, Mutex};

use crate::common::{OWNER, PASSWORD, TestApp};
use lapel_api::Secret;
use lapel_core::views::{ErrorCode, SessionState, SignOutScope, SyncState, TokenKeeping};
use lapel_core::{Vault, VaultError};

/// A keyring whose names are not unique.
#[derive(Clone, Default)]
struct Entries(Arc<Mutex<Vec<(String, Secret)>>>);

impl Entries {
    fn add(&self, name: &str, secret: Secret) {
        self.0.lock().unwrap().push((name.to_owned(), secret));
    }

    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn of(&self, name: &str) -> Vec<Secret> {
        self.0.lock().unwrap().iter().filter(|entry| entry.0 == name).map(|entry| entry.1.clone()).collect()
    }
}

impl Vault for Entries {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        let mut found = self.of(name);
        if found.len() > 1 { Err(VaultError::Ambiguous) } else { Ok(found.pop()) }
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.remove(name)?;
        self.add(name, secret.clone());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        self.get(name)?;
        self.0.lock().unwrap().retain(|entry| entry.0 != name);
        Ok(())
    }

    fn keep_one(&mut self, name: &str, is_wanted: &dyn Fn(&Secret) -> bool) -> Result<(), VaultError> {
        let kept = self.of(name).into_iter().find(is_wanted);
        self.0.lock().unwrap().retain(|entry| entry.0 != name);
        if let Some(secret) = kept {
            self.add(name, secret);
        }
        Ok(())
    }
}

/// A signed-in app over such a keyring, and the name of its entry.
async fn signed_in() -> (TestApp, Entries, String) {
    let mut test = TestApp::signed_in(OWNER).await;
    let entries = Entries::default();
    let (name, secret) = test.vault.entries.lock().unwrap().drain().next().unwrap();
    entries.add(&name, Secret::new(secret));
    restart(&mut test, &entries).await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    (test, entries, name)
}

async fn restart(test: &mut TestApp, entries: &Entries) {
    test.restart_with(|config| config.vault = Box::new(entries.clone())).await;
    test.app.start().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_entries_are_reported_as_such_and_after_consent_the_session_of_lapel_continues() {
    let (mut test, entries, name) = signed_in().await;
    let tokens = entries.of(&name).remove(0);
    entries.0.lock().unwrap().insert(0, (name.clone(), Secret::new("of another program".into())));
    restart(&mut test, &entries).await;
    assert_eq!(test.app.snapshot().session, SessionState::KeyringAmbiguous);
    assert_eq!(test.app.retry_keyring().await.unwrap_err().code, ErrorCode::KeyringAmbiguous);
    assert_eq!(entries.count(), 2, "nothing is removed without consent");
    test.app.remove_surplus_entries().await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert!(entries.of(&name) == [tokens]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sign_in_over_two_entries_the_tokens_are_stored_as_soon_as_the_user_agrees() {
    let (mut test, entries, name) = signed_in().await;
    entries.add(&name, entries.of(&name).remove(0));
    restart(&mut test, &entries).await;
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    assert_eq!(test.app.snapshot().token_keeping, TokenKeeping::MemoryAmbiguous);
    assert_eq!(entries.count(), 2, "nothing is removed without consent");
    test.app.remove_surplus_entries().await.unwrap();
    assert_eq!((test.app.snapshot().token_keeping, entries.count()), (TokenKeeping::Keyring, 1));
    // The stored tokens are those of the latest sign-in.
    restart(&mut test, &entries).await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_removes_two_entries_only_after_consent() {
    let (mut test, entries, name) = signed_in().await;
    entries.add(&name, Secret::new("of another program".into()));
    assert_eq!(test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap_err().code, ErrorCode::TokenAmbiguous);
    assert_eq!((test.app.snapshot().session, entries.count()), (SessionState::SignedOut, 2));
    restart(&mut test, &entries).await;
    assert_eq!(entries.count(), 2, "a start does not remove them, either");
    test.app.remove_surplus_entries().await.unwrap();
    assert_eq!(entries.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_is_not_set_up_has_its_own_state_and_is_used_once_it_exists() {
    let test = TestApp::new().await;
    *test.vault.failure.lock().unwrap() = Some(VaultError::NotSetUp);
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    assert_eq!(test.app.snapshot().token_keeping, TokenKeeping::MemoryNotSetUp);
    assert_eq!(test.app.retry_keyring().await.unwrap_err().code, ErrorCode::KeyringNotSetUp);
    *test.vault.failure.lock().unwrap() = None;
    test.app.retry_keyring().await.unwrap();
    assert_eq!(test.app.snapshot().token_keeping, TokenKeeping::Keyring);
    assert_eq!(test.vault.entries.lock().unwrap().len(), 1);
}
