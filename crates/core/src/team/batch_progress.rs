//! How long a batch takes: the speed and the remaining time of a run, and the limit of the service.

use std::collections::HashSet;

use lapel_store::SeenOn;

/// The number of requests that the service accepts in an hour (contract, "limits").
const REQUESTS_PER_HOUR: usize = 10_000;

/// The speed is estimated from at least this many rows.
const MIN_TIMED_ROWS: usize = 5;

/// How far a run is.
#[derive(Clone, Copy)]
pub(super) struct RunProgress {
    /// Milliseconds since the run has started.
    pub(super) millis: usize,
    /// Number of rows that have finished in this run.
    pub(super) finished: usize,
    /// Number of rows that are left.
    pub(super) left: usize,
}

impl RunProgress {
    /// The rows per minute; none if too few have finished.
    pub(super) fn per_minute(self) -> Option<usize> {
        (self.finished >= MIN_TIMED_ROWS).then(|| self.finished.saturating_mul(60_000) / self.millis.max(1))
    }

    /// The remaining seconds; none if they cannot be estimated.
    pub(super) fn remaining(self) -> Option<usize> {
        let per_minute = self.per_minute().filter(|per_minute| *per_minute > 0)?;
        Some((self.left * 60).div_ceil(per_minute))
    }
}

/// The hours that changes take at least, if they need more requests than the service accepts in an hour; otherwise none.
/// `rows` are the pages of the rows: each page is read once, and each row without a page is read alone.
pub(super) fn hours_at_limit(rows: impl Iterator<Item = Option<SeenOn>>) -> Option<usize> {
    let (mut pages, mut requests) = (HashSet::new(), 0);
    for seen in rows {
        // The change itself, and the read of its row.
        requests += 1 + usize::from(seen.is_none_or(|seen| pages.insert(seen.page)));
    }
    (requests > REQUESTS_PER_HOUR).then(|| requests.div_ceil(REQUESTS_PER_HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_follows_from_the_speed_of_this_run() {
        let progress = RunProgress { millis: 30_000, finished: 200, left: 4800 };
        assert_eq!((progress.per_minute(), progress.remaining()), (Some(400), Some(720)));
        let early = RunProgress { finished: 4, ..progress };
        assert_eq!((early.per_minute(), early.remaining()), (None, None), "too early to tell");
        let slow = RunProgress { millis: 3_600_000, finished: 5, left: 1 };
        assert_eq!((slow.per_minute(), slow.remaining()), (Some(0), None));
    }

    #[test]
    fn hours_are_counted_from_the_requests_for_changes_and_reads() {
        let on_page = |page| Some(SeenOn { page, rows: 1000 });
        let pages = |rows: u32| (0..rows).map(move |row| on_page(row / 1000));
        assert_eq!(hours_at_limit(pages(9_990)), None, "10,000 requests");
        assert_eq!(hours_at_limit(pages(10_000)), Some(2));
        assert_eq!(hours_at_limit((0..5_001).map(|_| None)), Some(2), "rows without a page are read one by one");
        assert_eq!(hours_at_limit(pages(100_000)), Some(11));
    }
}
