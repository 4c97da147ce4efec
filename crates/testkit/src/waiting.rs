//! Waiting for what no event announces, with a bound and a sentence for the failure.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep};

use crate::{Outcome, Trouble};

/// How long anything that a person would wait for may take. The computers that run the tests are slow and shared.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Asks `look` again and again until it answers `Some`, for at most `patience`. A trouble of `look` counts as "not yet",
/// since a page may be replaced while it is looked at; the last one is told when time is up.
///
/// # Errors
/// [`Trouble::NotSeen`] with `what` when time is up.
pub async fn until<T, F, Fut>(what: &str, patience: Duration, mut look: F) -> Outcome<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Outcome<Option<T>>>,
{
    let end = Instant::now() + patience;
    loop {
        let last = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => String::new(),
            Err(trouble) => format!(" (last: {trouble})"),
        };
        if Instant::now() >= end {
            return Err(Trouble::NotSeen(format!("{what}{last}")));
        }
        sleep(Duration::from_millis(50)).await;
    }
}
