//! Tests of searching, filtering, counting and sorting. They need no database and no server.

mod random_changes;

use lapel_domain::{Collaborator, TeamRole, UserRole};
use lapel_store::CachedCollaborator;

use super::*;
use crate::query::{MemberState, TeamColumn};

fn row(id: &str, name: &str, role: TeamRole, tags: &[&str], pending: bool) -> CachedCollaborator {
    let (first_name, last_name) = name.split_once(' ').unwrap_or((name, ""));
    let collaborator = Collaborator {
        id: id.into(),
        organization: "acme".into(),
        user_id: (!pending).then(|| format!("user {id}")),
        email: format!("{id}@example.com"),
        first_name: first_name.into(),
        last_name: last_name.into(),
        picture: String::new(),
        team_role: role,
        user_role: (!pending).then_some(UserRole::User),
        sso: None,
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        pending,
        created_at: None,
        updated_at: None,
    };
    CachedCollaborator { collaborator, seen: None }
}

fn roster() -> Roster {
    let rows = vec![
        row("c", "Zoë Ann", TeamRole::Viewer, &["a"], false),
        row("a", "Émile Zola", TeamRole::Owner, &["a", "b"], false),
        row("b", "Bea", TeamRole::Editor, &[], false),
        row("d", "", TeamRole::Viewer, &["b"], true),
    ];
    Roster::new(rows, 7, "user a", HashSet::from(["b".to_owned(), "gone".to_owned()]))
}

fn ids(roster: &mut Roster, query: &TeamQuery) -> Vec<String> {
    roster.found_entries(query).iter().map(|entry| entry.row.id.clone()).collect()
}

#[test]
fn every_word_of_a_search_must_be_found_whatever_its_case_and_accents() {
    let mut roster = roster();
    for (search, expected) in [
        ("zo", vec!["a", "c"]),
        ("ZOE", vec!["c"]),
        ("emile zola", vec!["a"]),
        ("zola emile", vec!["a"]),
        ("zoe bea", vec![]),
        ("@example.com be", vec!["b"]),
        ("   ", vec!["a", "b", "d", "c"]),
    ] {
        let query = TeamQuery { search: search.into(), ..TeamQuery::default() };
        assert_eq!(ids(&mut roster, &query), expected, "{search}");
    }
}

#[test]
fn names_tags_and_pasted_addresses_are_found() {
    let mut roster = Roster::new(
        vec![
            row("c", "Conan O’Brien", TeamRole::Viewer, &["EMEA sales"], false),
            row("l", "小龙 李", TeamRole::Viewer, &[], false),
            row("k", "علی کریمی", TeamRole::Viewer, &["l’équipe"], false),
        ],
        1,
        "",
        HashSet::new(),
    );
    for (search, expected) in [
        ("o'brien, conan", vec!["c"]),
        ("\"O'Brien, Conan\" <c@example.com>;", vec!["c"]),
        ("mailto:l@example.com", vec!["l"]),
        ("李小龙", vec!["l"]),
        ("علي كريمي", vec!["k"]),
        ("emea", vec!["c"]),
        ("conan sales", vec!["c"]),
        ("l'equipe", vec!["k"]),
        (",", vec!["c", "k", "l"]),
    ] {
        let query = TeamQuery { search: search.into(), ..TeamQuery::default() };
        assert_eq!(ids(&mut roster, &query), expected, "{search}");
    }
}

#[test]
fn an_id_is_found_by_itself_or_a_long_part_and_never_by_a_short_word() {
    let id = |last: u32| format!("65f0a1c000000000000c{last:04}");
    let mut rows: Vec<_> = (1..=3).map(|last| row(&id(last), "Member", TeamRole::Viewer, &[], false)).collect();
    rows.iter_mut().zip(["00001", "65", "x"]).for_each(|(row, name)| {
        name.clone_into(&mut row.collaborator.last_name);
        row.collaborator.email = format!("{name}@example.com");
    });
    let mut roster = Roster::new(rows, 1, "", HashSet::new());
    let mut found = |search: &str| {
        let ids = ids(&mut roster, &TeamQuery { search: search.into(), ..TeamQuery::default() });
        ids.into_iter().map(|id| id[id.len() - 1..].to_owned()).collect::<String>()
    };
    for (search, expected) in [
        ("member 00001", "1"),
        ("00001", "1"),
        ("65", "2"),
        ("65f0", ""),
        ("c", "123"),
        ("0", "1"),
        (id(2).as_str(), "2"),
        (id(3).to_uppercase().as_str(), "3"),
        ("member 65f0a1c000000000000c0003", "3"),
        ("65f0a1c000000000000c0003 65", ""),
        ("000000000c0003", "3"),
        ("65f0a1c00000", "123"),
        ("5f0a1c00000", ""),
    ] {
        assert_eq!(found(search), expected, "{search}");
    }
}

