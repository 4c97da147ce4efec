//! A batch of changes of roles or tags: rows, each with a state, and counts by state. `plan` makes batches, `run` runs them.

use lapel_store::SeenOn;
use tokio::sync::watch;
use uuid::Uuid;

use super::batch_progress::{RunProgress, hours_at_limit};
use super::row_key::RowChange;
use crate::kernel::deadline::Deadline;
use crate::kernel::error::Failure;
use crate::views::{
    BatchRow, BatchRowState, BatchState, BatchView, BatchWindow, ChangeKind, Confirmation, ErrorCode, LeftOut,
    LeftOutReason, TagsEdit,
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
    /// The page on which the row was last seen.
    pub(super) seen: Option<SeenOn>,
    pub(super) shown: BatchRow,
    pub(super) gives_admin: bool,
    pub(super) can_undo: bool,
    /// Whether the plan left it out; then it is not stored. A row that a run leaves out is.
    pub(super) is_outside: bool,
}

/// The organization of a batch.
#[derive(Clone)]
pub(super) struct BatchTeam {
    pub(super) id: String,
    pub(super) name: String,
}

/// What a batch does to its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// All rows get this role.
    Role(String),
    /// The tags of all rows are changed.
    Tags(TagsEdit),
}

/// A batch of changes of roles or tags.
pub(super) struct Batch {
    pub(super) id: Uuid,
    pub(super) organization: BatchTeam,
    pub(super) kind: ChangeKind,
    /// None if each row has its own change.
    pub(super) wish: Option<Wish>,
    pub(super) undoes: bool,
    pub(super) from_file: bool,
    pub(super) items: Vec<Item>,
    pub(super) state: BatchState,
    pub(super) waits_until: Option<i64>,
    pub(super) stopped: Option<Failure>,
    /// True after the batch was cancelled: no more changes are sent.
    pub(super) cancel: watch::Sender<bool>,
    /// Until when all rows of the run wait; none if they do not.
    pub(super) pause: watch::Sender<Option<Deadline>>,
    /// When it was started first, in milliseconds since 1970.
    pub(super) started_at: i64,
    /// For a plan: the batch whose place it has taken, which is shown again if the plan is discarded.
    pub(super) former: Option<Box<Batch>>,
    /// Whether it was interrupted and has come back from the disk.
    pub(super) interrupted: bool,
    /// Since when the present run runs, in milliseconds since 1970, and how many rows had finished before.
    pub(super) timed_from: Option<(i64, usize)>,
    admins: usize,
    new_admins: usize,
    counts: Counts,
}

/// The number of rows by state. Each change of a row updates it, because a batch may have 100,000 rows and the page
/// often reads the counts.
#[derive(Clone, Copy, Default)]
struct Counts {
    done: usize,
    failed: usize,
    cancelled: usize,
    unknown: usize,
    left_out: usize,
    can_undo: usize,
    can_retry: usize,
}

impl Counts {
    fn counters_of(&mut self, item: &Item) -> [Option<&mut usize>; 3] {
        let is_undoable = item.can_undo && matches!(item.shown.state, BatchRowState::Done | BatchRowState::Unknown);
        let undo = is_undoable.then_some(&mut self.can_undo);
        let retry = item.can_retry().then_some(&mut self.can_retry);
        let count = match item.shown.state {
            BatchRowState::Done => Some(&mut self.done),
            BatchRowState::Failed => Some(&mut self.failed),
            BatchRowState::Cancelled => Some(&mut self.cancelled),
            BatchRowState::Unknown => Some(&mut self.unknown),
            BatchRowState::LeftOut => Some(&mut self.left_out),
            BatchRowState::Planned | BatchRowState::Running => None,
        };
        [count, undo, retry]
    }
}

impl Batch {
    /// Creates a planned batch. The rows to change come first.
    pub(super) fn planned(organization: BatchTeam, kind: ChangeKind, wish: Option<Wish>, mut items: Vec<Item>) -> Self {
        items.iter_mut().for_each(|item| item.is_outside = item.shown.state == BatchRowState::LeftOut);
        items.sort_by_key(|item| item.is_outside);
        Self::with_items(organization, kind, wish, items)
    }

