//! Reads the history of changes. A batch is one row, in which each person counts once.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use lapel_domain::{Collaborator, TagsChange};
use lapel_store::{Account, AccountId, CachedOrganization, FoundBatch, HistorySearch, RoleChange};

use super::batch::Wish;
use super::batch_record::read_wish;
use super::history::parse_outcome;
use super::row_value::{check_change, tags_change, tags_text, value_of};
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::views::team_view::organization_name;
use crate::views::{
    ChangeKind, HistoryCounts, HistoryOutcome, HistoryRow, HistoryWindow, RoleChangeRequest, TagsChangeRequest,
};

/// The maximum number of rows on one page.
const MAX_ROWS: usize = 1000;

/// A row of the history, and the number of its last change.
struct Entry {
    number: i64,
    row: HistoryRow,
    /// A change that was made; none for a batch.
    single: Option<RoleChange>,
}

/// What all rows of the history need to know.
struct Reader {
    account: AccountId,
    /// The names of the organizations by id.
    names: HashMap<String, String>,
    by: String,
    /// Id of the batch that is running.
    running: Option<String>,
}

impl TeamService {
    /// One page of the role changes that contain `search`, newest first. `offset` is the number of newer rows to skip;
    /// `count` is the wanted number of rows.
    pub(crate) async fn role_history(
        &self,
        search: &str,
        offset: usize,
        count: usize,
    ) -> Result<HistoryWindow, Failure> {
        let reader = self.history_reader().await?;
        let (account, search) = (reader.account, HistorySearch::new(search, &reader.names));
        let read = self.disk.run(move |store| {
            Ok((store.single_role_changes(account, &search)?, store.found_batches(account, &search)?))
        });
        let (changes, batches) = read.await?;
        let mut entries = reader.grouped(changes);
        entries.extend(batches.into_iter().map(|batch| reader.batch_entry(batch)));
        entries.sort_by_key(|entry| Reverse(entry.number));
        let found = entries.len();
        let shown = entries.into_iter().skip(offset).take(count.min(MAX_ROWS)).collect();
        Ok(HistoryWindow { found, from: offset, rows: self.with_undo(account, shown).await? })
    }

    /// All single role changes of the active account that contain `search`, newest first, also those of batches.
    pub(super) async fn history(&self, search: &str) -> Result<Vec<HistoryRow>, Failure> {
        let reader = self.history_reader().await?;
        let (account, search) = (reader.account, HistorySearch::new(search, &reader.names));
        let changes = self.disk.run(move |store| store.role_history(account, &search)).await?;
        Ok(changes.into_iter().map(|change| reader.row(change)).collect())
    }

    async fn history_reader(&self) -> Result<Reader, Failure> {
        let Account { id, email, user_id, .. } = self.state.read().active_account()?;
        // Asked before the rows are read: those of a batch that ends in between are complete.
        let running = self.batch.read(|batch| Ok(batch.is_running().then(|| batch.id.to_string())));
        let by = if email.is_empty() { user_id } else { email };
        let names = self.organization_names(id).await?;
        Ok(Reader { account: id, names, by, running: running.ok().flatten() })
    }

    /// The names of the cached organizations by id.
    async fn organization_names(&self, account: AccountId) -> Result<HashMap<String, String>, Failure> {
        let cached = self.disk.run(move |store| store.organizations(account)).await?;
        let name = |cached: CachedOrganization| {
            let name = organization_name(&cached.organization).to_owned();
            (cached.organization.id, name)
        };
        Ok(cached.into_iter().map(name).collect())
    }

    /// The rows, with the request that undoes a change for those that can be undone.
    async fn with_undo(&self, account: AccountId, entries: Vec<Entry>) -> Result<Vec<HistoryRow>, Failure> {
        let made = entries.iter().filter_map(|entry| Some((entry.number, entry.single.clone()?)));
        let made: Vec<(i64, RoleChange)> = made.collect();
        let last = self.disk.run(move |store| store.last_role_changes(account, made)).await?;
        let rows = entries.into_iter().map(|mut entry| {
            let single = entry.single.filter(|_| last.contains(&entry.number));
            if let Some(change) = single {
                (entry.row.undo, entry.row.undo_tags) = self.undo_of(change);
            }
            entry.row
        });
        Ok(rows.collect())
    }

    /// The request that undoes a change of a role or of tags; none if the row is not in the open team, has something else
    /// now, or may not be changed back.
    fn undo_of(&self, change: RoleChange) -> (Option<RoleChangeRequest>, Option<TagsChangeRequest>) {
        let Ok(caller) = self.state.read().caller() else { return (None, None) };
        let kind = ChangeKind::from(change.kind);
        let RoleChange { organization, collaborator: id, old, new, .. } = change;
        let row = self.team.read(|team| {
            let is_open = team.organization.as_ref() == Some(&organization);
            Ok(team.roster.get(&id).filter(|_| is_open).map(|entry| entry.row.clone()))
        });
        let can_undo = |row: &Collaborator| {
            value_of(row, kind, &old, &new) == new && check_change(&caller, row, kind, &old).is_ok()
        };
        if !row.ok().flatten().as_ref().is_some_and(can_undo) {
            return (None, None);
        }
        match kind.role() {
            Some(kind) => (Some(RoleChangeRequest { id, kind, from: new, to: old }), None),
            None => {
                let TagsChange { removed: from, added: to } = tags_change(&new, &old);
                (None, Some(TagsChangeRequest { id, from, to, undoes: true }))
            }
        }
    }
}

