//! Mail of the sandbox: nothing leaves this computer, the one who started it reads it here.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// How many mails wait to be read; older ones are dropped.
const CAP: usize = 1000;

/// A mail as far as anyone needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address it goes to.
    pub to: String,
    /// The link in it. Its query holds the `token`, which is good once.
    pub link: String,
}

/// Mails that nobody has read yet, oldest first.
#[derive(Default)]
pub(crate) struct Outbox {
    waiting: Mutex<VecDeque<Mail>>,
    arrived: Notify,
}

impl Outbox {
    pub(crate) fn send(&self, mail: Mail) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == CAP {
            waiting.pop_front();
        }
        waiting.push_back(mail);
        drop(waiting);
        self.arrived.notify_one();
    }

    pub(crate) fn take(&self) -> Vec<Mail> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    /// Waits for the next one, which this takes away.
    pub(crate) async fn next(&self) -> Mail {
        loop {
            let first = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            match first {
                Some(mail) => return mail,
                // A mail that came in between has left its notice.
                None => self.arrived.notified().await,
            }
        }
    }
}