#[test]
fn the_counts_of_a_filter_ignore_that_filter_only() {
    let mut roster = roster();
    let query = TeamQuery { team_role: Some("viewer".into()), tags: vec!["a".into()], ..TeamQuery::default() };
    let found = roster.find(&query).clone();
    assert_eq!(found.rows.len(), 1);
    let counts = |facets: &[crate::query::FacetCount]| -> Vec<(String, usize)> {
        facets.iter().map(|facet| (facet.value.clone(), facet.count)).collect()
    };
    // Of the rows with the tag "a":
    assert_eq!(counts(&found.counts.team_roles)[0], ("owner".into(), 1));
    assert!(counts(&found.counts.team_roles).contains(&("viewer".into(), 1)));
    // Of the viewers with the tag "a":
    assert_eq!(counts(&found.counts.tags), [("a".into(), 1), ("b".into(), 0)]);
    assert_eq!((found.counts.members, found.counts.pending), (1, 0));
    let pending = TeamQuery { state: Some(MemberState::Pending), ..TeamQuery::default() };
    assert_eq!(ids(&mut roster, &pending), ["d"]);
    let unknown = TeamQuery { team_role: Some("captain".into()), ..TeamQuery::default() };
    assert_eq!(ids(&mut roster, &unknown), Vec::<String>::new());
}

#[test]
fn several_tags_must_all_be_there_and_their_counts_say_what_a_further_one_leaves() {
    let mut roster = roster();
    for (tags, expected, counts) in [
        (vec!["a"], vec!["a", "c"], [("a", 2), ("b", 1)]),
        (vec!["a", "b"], vec!["a"], [("a", 1), ("b", 1)]),
        (vec!["b", "gone"], vec![], [("a", 0), ("b", 0)]),
    ] {
        let query = TeamQuery { tags: tags.iter().map(|&tag| tag.to_owned()).collect(), ..TeamQuery::default() };
        assert_eq!(ids(&mut roster, &query), expected, "{tags:?}");
        let counted = roster.find(&query).counts.tags.clone();
        let counted: Vec<(&str, usize)> = counted.iter().map(|facet| (facet.value.as_str(), facet.count)).collect();
        assert_eq!(counted, counts, "{tags:?}");
    }
}

#[test]
fn rows_are_found_by_single_sign_on_unless_the_server_does_not_say_it() {
    let mut rows: Vec<_> = ["a", "b", "c"].map(|id| row(id, id, TeamRole::Viewer, &[], false)).into_iter().collect();
    (rows[0].collaborator.sso, rows[1].collaborator.sso) = (Some(true), Some(false));
    let mut roster = Roster::new(rows, 1, "", HashSet::new());
    for (sso, expected) in [(None, vec!["a", "b", "c"]), (Some(true), vec!["a"]), (Some(false), vec!["b"])] {
        let query = TeamQuery { sso, ..TeamQuery::default() };
        assert_eq!(ids(&mut roster, &query), expected);
        let counts = &roster.find(&query).counts;
        assert_eq!((counts.sso, counts.no_sso), (1, 1));
    }
}

#[test]
fn rows_that_this_account_has_changed_are_found_also_after_a_further_change() {
    let mut roster = roster();
    let query = TeamQuery { changed_by_me: true, ..TeamQuery::default() };
    assert_eq!(ids(&mut roster, &query), ["b"]);
    roster.note_changed("d");
    roster.note_changed("e");
    assert_eq!((ids(&mut roster, &query), roster.version), (vec!["b".to_owned(), "d".to_owned()], 8));
    assert_eq!(roster.find(&TeamQuery::default()).counts.changed_by_me, 2);
    // A row that comes back is still known.
    roster.put(row("gone", "Gone", TeamRole::Viewer, &[], false).collaborator, None);
    roster.remove(&["b".to_owned()].into());
    let viewers = TeamQuery { team_role: Some("viewer".into()), ..TeamQuery::default() };
    assert_eq!((ids(&mut roster, &query).len(), roster.find(&viewers).counts.changed_by_me), (2, 2));
}

#[test]
fn rows_without_a_value_come_last_in_both_directions() {
    let mut roster = roster();
    for (descending, expected) in [(false, ["c", "a", "d", "b"]), (true, ["d", "a", "c", "b"])] {
        let query = TeamQuery { sort: Some(TeamColumn::Tags), descending, ..TeamQuery::default() };
        assert_eq!(ids(&mut roster, &query), expected);
    }
}

#[test]
fn a_change_of_a_row_is_found_at_once_and_an_equal_row_changes_nothing() {
    let mut roster = roster();
    let query = TeamQuery { search: "zoe".into(), ..TeamQuery::default() };
    assert_eq!(ids(&mut roster, &query), ["c"]);
    let same = roster.get("c").map(|entry| entry.row.clone());
    let Some(same) = same else { panic!("the row exists") };
    roster.put(same.clone(), None);
    assert_eq!(roster.version, 7);
    roster.put(Collaborator { first_name: "Ida".into(), ..same }, None);
    assert_eq!((roster.version, ids(&mut roster, &query)), (8, Vec::new()));
    roster.remove(&["a".to_owned()].into());
    assert_eq!((roster.version, roster.len(), roster.own().is_none()), (9, 3, true));
}

#[test]
fn entries_that_were_found_stay_as_they_are_when_the_roster_changes() {
    let mut roster = roster();
    let found = roster.found_entries(&TeamQuery::default());
    roster.remove(&["a", "b", "c", "d"].map(str::to_owned).into());
    assert_eq!((roster.len(), found.len()), (0, 4));
    assert_eq!(found[0].row.id, "a");
}
