//! Work that ends with the session.

use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::error::Failure;
use super::error_reasons::Cancellation;

/// The running tasks of the session, and the number of sessions that have ended.
#[derive(Default)]
pub(crate) struct SessionTasks {
    tasks: Mutex<Vec<AbortHandle>>,
    ended: watch::Sender<u64>,
}

impl SessionTasks {
    /// Aborts the task when the session ends.
    pub(crate) fn abort_with_session(&self, task: AbortHandle) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.retain(|task| !task.is_finished());
        tasks.push(task);
    }

    /// Starts a task that is aborted when the session ends.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        // In a box, because the program would contain the code of a task for each kind of work.
        let work: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(work);
        let task = tokio::spawn(work).abort_handle();
        self.abort_with_session(task.clone());
        task
    }

    /// Runs work until the session ends; then the result is [`Cancellation::Session`].
    pub(crate) async fn run_in_session<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<T, Failure> {
        let work: Pin<Box<dyn Future<Output = Result<T, Failure>> + Send>> = Box::pin(work);
        let task = tokio::spawn(work);
        self.abort_with_session(task.abort_handle());
        task.await.unwrap_or_else(|_| Err(Cancellation::Session.into()))
    }

    /// Ends the session: aborts its tasks and notifies the receivers of [`SessionTasks::ended`].
    pub(crate) fn end_session(&self) {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.iter().for_each(AbortHandle::abort);
        self.ended.send_modify(|ended| *ended += 1);
    }

    /// The number of sessions that have ended in this process; it changes with each end.
    pub(crate) fn ended(&self) -> watch::Receiver<u64> {
        self.ended.subscribe()
    }
}

/// A value that is reset when a session ends.
pub(crate) struct PerSession<T> {
    ended: watch::Receiver<u64>,
    value: Mutex<(u64, T)>,
}

/// Access to a [`PerSession`] value.
pub(crate) struct PerSessionGuard<'a, T>(MutexGuard<'a, (u64, T)>);

impl<T: Default> PerSession<T> {
    pub(crate) fn new(tasks: &Arc<SessionTasks>) -> Self {
        let ended = tasks.ended();
        let sessions_before = *ended.borrow();
        Self { ended, value: Mutex::new((sessions_before, T::default())) }
    }

    /// The value of the present session.
    pub(crate) fn lock(&self) -> PerSessionGuard<'_, T> {
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let sessions_before = *self.ended.borrow();
        if value.0 != sessions_before {
            *value = (sessions_before, T::default());
        }
        PerSessionGuard(value)
    }
}

impl<T> Deref for PerSessionGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.1
    }
}

impl<T> DerefMut for PerSessionGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_of_a_session_aborts_its_tasks_and_resets_its_values() {
        let tasks = Arc::new(SessionTasks::default());
        let count: PerSession<u32> = PerSession::new(&tasks);
        *count.lock() += 1;
        assert_eq!(*count.lock(), 1);

        let (running, worker) = (Arc::clone(&tasks), Arc::clone(&tasks));
        let work =
            tokio::spawn(async move { running.run_in_session(std::future::pending::<Result<(), Failure>>()).await });
        let mut ended = worker.ended();
        tokio::task::yield_now().await;
        worker.end_session();

        let outcome = work.await.ok().and_then(Result::err);
        assert!(matches!(outcome, Some(Failure::Cancelled(Cancellation::Session))));
        assert!(ended.has_changed().unwrap_or(false));
        ended.mark_unchanged();
        assert_eq!(*count.lock(), 0);
    }
}
