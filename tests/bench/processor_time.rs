//! The processor time of the bench itself.

use std::time::Duration;

use lapel_testkit::{Result, TestError};

/// The time that the threads of this process have run.
pub(crate) fn processor_time() -> Result<Duration> {
    let threads = std::fs::read_dir("/proc/self/task").map_err(TestError::io("the threads"))?;
    let mut total = Duration::ZERO;
    for thread in threads.flatten() {
        // A thread may end while the list is read.
        let times = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        let running = times.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok());
        total += Duration::from_nanos(running.unwrap_or_default());
    }
    Ok(total)
}
