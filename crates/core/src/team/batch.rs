//! Many changes of roles at once, as rows with a state each. How a plan is made is in `plan`, how it is carried out in
//! `run`.

use tokio::sync::watch;
use uuid::Uuid;

use super::no_team;
use crate::app::App;
use crate::views::{
    AppError, BatchRow, BatchRowState, BatchState, BatchView, BatchWindow, Confirmation, LeftOut, LeftOutReason,
    RoleKind,
};

/// Most rows of one window.
const MOST_ROWS: usize = 1000;

/// One row of a batch.
#[derive(Clone)]
pub(super) struct Item {
    /// Id of the row; empty where a file names nobody of the team.
    pub(super) id: String,
    /// Id of the person whose row it was when it was planned; none for an invitation.
    pub(super) user_id: Option<String>,
    pub(super) shown: BatchRow,
    pub(super) gives_admin: bool,
    pub(super) can_undo: bool,
}

/// Many changes at once.
pub(crate) struct Batch {
    pub(super) id: Uuid,
    pub(super) organization: String,
    pub(super) kind: RoleKind,
    pub(super) role: Option<String>,
    pub(super) undoes: bool,
    pub(super) from_file: bool,
    pub(super) items: Vec<Item>,
    pub(super) state: BatchState,
    pub(super) waits_until: Option<i64>,
    pub(super) stopped: Option<AppError>,
    /// Says that no more changes are to be made.
    pub(super) stop: watch::Sender<bool>,
    admins: usize,
    gives_admin: bool,
    counts: Counts,
}

/// How many rows are where. Counted as they move: there may be 100,000, and the page is told often.
#[derive(Clone, Copy, Default)]
struct Counts {
    done: usize,
    failed: usize,
    cancelled: usize,
    left_out: usize,
    can_undo: usize,
}

impl Counts {
    fn of(&mut self, item: &Item) -> [Option<&mut usize>; 2] {
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
    /// A plan; the rows to be changed come first.
    pub(super) fn planned(organization: String, kind: RoleKind, role: Option<String>, mut items: Vec<Item>) -> Self {
        items.sort_by_key(|item| item.shown.state == BatchRowState::LeftOut);
        let changes = || items.iter().filter(|item| item.shown.state == BatchRowState::Planned);
        let admins = changes().filter(|item| item.shown.from == "admin").count();
        let gives_admin = changes().any(|item| item.gives_admin);
        let mut counts = Counts::default();
        for item in &items {
            counts.of(item).into_iter().flatten().for_each(|count| *count += 1);
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
            stop: watch::Sender::new(false),
            admins,
            gives_admin,
            counts,
        }
    }

    /// Moves a row to another state.
    pub(super) fn change(&mut self, at: usize, change: impl FnOnce(&mut Item)) {
        let Some(item) = self.items.get_mut(at) else { return };
        self.counts.of(item).into_iter().flatten().for_each(|count| *count -= 1);
        change(item);
        self.counts.of(item).into_iter().flatten().for_each(|count| *count += 1);
    }

    /// The rows in a state, by their places.
    pub(super) fn places(&self, fits: impl Fn(BatchRowState) -> bool) -> Vec<usize> {
        let fitting = self.items.iter().enumerate().filter(|(_, item)| fits(item.shown.state));
        fitting.map(|(at, _)| at).collect()
    }

    /// What was not begun is not made.
    pub(super) fn cancel_rest(&mut self) {
        for at in self.places(|state| state == BatchRowState::Planned) {
            self.change(at, |item| item.shown.state = BatchRowState::Cancelled);
        }
    }

    /// Whether some rows are cancelled.
    pub(super) fn has_cancelled(&self) -> bool {
        self.counts.cancelled > 0
    }

    /// The batch as the page sees it.
    pub(crate) fn view(&self) -> BatchView {
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
            stopped: self.stopped.clone(),
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

    fn window(&self, only: Option<BatchRowState>, from: usize, count: usize) -> BatchWindow {
        let rows = self.items.iter().map(|item| &item.shown);
        let fitting = rows.filter(|row| only.is_none_or(|state| row.state == state));
        let found = fitting.clone().count();
        BatchWindow { found, from, rows: fitting.skip(from).take(count.min(MOST_ROWS)).cloned().collect() }
    }
}

impl Item {
    /// The same row, left out.
    pub(super) fn left_out(mut self, reason: LeftOutReason) -> Self {
        self.leave_out(reason);
        self
    }

    pub(super) fn leave_out(&mut self, reason: LeftOutReason) {
        self.shown.state = BatchRowState::LeftOut;
        self.shown.left_out = Some(reason);
    }
}

impl App {
    /// Some rows of the batch, only those of a state where one is named.
    ///
    /// # Errors
    /// Where there is no batch.
    pub fn batch_rows(&self, only: Option<BatchRowState>, from: usize, count: usize) -> Result<BatchWindow, AppError> {
        let state = self.inner.state();
        let batch = state.team.as_ref().and_then(|team| team.batch.as_ref()).ok_or_else(no_team)?;
        Ok(batch.window(only, from, count))
    }

    /// Makes no more changes; those on their way come to their end.
    pub fn cancel_batch(&self) {
        self.inner.update(|state| {
            let batch = state.team.as_mut().and_then(|team| team.batch.as_mut());
            if let Some(batch) = batch {
                batch.stop.send_replace(true);
                batch.cancel_rest();
            }
        });
    }

    /// Forgets the batch; one that runs is cancelled.
    pub fn close_batch(&self) {
        self.inner.update(|state| {
            let batch = state.team.as_mut().and_then(|team| team.batch.take());
            if let Some(batch) = batch {
                batch.stop.send_replace(true);
            }
        });
    }
}
