//! Tries to change a row of a running batch until there is a result: through short interruptions of the connection, and
//! for as long as the server asks to wait.

use std::sync::Arc;
use std::time::Duration;

use lapel_api::ApiErrorKind;

use super::change::Success;
use super::row_key::RowChange;
use super::run_ledger::RowOutcome;
use super::run_row::{Attempt, AttemptFailure, RowChanger};
use super::run_wait::Pause;
use crate::kernel::backoff::{Backoff, random};
use crate::kernel::connectivity::is_unreached;
use crate::kernel::error::Failure;
use crate::views::BatchRowState;

/// How often a row is tried again without a connection. With the usual waits this takes 15 seconds, in which a server can
/// restart.
const MAX_RETRIES: u32 = 4;

/// How often a row is tried while the server is busy for another reason than its rate limit.
const MAX_BUSY: u32 = 5;

/// The HTTP status of a rate limit (RFC 6585).
const TOO_MANY_REQUESTS: u16 = 429;

/// Changes one row of a run.
pub(super) struct RunningRow {
    pub(super) changer: Arc<RowChanger>,
    pub(super) pause: Pause,
}

impl RunningRow {
    /// Changes the row, or finds out why it cannot be changed.
    pub(super) async fn change(self, mut change: RowChange) -> RowOutcome {
        let (mut unreached, mut busy, backoff) = (0, 0, self.changer.service.backoff);
        let mut outcome = RowOutcome::not_sent(change.index);
        loop {
            if self.pause.wait().await.is_err() {
                // The batch was cancelled. What was sent before is not forgotten.
                outcome.state = if change.may_be_made { BatchRowState::Unknown } else { BatchRowState::Cancelled };
                return outcome;
            }
            let Attempt { row, was_sent, result } = self.changer.attempt(&change).await;
            outcome.row = row.or(outcome.row);
            outcome.was_sent |= was_sent;
            let AttemptFailure { failure, is_unknown } = match result {
                Ok(success) => {
                    let state = match success {
                        Success::Made => BatchRowState::Done,
                        Success::FoundSo => BatchRowState::LeftOut,
                    };
                    return RowOutcome { state, failure: None, ..outcome };
                }
                Err(failure) => failure,
            };
            self.changer.service.state.expire_if_signed_out::<()>(&self.changer.session, &Err(failure.clone()));
            change.may_be_made = is_unknown;
            match requested_wait(backoff, &failure, busy) {
                Some(wait) => {
                    busy += u32::from(!is_rate_limit(&failure));
                    self.pause.pause(wait);
                }
                None if is_unreached(&failure) && unreached < MAX_RETRIES => {
                    unreached += 1;
                    // The page shows that there is no connection, and that the run waits.
                    self.changer.service.sync.start();
                    self.pause.pause(backoff.wait(unreached, random()));
                }
                None => {
                    let failure = if is_busy(&failure) { Failure::StaysBusy } else { failure };
                    let state = if is_unknown { BatchRowState::Unknown } else { BatchRowState::Failed };
                    return RowOutcome { state, failure: Some(failure), ..outcome };
                }
            }
        }
    }
}

/// How long to wait for a busy server; none after any other failure, or if the server was busy too often. A rate limit is
/// no failure of the row, so the row waits for it as often as necessary.
fn requested_wait(backoff: Backoff, failure: &Failure, busy: u32) -> Option<Duration> {
    let default = || backoff.wait(busy + 1, random());
    match failure.retry_after() {
        wait if is_rate_limit(failure) => Some(wait.unwrap_or_else(default)),
        Some(wait) if is_busy(failure) && busy + 1 < MAX_BUSY => Some(wait),
        _ => None,
    }
}

fn is_rate_limit(failure: &Failure) -> bool {
    failure.request().is_some_and(|error| error.http_status == Some(TOO_MANY_REQUESTS))
}

/// Whether the server has asked to wait.
fn is_busy(failure: &Failure) -> bool {
    let is_transient = failure.request().is_some_and(|error| error.kind == ApiErrorKind::Transient);
    is_transient && failure.retry_after().is_some()
}
