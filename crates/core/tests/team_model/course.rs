//! Lets a run go its course: faults, and an event after some PUTs.

use lapel_core::views::{BatchState, Snapshot};
use lapel_testkit::proxy::Fault;

use super::common::team::COLLABORATORS;
use super::steps::{Course, Event};
use super::world::World;

/// What the cases change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Roles,
    Tags,
}

/// What happened during a run besides the app's own work.
#[derive(Default)]
pub(crate) struct Disturbance {
    /// The rows that the other administrator has changed, with the index of their new role or changed tag.
    pub(crate) others: Vec<(usize, usize)>,
    /// Whether the server may have refused changes, because a token had expired.
    pub(crate) had_refusals: bool,
}

/// Prepares the faults of the first PUTs.
pub(crate) fn arrange(world: &World, course: &Course) {
    for fault in &course.faults {
        world.test.proxy().next_on("PUT", COLLABORATORS, fault.fault());
    }
    if let Some(every) = course.lost_reads {
        world.test.proxy().every_nth_on(every, "GET", COLLABORATORS.trim_end_matches('/'), Fault::ResetBefore);
    }
}

/// Returns when the app has settled.
pub(crate) async fn follow(world: &mut World, course: &Course, subject: Subject) -> Disturbance {
    let mut disturbance = Disturbance::default();
    if let Some((puts, event)) = course.event {
        let has_sent = |snapshot: &Snapshot| {
            let batch = snapshot.batch.as_ref();
            batch.is_none_or(|batch| batch.state == BatchState::Over || batch.done + batch.failed >= puts)
        };
        world.test.wait_until(has_sent).await;
        disturbance.had_refusals = matches!(event, Event::ExpireAccessTokens | Event::EndSessions);
        match event {
            Event::Crash => world.crash().await,
            Event::EndSessions => world.end_sessions().await,
            Event::ExpireAccessTokens => world.expire_access_tokens().await,
            Event::Cancel => drop(world.test.app.cancel_batch()),
            Event::Offline => {
                world.test.proxy().always(Fault::Offline).await;
                let has_ended =
                    |snapshot: &Snapshot| snapshot.batch.as_ref().is_none_or(|batch| batch.state == BatchState::Over);
                world.test.wait_until(has_ended).await;
                world.test.proxy().always(Fault::Pass).await;
                world.test.app.refresh();
            }
            Event::Other { row, role } => {
                world.change_elsewhere(row, role, subject).await;
                disturbance.others.push((row, role));
            }
        }
    }
    world.test.proxy().clear_rules();
    world.ready().await;
    disturbance
}

pub(crate) fn is_over(world: &World) -> bool {
    world.test.app.snapshot().batch.is_some_and(|batch| batch.state == BatchState::Over)
}
