//! Changing one row of a running batch: reads the row, compares it with the plan, and sends the change.

use std::sync::Arc;

use lapel_domain::Collaborator;

use super::change::{RowTarget, Success};
use super::row_key::RowChange;
use super::row_value::{check_change, moved, value_of};
use super::run_rows::RunRows;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::role_change::send_role;
use crate::kernel::session::Session;
use crate::kernel::state::Caller;
use crate::views::ChangeKind;

/// The result of one attempt to change a row.
pub(super) struct Attempt {
    /// The row as it was read last; none if it was not read.
    pub(super) row: Option<Collaborator>,
    /// Whether the change was sent.
    pub(super) was_sent: bool,
    pub(super) result: Result<Success, AttemptFailure>,
}

/// Why an attempt failed.
pub(super) struct AttemptFailure {
    pub(super) failure: Failure,
    /// Whether the server may have stored it.
    pub(super) is_unknown: bool,
}

/// Changes the rows of one run.
pub(super) struct RowChanger {
    pub(super) service: Arc<TeamService>,
    pub(super) session: Session,
    pub(super) organization: String,
    pub(super) kind: ChangeKind,
    /// The signed-in user, with the rights at the start of the run.
    pub(super) caller: Caller,
    pub(super) rows: RunRows,
}

impl RowChanger {
    /// Tries once to change a row.
    pub(super) async fn attempt(&self, change: &RowChange) -> Attempt {
        let row = match self.rows.read(&change.key()).await {
            Ok(row) => row,
            // An earlier attempt stays unknown while the row cannot be read.
            Err(failure) => return Attempt::failed(None, failure, change.may_be_made),
        };
        let current = value_of(&row, self.kind, &change.from, &change.to);
        if current == change.to && current != change.from {
            let success = if change.may_be_made { Success::Made } else { Success::FoundSo };
            return Attempt { row: Some(row), was_sent: false, result: Ok(success) };
        }
        if current != change.from {
            return Attempt::failed(Some(row), moved(self.kind, current), false);
        }
        match self.send(change, &row).await {
            Ok(attempt) => attempt,
            Err(failure) => Attempt::failed(Some(row), failure, false),
        }
    }

    async fn send(&self, change: &RowChange, row: &Collaborator) -> Result<Attempt, Failure> {
        let Self { service, session, organization, kind, caller, .. } = self;
        let (kind, RowChange { from, to, .. }) = (*kind, change);
        check_change(caller, row, kind, to)?;
        let update = match kind {
            ChangeKind::User => Some(service.role_update(session, row, to).await?),
            ChangeKind::Team | ChangeKind::Tags => None,
        };
        let mut target = RowTarget { service, session, organization, row, kind, from, to, update, after: None };
        let sent = send_role(&mut target, from, to).await;
        Ok(Attempt {
            row: Some(target.after.take().unwrap_or_else(|| row.clone())),
            was_sent: true,
            result: sent.map(|()| Success::Made).map_err(|not_sent| AttemptFailure {
                is_unknown: not_sent.is_unknown,
                failure: not_sent.failure_of(kind),
            }),
        })
    }
}

impl Attempt {
    fn failed(row: Option<Collaborator>, failure: Failure, is_unknown: bool) -> Self {
        Self { row, was_sent: false, result: Err(AttemptFailure { failure, is_unknown }) }
    }
}
