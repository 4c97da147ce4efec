//! A batch of role changes: rows, each with a state, and counts by state. `plan` makes batches, `run` runs them.

use tokio::sync::watch;
use uuid::Uuid;

use crate::kernel::error::Failure;
use crate::views::{
    BatchRow, BatchRowState, BatchState, BatchView, BatchWindow, Confirmation, LeftOut, LeftOutReason, RoleKind,
};

/// The maximum number of rows of one window.
const MAX_ROWS: usize = 1000;

/// One row of a batch.
#[derive(Clone)]
pub(super) struct Item {
    /// Id of the row; empty for a line of a file without a row.
    pub(super) id: String,
    /// The user id of the row when it was planned; none for an invitation.
    pub(super) user_id: Option<String>,
    pub(super) shown: BatchRow,
    pub(super) gives_admin: bool,
    pub(super) can_undo: bool,
}

/// A batch of role changes.
pub(super) struct Batch {
    pub(super) id: Uuid,
    pub(super) organization: String,
    pub(super) kind: RoleKind,
    pub(super) role: Option<String>,
    pub(super) undoes: bool,
    pub(super) from_file: bool,
    pub(super) items: Vec<Item>,
    pub(super) state: BatchState,
    pub(super) waits_until: Option<i64>,
    pub(super) stopped: Option<Failure>,
    /// True after the batch was cancelled: no more changes are sent.
    pub(super) cancel: watch::Sender<bool>,
    admins: usize,
    gives_admin: bool,
    counts: Counts,
}

/// The number of rows by state. Each change of a row updates it, because a batch may have 100,000 rows and the page
/// often reads the counts.
#[derive(Clone, Copy, Default)]
struct Counts {
    done: usize,
    failed: usize,
    cancelled: usize,
    left_out: usize,
    can_undo: usize,
}

impl Counts {
    fn counters_of(&mut self, item: &Item) -> [Option<&mut usize>; 2] {
        let undo = (item.shown.state == BatchRowState::Done && item.can_undo).then_some(&mut self.can_undo);
        let count = match item.shown.state {
            BatchRowState::Done => Some(&mut self.done),
            BatchRowState::Failed => Some(&mut self.failed),
            BatchRowState::Cancelled => Some(&mut self.cancelled),
            BatchRowState::LeftOut => Some(&mut self.left_out),
            BatchRowState::Planned | BatchRowState::Running => None,
        };
        [count, undo]
    }
}

impl Batch {
    /// Creates a planned batch. The rows to change come first.
    pub(super) fn planned(organization: String, kind: RoleKind, role: Option<String>, mut items: Vec<Item>) -> Self {
        items.sort_by_key(|item| item.shown.state == BatchRowState::LeftOut);
        let changes = || items.iter().filter(|item| item.shown.state == BatchRowState::Planned);
        let admins = changes().filter(|item| item.shown.from == "admin").count();
        let gives_admin = changes().any(|item| item.gives_admin);
        let mut counts = Counts::default();
        for item in &items {
            counts.counters_of(item).into_iter().flatten().for_each(|count| *count += 1);
        }
        Self {
            id: Uuid::new_v4(),
            organization,
            kind,
            role,
            undoes: false,
            from_file: false,
            items,
            state: BatchState::Planned,
            waits_until: None,
            stopped: None,
            cancel: watch::Sender::new(false),
            admins,
            gives_admin,
            counts,
        }
    }

    /// Changes a row and its counts.
    pub(super) fn change(&mut self, index: usize, change: impl FnOnce(&mut Item)) {
        let Some(item) = self.items.get_mut(index) else { return };
        self.counts.counters_of(item).into_iter().flatten().for_each(|count| *count -= 1);
        change(item);
        self.counts.counters_of(item).into_iter().flatten().for_each(|count| *count += 1);
    }

    /// The indices of the rows whose state matches.
    pub(super) fn indices(&self, has_state: impl Fn(BatchRowState) -> bool) -> Vec<usize> {
        let matching = self.items.iter().enumerate().filter(|(_, item)| has_state(item.shown.state));
        matching.map(|(index, _)| index).collect()
    }

    /// Cancels the rows that were not started yet.
    pub(super) fn cancel_rest(&mut self) {
        for index in self.indices(|state| state == BatchRowState::Planned) {
            self.change(index, |item| item.shown.state = BatchRowState::Cancelled);
        }
    }

    pub(super) fn has_cancelled(&self) -> bool {
        self.counts.cancelled > 0
    }

    /// The batch for the page.
    pub(super) fn view(&self) -> BatchView {
        BatchView {
            state: self.state,
            kind: self.kind,
            role: self.role.clone(),
            undoes: self.undoes,
            from_file: self.from_file,
            total: self.items.len(),
            changes: self.items.len() - self.counts.left_out,
            done: self.counts.done,
            failed: self.counts.failed,
            cancelled: self.counts.cancelled,
            left_out: self.left_out(),
            admins: self.admins,
            confirmation: (self.state == BatchState::Planned && self.gives_admin).then_some(Confirmation::GivesAdmin),
            can_undo: self.counts.can_undo,
            waits_until: self.waits_until,
            stopped: self.stopped.as_ref().map(Into::into),
        }
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let mut reasons: Vec<LeftOut> = Vec::new();
        for reason in self.items.iter().rev().filter_map(|item| item.shown.left_out) {
            match reasons.iter_mut().find(|known| known.reason == reason) {
                Some(known) => known.count += 1,
                None => reasons.push(LeftOut { reason, count: 1 }),
            }
        }
        reasons
    }

    /// A window of the rows; with `only`, of the rows in this state.
    pub(super) fn window(&self, only: Option<BatchRowState>, from: usize, count: usize) -> BatchWindow {
        let rows = self.items.iter().map(|item| &item.shown);
        let matching = rows.filter(|row| only.is_none_or(|state| row.state == state));
        let found = matching.clone().count();
        BatchWindow { found, from, rows: matching.skip(from).take(count.min(MAX_ROWS)).cloned().collect() }
    }
}

impl Item {
    /// Leaves the item out of the plan and returns it.
    pub(super) fn left_out(mut self, reason: LeftOutReason) -> Self {
        self.leave_out(reason);
        self
    }

    pub(super) fn leave_out(&mut self, reason: LeftOutReason) {
        self.shown.state = BatchRowState::LeftOut;
        self.shown.left_out = Some(reason);
    }
}
