//! Runs the steps of a case about tags and compares the app with the server after each.

use std::collections::{BTreeSet, HashSet};

use lapel_core::views::{BatchRow, BatchRowState, SelectionChange, TagsChangeRequest, TagsEdit, TeamQuery};

use super::common::team::{COLLABORATORS, team_is_read};
use super::course::{Disturbance, Subject, arrange, follow, is_over};
use super::steps::{Course, PutFault, ROWS, TAGS, TagStep};
use super::world::World;

type Tags = BTreeSet<String>;

/// What is known about the rows.
pub(crate) struct TagCase {
    /// The tags on the server.
    tags: Vec<Tags>,
    /// How often the last batch has sent each row.
    sent: Vec<usize>,
    had_refusals: bool,
    /// Whether a request of the batch may have been lost on its way. Its outcome is unknown then, and a row counts as done if
    /// somebody else has made the same change.
    had_losses: bool,
}

impl TagCase {
    pub(crate) async fn run(world: &mut World, steps: &[TagStep]) {
        world.test.proxy().clear_rules();
        let mut case = Self { tags: world.tags().await, sent: vec![0; ROWS], had_refusals: false, had_losses: false };
        for step in steps {
            case.step(world, step).await;
            case.tags = world.tags().await;
        }
        if world.test.app.snapshot().batch.is_some() {
            world.test.app.close_batch().await.unwrap();
        }
    }

    async fn step(&mut self, world: &mut World, step: &TagStep) {
        world.test.app.refresh_team();
        world.test.wait_until(team_is_read).await;
        match step {
            TagStep::Run { rows, add, remove, course } => {
                let query = TeamQuery::default();
                world.test.app.select_team(&query, &SelectionChange::None).unwrap();
                for (row, _) in world.rows.iter().zip(rows).filter(|(_, selected)| **selected) {
                    world.test.app.select_team(&query, &SelectionChange::Toggle { id: row.clone() }).unwrap();
                }
                world.test.app.plan_tags(&query, &TagsEdit { add: chosen(*add), remove: chosen(*remove) }).unwrap();
                self.start(world, course, HashSet::new(), true).await;
            }
            TagStep::Continue(course) if is_over(world) => {
                let done = rows_in(world, BatchRowState::Done).into_iter().map(|(index, _)| index).collect();
                self.start(world, course, done, false).await;
            }
            TagStep::Undo(course) if is_over(world) => {
                let done = rows_in(world, BatchRowState::Done);
                world.test.app.undo_batch().await.unwrap();
                let planned = rows_in(world, BatchRowState::Planned);
                let opposite = |(index, row): &(usize, BatchRow)| (*index, row.to.clone(), row.from.clone());
                let change = |(index, row): &(usize, BatchRow)| (*index, row.from.clone(), row.to.clone());
                assert_eq!(
                    planned.iter().map(change).collect::<Vec<_>>(),
                    done.iter().map(opposite).collect::<Vec<_>>(),
                    "an undo makes the opposite changes"
                );
                self.start(world, course, HashSet::new(), true).await;
            }
            TagStep::Continue(_) | TagStep::Undo(_) => {}
            TagStep::Single { row, tags, fault } => self.change_one(world, *row, chosen(*tags), *fault).await,
            TagStep::Other { row, tag } => world.change_elsewhere(*row, *tag, Subject::Tags).await,
        }
    }

    /// Starts the plan, or continues the batch, and checks the results.
    async fn start(&mut self, world: &mut World, course: &Course, done_before: HashSet<usize>, is_plan: bool) {
        let marker = world.mark().await;
        arrange(world, course);
        if is_plan {
            (self.sent, self.had_refusals, self.had_losses) = (vec![0; ROWS], false, false);
            world.test.app.run_batch().await.unwrap();
        } else {
            world.test.app.retry_batch().await.unwrap();
        }
        self.had_losses |= course.may_lose_requests();
        let disturbance = follow(world, course, Subject::Tags).await;
        self.had_refusals |= disturbance.had_refusals;
        self.check(world, &marker, &disturbance, &done_before).await;
    }

