//! Runs the steps of a case and compares the app with the server after each.

use std::collections::HashSet;

use lapel_core::views::{BatchRow, BatchRowState, ErrorCode, RoleChangeRequest, RoleKind, SelectionChange, TeamQuery};

use super::common::team::{COLLABORATORS, team_is_read};
use super::course::{Disturbance, Subject, arrange, follow, is_over};
use super::steps::{Course, PutFault, ROLES, ROWS, Step};
use super::world::World;

/// Address, former role, new role and state of a row.
type Change = ((String, String, String), BatchRowState);

/// What is known about the rows.
pub(crate) struct Case {
    /// The roles on the server.
    roles: Vec<String>,
    /// The roles before the last batch; none for a row that is not part of it, or that somebody else has changed since.
    before_batch: Vec<Option<String>>,
    /// How often the last batch has sent each row.
    sent: Vec<usize>,
    /// Whether the server may have refused one of these, because a token had expired.
    had_refusals: bool,
}

impl Case {
    pub(crate) async fn run(world: &mut World, steps: &[Step]) {
        world.test.proxy().clear_rules();
        let roles = world.roles().await;
        let mut case = Self { roles, before_batch: vec![None; ROWS], sent: vec![0; ROWS], had_refusals: false };
        for step in steps {
            case.step(world, step).await;
        }
        if world.test.app.snapshot().batch.is_some() {
            world.test.app.close_batch().await.unwrap();
        }
    }

    async fn step(&mut self, world: &mut World, step: &Step) {
        world.test.app.refresh_team();
        world.test.wait_until(team_is_read).await;
        let marker = world.mark().await;
        let mut disturbance = Disturbance::default();
        match step {
            Step::Run { rows, role, course } => {
                let query = TeamQuery::default();
                world.test.app.select_team(&query, &SelectionChange::None).unwrap();
                for (row, _) in world.rows.iter().zip(rows).filter(|(_, selected)| **selected) {
                    world.test.app.select_team(&query, &SelectionChange::Toggle { id: row.clone() }).unwrap();
                }
                world.test.app.plan_batch(&query, RoleKind::Team, ROLES[*role]).unwrap();
                (self.sent, self.had_refusals) = (vec![0; ROWS], false);
                self.before_batch = vec![None; ROWS];
                for (index, _) in self.planned(world) {
                    self.before_batch[index] = Some(self.roles[index].clone());
                }
                arrange(world, course);
                world.test.app.run_batch().await.unwrap();
                disturbance = self.follow(world, course).await;
                self.check_batch(world, &marker, &disturbance, HashSet::new()).await;
            }
            Step::Continue(course) => {
                if !is_over(world) {
                    return;
                }
                let done = self.rows_in(world, BatchRowState::Done).into_iter().map(|(index, _)| index).collect();
                let left_alone = self.changed_by_others(world);
                arrange(world, course);
                world.test.app.retry_batch().await.unwrap();
                disturbance = self.follow(world, course).await;
                let puts = world.puts_since(&marker);
                for index in left_alone {
                    let is_disturbed = disturbance.others.iter().any(|(row, _)| *row == index);
                    assert!(is_disturbed || puts[index] == 0, "a role that somebody else has set is left to them");
                }
                self.check_batch(world, &marker, &disturbance, done).await;
            }
            Step::Undo(course) => {
                if !is_over(world) {
                    return;
                }
                let done = self.rows_in(world, BatchRowState::Done);
                world.test.app.undo_batch().await.unwrap();
                let planned = self.planned(world);
                assert_eq!(planned.len(), done.len(), "everything that was done can be undone");
                (self.sent, self.had_refusals) = (vec![0; ROWS], false);
                let before = std::mem::replace(&mut self.before_batch, vec![None; ROWS]);
                for (index, row) in &planned {
                    if let Some(before) = &before[*index] {
                        assert_eq!(row.to, *before, "the undo restores what was before");
                    }
                    self.before_batch[*index] = Some(row.from.clone());
                }
                arrange(world, course);
                world.test.app.run_batch().await.unwrap();
                disturbance = self.follow(world, course).await;
                self.check_batch(world, &marker, &disturbance, HashSet::new()).await;
            }
            Step::Reopen => {
                let history = world.test.app.role_history("", 0, 1).await.unwrap();
                let batch = history.rows.first().and_then(|row| row.batch.clone());
                if let Some(batch) = batch.filter(|_| is_over(world)) {
                    let before = world.test.app.batch_rows(None, 0, 100).unwrap().rows;
                    world.test.app.close_batch().await.unwrap();
                    world.test.app.open_batch(&batch).await.unwrap();
                    world.ready().await;
                    let changes = |rows: Vec<BatchRow>| {
                        let changes = rows.into_iter().filter(|row| row.state != BatchRowState::LeftOut);
                        changes.map(|row| ((row.email, row.from, row.to), row.state)).collect::<Vec<Change>>()
                    };
                    let after = world.test.app.batch_rows(None, 0, 100).unwrap().rows;
                    let (before, after) = (changes(before), changes(after));
                    // The last entry of the history may be another batch than the one that was shown.
                    let plan = |rows: &[Change]| rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>();
                    if plan(&before) == plan(&after) {
                        assert_eq!(before, after, "the batch comes back as it was");
                    } else {
                        self.before_batch = vec![None; ROWS];
                    }
                }
            }
            Step::Single { row, role, fault } => self.change_one(world, *row, *role, *fault, &marker).await,
            Step::Other { row, role } => {
                world.change_elsewhere(*row, *role, Subject::Roles).await;
                disturbance.others.push((*row, *role));
            }
        }
        for (row, _) in disturbance.others {
            self.before_batch[row] = None;
        }
        self.roles = world.roles().await;
    }

