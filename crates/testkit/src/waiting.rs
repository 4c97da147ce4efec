//! Polling for conditions that no event reports.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep};

use crate::{Result, TestError};

/// Default time limit of a wait. Generous, because test machines are slow and shared.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Calls `poll` every 50 ms until it returns `Some`, for at most `patience`. Errors of `poll` count as "not yet",
/// because a page may be replaced while it is inspected. The timeout error contains `what` and the last such error.
pub async fn until<T, F, Fut>(what: &str, patience: Duration, mut poll: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Option<T>>>,
{
    let deadline = Instant::now() + patience;
    loop {
        let last = match poll().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => String::new(),
            Err(error) => format!(" (last: {error})"),
        };
        if Instant::now() >= deadline {
            return Err(TestError::TimedOut(format!("{what}{last}")));
        }
        sleep(Duration::from_millis(50)).await;
    }
}