impl Reader {
    /// The row of one change.
    fn row(&self, change: RoleChange) -> HistoryRow {
        let outcome = parse_outcome(&change.outcome);
        HistoryRow {
            at: change.at,
            batch: change.batch,
            undoes: false,
            running: false,
            counts: HistoryCounts::of(outcome),
            name: change.name,
            email: change.email,
            organization: self.organization(change.organization),
            by: self.by.clone(),
            kind: change.kind.into(),
            from: Some(change.old),
            to: Some(change.new),
            outcome,
            undo: None,
            undo_tags: None,
        }
    }

    /// Groups the changes of each batch of an early version, which was not stored, into one row at the place of its
    /// latest change. Earlier attempts to change the same person do not count.
    fn grouped(&self, changes: Vec<(i64, RoleChange)>) -> Vec<Entry> {
        let (mut entries, mut batches) = (Vec::<Entry>::new(), HashMap::<String, usize>::new());
        let mut people = HashSet::new();
        for (number, change) in changes {
            let Some(batch) = change.batch.clone() else {
                let single = (parse_outcome(&change.outcome) == HistoryOutcome::Made).then(|| change.clone());
                entries.push(Entry { number, single, row: self.row(change) });
                continue;
            };
            if !people.insert((batch.clone(), change.collaborator.clone())) {
                continue;
            }
            match batches.get(&batch).and_then(|&index| entries.get_mut(index)) {
                Some(entry) => entry.row.add(&self.row(change)),
                None => {
                    batches.insert(batch, entries.len());
                    entries.push(Entry { number, single: None, row: self.row(change) });
                }
            }
        }
        entries
    }

    fn batch_entry(&self, FoundBatch { batch, number, at, rows }: FoundBatch) -> Entry {
        let running = self.running.as_ref() == Some(&batch.id);
        let states = rows.counts;
        // While the batch runs, what was sent or is about to be sent has no outcome yet. Afterwards it is unknown.
        let (waiting, unheard) = if running { (states.sent, 0) } else { (0, states.sent) };
        let counts = HistoryCounts {
            made: states.done,
            failed: states.failed,
            unknown: states.unknown + unheard,
            not_tried: states.planned + waiting,
        };
        let kind = ChangeKind::from(batch.kind);
        // Rows need different parts of a change of tags, so the whole change says more.
        let (from, to) = match batch.role.and_then(|text| read_wish(kind, text)) {
            Some(Wish::Tags(edit)) => (Some(tags_text(&edit.remove)), Some(tags_text(&edit.add))),
            _ => (rows.old, rows.new),
        };
        let row = HistoryRow {
            at,
            undoes: batch.undoes,
            running,
            counts,
            name: rows.name,
            email: rows.email,
            organization: self.organization(batch.organization),
            by: self.by.clone(),
            kind,
            from,
            to,
            outcome: counts.outcome(),
            undo: None,
            undo_tags: None,
            batch: Some(batch.id),
        };
        Entry { number, row, single: None }
    }

    fn organization(&self, id: String) -> String {
        self.names.get(&id).cloned().unwrap_or(id)
    }
}

impl HistoryRow {
    /// Adds a row of the same batch.
    fn add(&mut self, row: &Self) {
        self.from.take_if(|from| Some(&*from) != row.from.as_ref());
        self.to.take_if(|to| Some(&*to) != row.to.as_ref());
        self.counts.made += row.counts.made;
        self.counts.failed += row.counts.failed;
        self.counts.unknown += row.counts.unknown;
        self.outcome = self.counts.outcome();
    }
}

impl HistoryCounts {
    /// One change with this outcome.
    fn of(outcome: HistoryOutcome) -> Self {
        let none = Self::default();
        match outcome {
            HistoryOutcome::Made => Self { made: 1, ..none },
            HistoryOutcome::Failed => Self { failed: 1, ..none },
            HistoryOutcome::Unknown => Self { unknown: 1, ..none },
        }
    }

    /// The most frequent outcome of those that were tried.
    fn outcome(self) -> HistoryOutcome {
        let Self { made, failed, unknown, .. } = self;
        match made.max(failed).max(unknown) {
            most if most == made => HistoryOutcome::Made,
            most if most == failed => HistoryOutcome::Failed,
            _ => HistoryOutcome::Unknown,
        }
    }
}
