//! After any changes, a roster answers like one that is newly built from the same rows.

use std::collections::BTreeMap;

use lapel_domain::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::found_rows::FoundRows;
use crate::index::Index;
use crate::query::SelectionChange;

/// Few enough ids that rows are often replaced and removed.
const IDS: u32 = 40;

/// The user id of the signed-in user.
const OWN: &str = "user r1";

const COLUMNS: [TeamColumn; 8] = [
    TeamColumn::Name,
    TeamColumn::Email,
    TeamColumn::TeamRole,
    TeamColumn::UserRole,
    TeamColumn::Sso,
    TeamColumn::Tags,
    TeamColumn::State,
    TeamColumn::Since,
];

#[derive(Clone, Debug)]
enum Step {
    /// One row or a page of rows.
    Put(Vec<Collaborator>),
    Remove(HashSet<String>),
    /// This account has changed a row.
    NoteChanged(String),
    Select(TeamQuery, SelectionChange),
    /// Compares the roster with a new one.
    Compare(TeamQuery),
}

fn id() -> impl Strategy<Value = String> {
    (0..IDS).prop_map(|number| format!("r{number}"))
}

fn word() -> impl Strategy<Value = String> {
    select(vec!["", "Ann", "ann", "Zoë", "O’Brien", "O'Brien", "李", "小龙", "Łukasz"]).prop_map(str::to_owned)
}

fn tags() -> impl Strategy<Value = Vec<String>> {
    vec(select(vec!["a", "A", "b", "Ä", "zoe"]).prop_map(str::to_owned), 0..3)
}

