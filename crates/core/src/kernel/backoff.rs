//! How long the app waits before it retries a sync, a page of a team or a row of a batch, with jitter.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How long the app waits between retries.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The wait after the first failure; each further failure doubles it.
    pub first: Duration,
    /// The longest wait, before jitter.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), max: Duration::from_secs(60) }
    }
}

impl Backoff {
    /// The wait after this many failures in a row. `jitter`, from 0 to 1, adds up to a quarter, so that the apps that have
    /// lost a server do not all retry at the same moment.
    pub(crate) fn wait(self, failures: u32, jitter: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        doubled.min(self.max).mul_f64(1.0 + jitter / 4.0)
    }
}

/// A random number from 0 to 1. The hashers of the standard library have random keys, which is enough for jitter.
pub(crate) fn random() -> f64 {
    f64::from(u16::try_from(RandomState::new().hash_one(()) >> 48).unwrap_or_default()) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_jitter_adds_up_to_a_quarter() {
        let seconds = |failures, jitter| Backoff::default().wait(failures, jitter).as_secs_f64();
        let waits: Vec<f64> = (1..=8).map(|failures| seconds(failures, 0.0)).collect();
        assert_eq!(waits, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]);
        assert_eq!([seconds(1, 1.0), seconds(u32::MAX, 1.0)], [1.25, 75.0]);
        assert!((0..100).all(|_| (0.0..=1.0).contains(&random())));
    }
}
