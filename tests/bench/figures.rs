//! How the benches count and say their figures.

use std::time::Duration;

/// A value among others, in milliseconds; they are sorted by it. 0.5 is the median.
pub(crate) fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few values"
    )]
    let at = ((times.len() - 1) as f64 * share).round() as usize;
    times[at].as_secs_f64() * 1000.0
}

#[allow(clippy::print_stdout, reason = "the figures are what this program is for")]
pub(crate) fn report(line: &str) {
    println!("{line}");
}