prop_compose! {
    fn collaborator()(
        id in id(),
        (first_name, last_name) in (word(), word()),
        email in select(vec!["", "a@example.com", "A@example.com", "zoe@example.com"]),
        role in select(vec!["owner", "admin", "editor", "viewer", "unassigned", "captain", "Cook", ""]),
        user_role in option::of(select(vec!["admin", "user", "pilot"])),
        sso in option::of(any::<bool>()),
        tags in tags(),
        pending in any::<bool>(),
        created_at in option::of(select(vec!["2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "never"])),
    ) -> Collaborator {
        Collaborator {
            user_id: Some(format!("user {id}")),
            id,
            organization: "acme".into(),
            email: email.into(),
            first_name,
            last_name,
            picture: String::new(),
            team_role: TeamRole::from(role),
            user_role: user_role.map(UserRole::from),
            sso,
            tags,
            pending,
            created_at: created_at.map(Timestamp::new),
            updated_at: None,
        }
    }
}

prop_compose! {
    fn query()(
        search in select(vec!["", "", "", "ann", "o'brien", "李小龙", "zoe", "example", "r1"]),
        team_role in option::weighted(0.2, select(vec!["viewer", "captain"]).prop_map(str::to_owned)),
        user_role in option::weighted(0.2, Just("user".to_owned())),
        state in option::weighted(0.2, Just(MemberState::Pending)),
        tags in prop_oneof![4 => Just(Vec::new()), 1 => vec(select(vec!["a", "A", "gone"]).prop_map(str::to_owned), 1..3)],
        sso in option::weighted(0.2, any::<bool>()),
        changed_by_me in proptest::bool::weighted(0.2),
        sort in option::of(select(COLUMNS.to_vec())),
        descending in any::<bool>(),
    ) -> TeamQuery {
        TeamQuery { search: search.into(), team_role, user_role, state, tags, sso, changed_by_me, sort, descending }
    }
}

fn selection() -> impl Strategy<Value = SelectionChange> {
    prop_oneof![
        6 => id().prop_map(|id| SelectionChange::Toggle { id }),
        2 => (0..20usize, 0..20usize).prop_map(|(from, to)| SelectionChange::Range { from, to }),
        1 => Just(SelectionChange::All),
        1 => Just(SelectionChange::None),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => vec(collaborator(), 1).prop_map(Step::Put),
        1 => vec(collaborator(), 50..90).prop_map(Step::Put),
        3 => vec(id(), 1..4).prop_map(|ids| Step::Remove(ids.into_iter().collect())),
        2 => id().prop_map(Step::NoteChanged),
        2 => (query(), selection()).prop_map(|(query, change)| Step::Select(query, change)),
        4 => query().prop_map(Step::Compare),
    ]
}

/// The rows that the roster must have, by id, and whether they are selected. Then the ids of the rows that this account has
/// changed.
#[derive(Default)]
struct Expected(BTreeMap<String, (Collaborator, bool)>, HashSet<String>);

impl Expected {
    fn put(&mut self, row: Collaborator) {
        let selected = self.0.get(&row.id).is_some_and(|(_, selected)| *selected);
        self.0.insert(row.id.clone(), (row, selected));
    }

    /// A new roster with these rows.
    fn roster(&self, version: u64) -> Roster {
        let row = |(row, _): &(Collaborator, bool)| CachedCollaborator { collaborator: row.clone(), seen: None };
        let mut roster = Roster::new(self.0.values().map(row), version, OWN, self.1.clone());
        for (index, (_, selected)) in (0..).zip(self.0.values()) {
            roster.selected.set(index, *selected);
        }
        roster
    }

    fn change_selection(&mut self, query: &TeamQuery, change: &SelectionChange) {
        let mut roster = self.roster(1);
        roster.change_selection(query, change);
        (0..).zip(self.0.values_mut()).for_each(|(index, (_, selected))| *selected = roster.selected.contains(index));
    }
}

fn window(roster: &mut Roster, query: &TeamQuery) -> FoundRows {
    roster.found_rows(query, 0, 100)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_roster_answers_like_a_new_one(steps in vec(step(), 1..60), last in vec(query(), 5)) {
        let mut roster = Roster::new([], 1, OWN, HashSet::new());
        let mut expected = Expected::default();
        for step in steps.into_iter().chain(last.into_iter().map(Step::Compare)) {
            match step {
                Step::Put(rows) => rows.into_iter().for_each(|row| {
                    expected.put(row.clone());
                    roster.put(row, None);
                }),
                Step::Remove(ids) => {
                    expected.0.retain(|id, _| !ids.contains(id));
                    roster.remove(&ids);
                }
                Step::NoteChanged(id) => {
                    roster.note_changed(&id);
                    expected.1.insert(id);
                }
                Step::Select(query, change) => {
                    expected.change_selection(&query, &change);
                    roster.change_selection(&query, &change);
                }
                Step::Compare(query) => {
                    let mut rebuilt = expected.roster(roster.version);
                    prop_assert_eq!(window(&mut roster, &query), window(&mut rebuilt, &query));
                    let ids = |roster: &mut Roster| -> Vec<String> {
                        roster.selected_entries(&query).into_iter().map(|entry| entry.row.id.clone()).collect()
                    };
                    prop_assert_eq!(ids(&mut roster), ids(&mut rebuilt));
                    let index = Index::new(&roster.entries);
                    let counted = index.filter(&TeamQuery::default(), vec![true; roster.len()]).1;
                    prop_assert_eq!(window(&mut roster, &TeamQuery::default()).counts, counted);
                    let own = |roster: &Roster| roster.own().map(|entry| entry.row.clone());
                    prop_assert_eq!(own(&roster), own(&rebuilt));
                }
            }
        }
    }
}

#[test]
fn the_index_and_the_orders_survive_a_change_but_not_many_changes_at_once() {
    let mut roster = roster();
    let row =
        |number: usize| super::row(&format!("n{number}"), "New Row", TeamRole::Viewer, &["a"], false).collaborator;
    roster.find(&TeamQuery::default());
    roster.put(row(0), None);
    roster.remove(&["a".to_owned()].into());
    assert!(roster.index.is_some() && roster.orders.len() == 1, "the changes were followed");
    (0..=MIN_FOLLOWED).for_each(|number| roster.put(row(number + 1), None));
    assert!(roster.index.is_none() && roster.orders.is_empty());
}

#[test]
fn an_index_that_many_changes_have_worn_is_built_again() {
    let mut roster = roster();
    let mut row = super::row("c", "", TeamRole::Viewer, &["a", "b", "c"], false).collaborator;
    let mut builds = 0;
    for number in 0..2000 {
        row.first_name = format!("Name {number}");
        roster.put(row.clone(), None);
        builds += usize::from(roster.index.is_none());
        let query = TeamQuery { search: format!("name {number}"), ..TeamQuery::default() };
        assert!(ids(&mut roster, &query).contains(&"c".to_owned()));
    }
    assert!((2..100).contains(&builds), "{builds}");
}
