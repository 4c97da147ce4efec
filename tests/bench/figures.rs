//! Statistics and output of the benches.

use std::time::Duration;

/// The percentile in milliseconds; 0.5 is the median. Sorts `times`.
pub(crate) fn percentile(times: &mut [Duration], fraction: f64) -> f64 {
    times.sort();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few values"
    )]
    let at = ((times.len() - 1) as f64 * fraction).round() as usize;
    times[at].as_secs_f64() * 1000.0
}

#[allow(clippy::print_stdout, reason = "the output of the bench")]
pub(crate) fn report(line: &str) {
    println!("{line}");
}
