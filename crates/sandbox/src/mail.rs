//! The mails of the sandbox. They are not sent: the program that started the sandbox reads them from the outbox.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Maximum number of unread mails. If the outbox is full, a new mail replaces the oldest one.
const MAX_UNREAD: usize = 1000;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The email address of the recipient.
    pub to: String,
    /// The link in the mail. The `token` in its query is valid once.
    pub link: String,
}

/// The unread mails, oldest first.
#[derive(Default)]
pub(crate) struct Outbox {
    unread: Mutex<VecDeque<Mail>>,
    arrived: Notify,
}

impl Outbox {
    pub(crate) fn send(&self, mail: Mail) {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        if unread.len() == MAX_UNREAD {
            unread.pop_front();
        }
        unread.push_back(mail);
        drop(unread);
        self.arrived.notify_one();
    }

    /// The link of the last unread mail to this address whose link has `path`. The mail stays unread.
    pub(crate) fn last_link(&self, to: &str, path: &str) -> Option<String> {
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let (to, start) = (to.to_lowercase(), format!("{path}?"));
        let is_wanted = |mail: &&Mail| mail.to.to_lowercase() == to && mail.link.contains(&start);
        unread.iter().rev().find(is_wanted).map(|mail| mail.link.clone())
    }

    pub(crate) fn take(&self) -> Vec<Mail> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    /// Removes and returns the next mail. Waits if there is none.
    pub(crate) async fn next(&self) -> Mail {
        loop {
            let first = self.unread.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            match first {
                Some(mail) => return mail,
                // If a mail was sent since the check, `notified` returns at once.
                None => self.arrived.notified().await,
            }
        }
    }
}