    /// The rows of the batch that have neither the role of the plan nor the wished one.
    fn changed_by_others(&self, world: &World) -> Vec<usize> {
        let states = [BatchRowState::Failed, BatchRowState::Cancelled];
        let rows = states.into_iter().flat_map(|state| self.rows_in(world, state));
        let others = rows.filter(|(index, row)| ![&row.from, &row.to].contains(&&self.roles[*index]));
        others.map(|(index, _)| index).collect()
    }

    /// Returns when the app has settled.
    async fn follow(&mut self, world: &mut World, course: &Course) -> Disturbance {
        let disturbance = follow(world, course, Subject::Roles).await;
        self.had_refusals |= disturbance.had_refusals;
        disturbance
    }

    /// Checks what the app says about the rows of its batch against the server. `done_before` are the rows that were done
    /// before this step.
    async fn check_batch(
        &mut self,
        world: &World,
        marker: &str,
        disturbance: &Disturbance,
        done_before: HashSet<usize>,
    ) {
        let roles = world.roles().await;
        let puts = world.puts_since(marker);
        // A complete batch that a crash or a sign-in has followed is not offered again.
        let rows = match world.test.app.snapshot().batch {
            Some(_) => world.test.app.batch_rows(None, 0, 100).unwrap().rows,
            None => Vec::new(),
        };
        let shown = world.shown_roles();
        for (index, email) in world.emails.iter().enumerate() {
            let others: Vec<&str> =
                disturbance.others.iter().filter(|(row, _)| *row == index).map(|(_, role)| ROLES[*role]).collect();
            let (before, now) = (&self.roles[index], &roles[index]);
            self.sent[index] += puts[index] - others.len();
            let Some(row) = rows.iter().find(|row| row.email == *email && row.state != BatchRowState::LeftOut) else {
                continue;
            };
            let context =
                format!("{row:?}, before: {before}, now: {now}, others: {others:?}, sent: {:?}", self.sent[index]);
            if done_before.contains(&index) {
                assert!(now == before || !others.is_empty(), "what is done is not done again: {context}");
            } else if others.is_empty() {
                match row.state {
                    BatchRowState::Done => {
                        assert_eq!(*now, row.to, "done, but not on the server: {context}");
                        assert_eq!(shown[index], row.to, "done, but not shown: {context}");
                        assert!(self.sent[index] <= 1 + usize::from(self.had_refusals), "sent twice: {context}");
                    }
                    BatchRowState::Failed | BatchRowState::Cancelled => {
                        assert_eq!(now, before, "changed, but said to have failed: {context}");
                    }
                    state => panic!("{state:?} after the run: {context}"),
                }
            } else {
                let may_be = others.contains(&now.as_str()) || *now == row.to;
                assert!(may_be, "neither of the two administrators has set this: {context}");
            }
        }
    }

    /// Changes one row. After a failure the user tries again, as long as nothing else was said.
    async fn change_one(&mut self, world: &mut World, row: usize, role: usize, fault: PutFault, marker: &str) {
        let (from, to) = (self.roles[row].clone(), ROLES[role].to_owned());
        if from == to {
            return;
        }
        world.test.proxy().next_on("PUT", COLLABORATORS, fault.fault());
        let id = world.rows[row].clone();
        let request = RoleChangeRequest { id, kind: RoleKind::Team, from: from.clone(), to: to.clone() };
        let first = world.test.app.change_role(request.clone()).await;
        if first.is_err() {
            world.test.proxy().clear_rules();
            let again = world.test.app.change_role(request).await;
            again.unwrap_or_else(|error| panic!("the second attempt fails: {error:?}, the first: {first:?}"));
        }
        let roles = world.roles().await;
        assert_eq!(roles[row], to, "{first:?}");
        assert_eq!(world.shown_roles()[row], to);
        let delivered = world.puts_since(marker)[row];
        let is_rejected = matches!(fault, PutFault::Rejected | PutFault::Forbidden | PutFault::RateLimit);
        assert!(delivered <= 1 || is_rejected, "sent {delivered} times");
        self.before_batch[row] = None;
        assert!(first.as_ref().err().is_none_or(|error| error.code != ErrorCode::RoleMoved), "{first:?}");
    }

    /// The planned rows by their index in the world.
    fn planned(&self, world: &World) -> Vec<(usize, BatchRow)> {
        self.rows_in(world, BatchRowState::Planned)
    }

    fn rows_in(&self, world: &World, state: BatchRowState) -> Vec<(usize, BatchRow)> {
        let rows = world.test.app.batch_rows(Some(state), 0, 100).unwrap().rows;
        let index = |row: &BatchRow| world.emails.iter().position(|email| *email == row.email).unwrap();
        rows.into_iter().map(|row| (index(&row), row)).collect()
    }
}
