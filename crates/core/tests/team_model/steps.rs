//! The random steps of a case.

use lapel_testkit::proxy::Fault;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// The number of rows that the steps change.
pub(crate) const ROWS: usize = 6;

pub(crate) const ROLES: [&str; 4] = ["admin", "editor", "viewer", "unassigned"];

pub(crate) const TAGS: [&str; 3] = ["a", "b", "pilot"];

/// What happens to one PUT.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PutFault {
    Pass,
    /// The response is lost, and the change was made.
    LostAfter,
    /// The request is lost.
    LostBefore,
    RateLimit,
    Forbidden,
    Rejected,
}

impl PutFault {
    pub(crate) fn fault(self) -> Fault {
        match self {
            Self::Pass => Fault::Pass,
            Self::LostAfter => Fault::ResetAfter,
            Self::LostBefore => Fault::ResetBefore,
            Self::RateLimit => Fault::Status { status: 429, envelope: None, retry_after: Some(0) },
            Self::Forbidden => Fault::refused(403, 4006, "Forbidden"),
            Self::Rejected => Fault::refused(400, 5120, "Rejected"),
        }
    }
}

/// What happens while a run is running, after some of its PUTs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Crash,
    EndSessions,
    ExpireAccessTokens,
    Cancel,
    /// No connection until the run has ended.
    Offline,
    /// The other administrator changes a row.
    Other {
        row: usize,
        role: usize,
    },
}

/// How a run goes.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// The faults of the first PUTs.
    pub(crate) faults: Vec<PutFault>,
    /// Every second or third read of rows is lost.
    pub(crate) lost_reads: Option<usize>,
    /// What happens after this many PUTs.
    pub(crate) event: Option<(usize, Event)>,
}

impl Course {
    /// Whether the server may not get a request that the app has sent.
    pub(crate) fn may_lose_requests(&self) -> bool {
        let is_cut = matches!(self.event, Some((_, Event::Crash | Event::Offline)));
        is_cut || self.faults.iter().any(|fault| matches!(fault, PutFault::LostBefore))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Gives a role to several rows.
    Run { rows: Vec<bool>, role: usize, course: Course },
    /// Continues the last batch.
    Continue(Course),
    /// Undoes the last batch.
    Undo(Course),
    /// Closes the last batch and opens it again from the history.
    Reopen,
    /// Changes one row, and tries again after a failure.
    Single { row: usize, role: usize, fault: PutFault },
    /// The other administrator changes a row.
    Other { row: usize, role: usize },
}

#[derive(Clone, Debug)]
pub(crate) enum TagStep {
    /// Adds tags to several rows, and removes others.
    Run { rows: Vec<bool>, add: [bool; TAGS.len()], remove: [bool; TAGS.len()], course: Course },
    /// Continues the last batch.
    Continue(Course),
    /// Undoes the last batch.
    Undo(Course),
    /// Sets the tags of one row, and tries again after a failure.
    Single { row: usize, tags: [bool; TAGS.len()], fault: PutFault },
    /// The other administrator adds or removes a tag of a row.
    Other { row: usize, tag: usize },
}

fn put_fault() -> impl Strategy<Value = PutFault> {
    prop_oneof![
        4 => Just(PutFault::Pass),
        2 => Just(PutFault::LostAfter),
        1 => Just(PutFault::LostBefore),
        1 => Just(PutFault::RateLimit),
        1 => Just(PutFault::Forbidden),
        1 => Just(PutFault::Rejected),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => Just(Event::Crash),
        1 => Just(Event::EndSessions),
        1 => Just(Event::ExpireAccessTokens),
        1 => Just(Event::Cancel),
        1 => Just(Event::Offline),
        2 => (0..ROWS, 0..ROLES.len()).prop_map(|(row, role)| Event::Other { row, role }),
    ]
}

fn course() -> impl Strategy<Value = Course> {
    let event = option::of((0..ROWS, event()));
    let parts = (vec(put_fault(), 0..ROWS), option::of(2..4_usize), event);
    parts.prop_map(|(faults, lost_reads, event)| Course { faults, lost_reads, event })
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let role = 0..ROLES.len();
    prop_oneof![
        4 => (vec(any::<bool>(), ROWS), role.clone(), course())
            .prop_map(|(rows, role, course)| Step::Run { rows, role, course }),
        2 => course().prop_map(Step::Continue),
        2 => course().prop_map(Step::Undo),
        1 => Just(Step::Reopen),
        2 => (0..ROWS, role.clone(), put_fault()).prop_map(|(row, role, fault)| Step::Single { row, role, fault }),
        2 => (0..ROWS, role).prop_map(|(row, role)| Step::Other { row, role }),
    ]
}

pub(crate) fn tag_step() -> impl Strategy<Value = TagStep> {
    let tags = any::<[bool; TAGS.len()]>;
    prop_oneof![
        4 => (vec(any::<bool>(), ROWS), tags(), tags(), course())
            .prop_map(|(rows, add, remove, course)| TagStep::Run { rows, add, remove, course }),
        2 => course().prop_map(TagStep::Continue),
        3 => course().prop_map(TagStep::Undo),
        2 => (0..ROWS, tags(), put_fault()).prop_map(|(row, tags, fault)| TagStep::Single { row, tags, fault }),
        2 => (0..ROWS, 0..TAGS.len()).prop_map(|(row, tag)| TagStep::Other { row, tag }),
    ]
}