    async fn check(&mut self, world: &World, marker: &str, disturbance: &Disturbance, done_before: &HashSet<usize>) {
        let (tags, puts) = (world.tags().await, world.puts_since(marker));
        // A complete batch that a crash or a sign-in has followed is not offered again.
        let rows = match world.test.app.snapshot().batch {
            Some(_) => world.test.app.batch_rows(None, 0, 100).unwrap().rows,
            None => return,
        };
        let shown = world.shown_tags();
        for (index, email) in world.emails.iter().enumerate() {
            let others = disturbance.others.iter().filter(|(row, _)| *row == index).count();
            self.sent[index] += puts[index] - others;
            let (before, now) = (&self.tags[index], &tags[index]);
            let row = rows.iter().find(|row| row.email == *email && row.state != BatchRowState::LeftOut);
            if row.is_some_and(|row| row.state == BatchRowState::Done) {
                assert!(self.sent[index] > 0 || self.had_losses, "what somebody else has done counts as done: {row:?}");
            }
            if others > 0 {
                continue;
            }
            let Some(row) = row else {
                assert_eq!(now, before, "a row without a change was changed");
                continue;
            };
            let context = format!("{row:?}, before: {before:?}, now: {now:?}, sent: {:?}", self.sent[index]);
            match row.state {
                _ if done_before.contains(&index) => assert_eq!(now, before, "done twice: {context}"),
                BatchRowState::Done => {
                    let (removed, added) = (list(&row.from), list(&row.to));
                    let expected: Tags = before.difference(&removed).cloned().chain(added).collect();
                    assert_eq!(*now, expected, "done, but not on the server, or other tags were changed: {context}");
                    assert_eq!(shown[index], expected, "done, but not shown: {context}");
                    assert!(self.sent[index] <= 1 + usize::from(self.had_refusals), "sent twice: {context}");
                }
                BatchRowState::Failed | BatchRowState::Cancelled => {
                    assert_eq!(now, before, "changed, but said to have failed: {context}");
                }
                state => panic!("{state:?} after the run: {context}"),
            }
        }
    }

    /// Changes one row. After a failure the user tries again, as long as nothing else was said.
    async fn change_one(&mut self, world: &mut World, row: usize, to: Vec<String>, fault: PutFault) {
        let from: Vec<String> = self.tags[row].iter().cloned().collect();
        world.test.proxy().next_on("PUT", COLLABORATORS, fault.fault());
        let request = TagsChangeRequest { id: world.rows[row].clone(), from, to: to.clone(), undoes: false };
        let first = world.test.app.change_tags(request.clone()).await;
        world.test.proxy().clear_rules();
        if first.is_err() {
            let again = world.test.app.change_tags(request).await;
            again.unwrap_or_else(|error| panic!("the second attempt fails: {error:?}, the first: {first:?}"));
        }
        let wished: Tags = to.into_iter().collect();
        assert_eq!(world.tags().await[row], wished, "{first:?}");
        assert_eq!(world.shown_tags()[row], wished, "{first:?}");
    }
}

fn chosen(tags: [bool; TAGS.len()]) -> Vec<String> {
    TAGS.iter().zip(tags).filter(|(_, chosen)| *chosen).map(|(tag, _)| (*tag).to_owned()).collect()
}

fn list(text: &str) -> Tags {
    serde_json::from_str(text).unwrap()
}

fn rows_in(world: &World, state: BatchRowState) -> Vec<(usize, BatchRow)> {
    let rows = world.test.app.batch_rows(Some(state), 0, 100).unwrap().rows;
    let index = |row: &BatchRow| world.emails.iter().position(|email| *email == row.email).unwrap();
    rows.into_iter().map(|row| (index(&row), row)).collect()
}