    /// Creates a batch with these rows in their order.
    pub(super) fn with_items(organization: BatchTeam, kind: ChangeKind, wish: Option<Wish>, items: Vec<Item>) -> Self {
        let changes = || items.iter().filter(|item| item.shown.state == BatchRowState::Planned);
        let admins = changes().filter(|item| item.shown.from == "admin").count();
        let new_admins = changes().filter(|item| item.gives_admin).count();
        let mut counts = Counts::default();
        for item in &items {
            counts.counters_of(item).into_iter().flatten().for_each(|count| *count += 1);
        }
        Self {
            id: Uuid::new_v4(),
            organization,
            kind,
            wish,
            undoes: false,
            from_file: false,
            items,
            state: BatchState::Planned,
            waits_until: None,
            stopped: None,
            cancel: watch::Sender::new(false),
            pause: watch::Sender::new(None),
            started_at: 0,
            former: None,
            interrupted: false,
            timed_from: None,
            admins,
            new_admins,
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

    /// Whether every row has a result that a further run cannot improve.
    pub(super) fn is_complete(&self) -> bool {
        self.state == BatchState::Over && self.counts.can_retry + self.counts.unknown == 0
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.state, BatchState::Running | BatchState::Waiting)
    }

    /// The number of rows whose change has ended, in whatever way.
    pub(super) fn finished(&self) -> usize {
        self.counts.done + self.counts.failed + self.counts.unknown
    }

    /// The number of rows to change.
    fn changes(&self) -> usize {
        self.items.len() - self.counts.left_out
    }

    /// The batch for the page. `now` is in milliseconds since 1970.
    pub(super) fn view(&self, now: i64) -> BatchView {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let progress = self.progress(now);
        BatchView {
            state: self.state,
            organization: self.organization.id.clone(),
            organization_name: self.organization.name.clone(),
            interrupted: self.interrupted,
            kind: self.kind,
            role: self.role().cloned(),
            tags: self.tags().cloned(),
            undoes: self.undoes,
            from_file: self.from_file,
            total: self.items.len(),
            changes: self.changes(),
            done: self.counts.done,
            failed: self.counts.failed,
            cancelled: self.counts.cancelled,
            unknown: self.counts.unknown,
            per_minute: progress.and_then(RunProgress::per_minute).map(number),
            remaining: progress.and_then(RunProgress::remaining).map(number),
            hours: self.hours().map(number),
            left_out: self.left_out(),
            admins: self.admins,
            new_admins: self.new_admins,
            confirmation: self.confirmation(),
            can_undo: self.counts.can_undo,
            can_retry: self.counts.can_retry,
            waits_until: self.waits_until,
            stopped: self.stopped.as_ref().map(Into::into),
        }
    }

    fn role(&self) -> Option<&String> {
        self.wish.as_ref().and_then(|wish| if let Wish::Role(role) = wish { Some(role) } else { None })
    }

    /// What is done to the tags of all rows.
    pub(super) fn tags(&self) -> Option<&TagsEdit> {
        self.wish.as_ref().and_then(|wish| if let Wish::Tags(edit) = wish { Some(edit) } else { None })
    }

    /// The progress of the present run; none if it does not run.
    fn progress(&self, now: i64) -> Option<RunProgress> {
        let (since, before) = self.timed_from.filter(|_| self.is_running())?;
        Some(RunProgress {
            millis: usize::try_from(now - since).ok()?,
            finished: self.finished().saturating_sub(before),
            left: self.changes().saturating_sub(self.finished() + self.counts.cancelled),
        })
    }

    /// Before the start: the hours that the batch takes at least, if the service limits it.
    fn hours(&self) -> Option<usize> {
        if self.state != BatchState::Planned {
            return None;
        }
        let planned = self.items.iter().filter(|item| item.shown.state == BatchRowState::Planned);
        hours_at_limit(planned.map(|item| item.seen))
    }

    fn confirmation(&self) -> Option<Confirmation> {
        match self.state {
            BatchState::Planned if self.new_admins > 0 => Some(Confirmation::GivesAdmin),
            BatchState::Planned if self.admins > 1 => Some(Confirmation::TakesAdmin),
            _ => None,
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
    /// The planned change, as a run makes it. `index` is the index of the row in the batch.
    pub(super) fn change(&self, index: usize) -> RowChange {
        RowChange {
            index,
            id: self.id.clone(),
            user_id: self.user_id.clone(),
            email: self.shown.email.clone(),
            seen: self.seen,
            from: self.shown.from.clone(),
            to: self.shown.to.clone(),
            may_be_made: false,
        }
    }

    /// Whether a further run may change the row: it was not sent, or it failed for a reason that may pass. What somebody else
    /// has changed in the meantime is left to them.
    pub(super) fn can_retry(&self) -> bool {
        let code = self.shown.error.as_ref().map(|error| error.code);
        match self.shown.state {
            BatchRowState::Cancelled => true,
            BatchRowState::Failed => {
                !matches!(code, Some(ErrorCode::RoleMoved | ErrorCode::TagsMoved | ErrorCode::RowGone))
            }
            _ => false,
        }
    }

    /// Marks the row as failed without a request.
    pub(super) fn fail(&mut self, failure: &Failure) {
        self.shown.state = BatchRowState::Failed;
        self.shown.error = Some(failure.into());
    }

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
