//! The team of an organization: stored page by page, refreshed, changed, and removed with its account.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::path::Path;

use common::collaborators;
use lapel_domain::{Collaborator, Organization, TeamRole, Timestamp, UserRole};
use lapel_store::{AccountId, CachedCollaborator, FinishedPass, RefreshPass, SeenOn, Store, TeamPage};

const ACME: &str = "acme";
const PAGE_SIZE: u32 = 2;

struct Team {
    folder: tempfile::TempDir,
    store: Store,
    account: AccountId,
}

impl Team {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 0).store;
        let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
        store.store_organizations(account, &[organization(ACME)], 1).unwrap();
        Self { folder, store, account }
    }

    fn reopen(self) -> Self {
        let Self { folder, store, account } = self;
        drop(store);
        let store = Store::open(folder.path(), 0).store;
        Self { folder, store, account }
    }

    fn begin(&self, now: i64) -> RefreshPass {
        self.store.begin_or_resume_pass(self.account, ACME, PAGE_SIZE, now).unwrap()
    }

    /// Stores a page of a team whose total is `pages` full pages.
    fn store_rows(&self, pass: &RefreshPass, number: u32, pages: u32, rows: &[Collaborator]) -> RefreshPass {
        self.store_page(pass, &TeamPage { rows, ..page(number, pages) })
    }

    fn store_page(&self, pass: &RefreshPass, page: &TeamPage<'_>) -> RefreshPass {
        self.store.store_page(pass, page).unwrap().expect("an unfinished pass").pass
    }

    fn finish(&self, pass: &RefreshPass) -> FinishedPass {
        self.store.finish_pass(pass, 100).unwrap().expect("a pass with all pages")
    }

    /// A complete pass over a team with a single page.
    fn run_pass(&self, rows: &[Collaborator]) -> FinishedPass {
        let pass = self.begin(10);
        self.store_page(&pass, &TeamPage { rows, total: Some(rows.len() as u64), ..page(1, 1) });
        self.finish(&pass)
    }

    fn rows(&self) -> Vec<CachedCollaborator> {
        collaborators(&self.store, self.account, ACME)
    }

    fn ids(&self) -> Vec<String> {
        self.rows().into_iter().map(|row| row.collaborator.id).collect()
    }

    fn role(&self, id: &str) -> TeamRole {
        let row = self.rows().into_iter().find(|row| row.collaborator.id == id);
        row.unwrap().collaborator.team_role
    }
}

fn organization(id: &str) -> Organization {
    Organization { id: id.into(), name: Some(format!("{id} Industries")), slug: None, picture: None }
}

fn page(number: u32, pages: u32) -> TeamPage<'static> {
    let total = Some(u64::from(pages * PAGE_SIZE));
    TeamPage { number, pages, has_next: None, total, rows: &[], skipped: 0, asked_at: 20 }
}

fn member(id: &str) -> Collaborator {
    Collaborator {
        id: id.into(),
        organization: ACME.into(),
        user_id: Some(format!("user of {id}")),
        email: format!("{id}@example.com"),
        first_name: "Zoë".into(),
        last_name: id.to_uppercase(),
        picture: "/v1/pictures/1".into(),
        team_role: TeamRole::Viewer,
        user_role: Some(UserRole::AdminViewer),
        sso: Some(true),
        tags: vec!["support".into(), "a \"quoted\" one".into()],
        pending: false,
        created_at: Some(Timestamp::new("2024-01-01T00: 00:00Z")),
        updated_at: None,
    }
}

fn with_role(id: &str, role: &str) -> Collaborator {
    Collaborator { team_role: TeamRole::from(role), ..member(id) }
}

fn without_email(id: &str) -> Collaborator {
    Collaborator { email: String::new(), ..member(id) }
}

fn to_look_up(finished: &FinishedPass) -> Vec<(&str, &str)> {
    finished.to_look_up.iter().map(|row| (row.id.as_str(), row.email.as_str())).collect()
}

#[test]
fn rows_are_unchanged_after_a_restart() {
    let team = Team::new();
    let invited = Collaborator {
        user_id: None,
        user_role: None,
        sso: None,
        tags: vec![],
        pending: true,
        created_at: None,
        team_role: TeamRole::Other("captain".into()),
        ..member("b")
    };
    let pass = team.begin(10);
    team.store_rows(&pass, 1, 1, &[member("a"), invited.clone()]);
    let team = team.reopen();
    let expected = [member("a"), invited]
        .map(|row| CachedCollaborator { collaborator: row, seen: Some(SeenOn { page: 1, rows: PAGE_SIZE }) });
    assert_eq!(team.rows(), expected);
}

#[test]
fn an_interrupted_pass_continues_with_the_missing_pages() {
    let team = Team::new();
    let pass = team.begin(10);
    assert_eq!(pass.missing().collect::<Vec<_>>(), [1], "the number of pages is not known yet");
    team.store_rows(&pass, 1, 4, &[member("a"), member("b")]);
    let pass = team.store_rows(&pass, 3, 4, &[member("e"), member("f")]);
    let team = team.reopen();
    assert_eq!(team.store.team_as_of(team.account, ACME).unwrap(), None);
    let resumed = team.begin(50);
    assert_eq!(resumed, pass);
    assert_eq!((resumed.missing().collect::<Vec<_>>(), resumed.started_at), (vec![2, 4], 10));
    assert_eq!(team.store.finish_pass(&resumed, 60).unwrap(), None, "pages are missing");
    team.store_rows(&resumed, 4, 4, &[member("g"), member("h")]);
    team.store_rows(&resumed, 2, 4, &[member("c"), member("d")]);
    assert!(team.finish(&resumed).clean);
    assert_eq!(team.ids(), ["a", "b", "c", "d", "e", "f", "g", "h"]);
    assert_eq!(team.store.team_as_of(team.account, ACME).unwrap(), Some(100));
    assert_ne!(team.begin(110).started_at, 10, "a finished pass is not continued");
}

#[test]
fn a_different_page_size_starts_a_new_pass() {
    let team = Team::new();
    let pass = team.begin(10);
    team.store_rows(&pass, 1, 2, &[member("a"), member("b")]);
    let new_pass = team.store.begin_or_resume_pass(team.account, ACME, 1000, 50).unwrap();
    assert_eq!((new_pass.kept.len(), new_pass.started_at), (0, 50));
    assert_eq!(team.store.store_page(&pass, &page(2, 2)).unwrap(), None, "the old pass has ended");
    assert_eq!(team.ids(), ["a", "b"], "the rows that it stored stay");
}

#[test]
fn an_unseen_row_is_listed_for_lookup_and_stays_until_it_is_removed() {
    let team = Team::new();
    team.run_pass(&[member("a"), member("b"), member("c")]);
    for _ in 0..3 {
        let finished = team.run_pass(&[member("a")]);
        assert_eq!(to_look_up(&finished), [("b", "b@example.com"), ("c", "c@example.com")]);
        assert_eq!(finished.removed, Vec::<String>::new());
    }
    team.store.remove_collaborator(team.account, ACME, "b").unwrap();
    team.store.put_collaborator(team.account, ACME, &member("c"), 30).unwrap();
    assert_eq!(team.ids(), ["a", "c"], "the lookup found only c");
    assert_eq!(to_look_up(&team.run_pass(&[member("a"), member("c")])), []);
}

#[test]
fn a_row_without_an_email_address_is_removed_after_two_clean_passes_without_it() {
    let team = Team::new();
    let (a, b) = (member("a"), without_email("b"));
    team.run_pass(&[a.clone(), b.clone()]);
    assert_eq!(team.run_pass(std::slice::from_ref(&a)).removed, Vec::<String>::new());
    team.run_pass(&[a.clone(), b]);
    assert_eq!(team.run_pass(std::slice::from_ref(&a)).removed, Vec::<String>::new(), "it was seen in between");
    let unclean = team.begin(10);
    team.store_page(&unclean, &TeamPage { skipped: 1, ..page(1, 1) });
    team.finish(&unclean);
    assert_eq!(team.ids(), ["a", "b"], "an unclean pass does not count");
    assert_eq!(team.run_pass(&[a]).removed, ["b"]);
    assert_eq!(team.ids(), ["a"]);
}

#[test]
fn a_pass_that_may_have_missed_a_row_removes_no_row_and_lists_none_for_lookup() {
    let rows = [member("a"), member("b")];
    let second = [member("c"), member("d")];
    let ordinary = TeamPage { rows: &second, ..page(2, 2) };
    for (what, last) in [
        ("a different total", TeamPage { total: Some(5), ..ordinary }),
        ("no total", TeamPage { total: None, ..ordinary }),
        ("an unreadable row", TeamPage { skipped: 1, ..ordinary }),
        ("a row of the previous page again", TeamPage { rows: &[member("b"), member("c")], ..ordinary }),
        ("one row fewer than announced", TeamPage { rows: &second[..1], ..ordinary }),
    ] {
        let team = Team::new();
        team.run_pass(&[without_email("gone"), member("gone too")]);
        for _ in 0..2 {
            let pass = team.begin(10);
            team.store_rows(&pass, 1, 2, &rows);
            team.store_page(&pass, &last);
            let expected = FinishedPass { clean: false, to_look_up: vec![], removed: vec![] };
            assert_eq!(team.finish(&pass), expected, "{what}");
            assert!(team.ids().contains(&"gone".to_owned()), "{what}");
        }
        let pass = team.begin(10);
        team.store_rows(&pass, 1, 2, &rows);
        team.store_page(&pass, &ordinary);
        assert_eq!(to_look_up(&team.finish(&pass)), [("gone too", "gone too@example.com")], "clean pass after: {what}");
    }
}

#[test]
fn a_change_is_not_overwritten_by_a_page_requested_before_it() {
    let team = Team::new();
    team.run_pass(&[member("a"), member("b")]);
    let pass = team.begin(10);
    team.store.put_collaborator(team.account, ACME, &with_role("a", "editor"), 30).unwrap();
    for asked_at in [20, 30] {
        team.store_page(&pass, &TeamPage { rows: &[member("a"), member("b")], asked_at, ..page(1, 1) });
        assert_eq!(team.role("a"), TeamRole::Editor, "requested at {asked_at}");
    }
    assert!(team.finish(&pass).clean, "a row that was not overwritten still counts as seen");
}

#[test]
fn a_change_is_overwritten_by_a_page_requested_after_it() {
    let team = Team::new();
    let pass = team.begin(10);
    team.store.put_collaborator(team.account, ACME, &with_role("a", "editor"), 30).unwrap();
    let team = team.reopen();
    team.store_page(&pass, &TeamPage { rows: &[with_role("a", "unassigned")], asked_at: 31, ..page(1, 1) });
    assert_eq!(team.role("a"), TeamRole::Unassigned);
}

#[test]
fn a_changed_row_is_overwritten_by_the_next_pass_even_if_the_clock_was_set_back() {
    let team = Team::new();
    team.run_pass(&[member("a")]);
    team.store.put_collaborator(team.account, ACME, &with_role("a", "editor"), i64::MAX - 1).unwrap();
    team.run_pass(&[with_role("a", "unassigned")]);
    assert_eq!(team.role("a"), TeamRole::Unassigned);
}

#[test]
fn a_row_changed_during_a_pass_exists_even_if_no_page_contains_it() {
    let team = Team::new();
    team.run_pass(&[member("a"), member("b")]);
    let pass = team.begin(10);
    team.store_page(&pass, &TeamPage { rows: &[member("a")], total: Some(1), ..page(1, 1) });
    team.store.put_collaborator(team.account, ACME, &with_role("b", "editor"), 30).unwrap();
    assert_eq!(to_look_up(&team.finish(&pass)), []);
    assert_eq!(team.role("b"), TeamRole::Editor);
}

#[test]
fn a_change_does_not_alter_the_page_on_which_a_row_was_seen() {
    let team = Team::new();
    let pass = team.begin(10);
    team.store_rows(&pass, 2, 2, &[member("a")]);
    team.store.put_collaborator(team.account, ACME, &with_role("a", "editor"), 30).unwrap();
    team.store.put_collaborator(team.account, ACME, &member("new"), 30).unwrap();
    let pages: Vec<_> = team.rows().into_iter().map(|row| (row.collaborator.id, row.seen)).collect();
    assert_eq!(pages, [("a".to_owned(), Some(SeenOn { page: 2, rows: PAGE_SIZE })), ("new".to_owned(), None)]);
}

/// The missing pages after the given ones: page number, number of pages, whether another page follows.
fn missing_after(pages: &[(u32, u32, Option<bool>)]) -> Vec<u32> {
    let team = Team::new();
    let mut pass = team.begin(10);
    for &(number, page_count, has_next) in pages {
        pass = team.store_page(&pass, &TeamPage { has_next, ..page(number, page_count) });
    }
    pass.missing().collect()
}

#[test]
fn has_next_takes_precedence_over_the_number_of_pages() {
    let (more, end) = (Some(true), Some(false));
    for (pages, missing) in [
        (vec![(1, 3, None)], vec![2, 3]),
        (vec![(1, 1, more)], vec![2]),
        (vec![(1, 3, more), (3, 3, more), (2, 3, more)], vec![4]),
        (vec![(1, 9, more), (3, 9, end)], vec![2]),
        (vec![(1, 9, more), (4, 9, end), (3, 9, end), (2, 9, more)], vec![]),
        (vec![(1, 9, end)], vec![]),
        (vec![(1, 3, None), (2, 2, None)], vec![]),
    ] {
        assert_eq!(missing_after(&pages), missing, "{pages:?}");
    }
}

#[test]
fn a_continued_pass_reads_its_last_page_again() {
    let team = Team::new();
    let pass = team.begin(10);
    let pass = team.store_page(&pass, &TeamPage { has_next: Some(true), ..page(1, 3) });
    team.store_page(&pass, &TeamPage { has_next: Some(false), ..page(3, 3) });
    let team = team.reopen();
    let pass = team.begin(20);
    assert_eq!(pass.missing().collect::<Vec<_>>(), [2, 3]);
    let pass = team.store_page(&pass, &TeamPage { has_next: Some(true), ..page(3, 3) });
    assert_eq!(pass.missing().collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn a_different_page_size_clears_the_pages_on_which_rows_were_seen() {
    let team = Team::new();
    let pass = team.begin(10);
    team.store_rows(&pass, 1, 2, &[member("a"), member("b")]);
    let pass = team.store.begin_or_resume_pass(team.account, ACME, 1, 20).unwrap();
    assert_eq!((pass.page_size, pass.kept.as_slice(), pass.pages), (1, [].as_slice(), None));
    let seen = |team: &Team| team.rows().into_iter().map(|row| row.seen).collect::<Vec<_>>();
    assert_eq!(seen(&team), [None, None]);
    team.store_rows(&pass, 2, 2, &[member("b")]);
    assert_eq!(seen(&team), [None, Some(SeenOn { page: 2, rows: 1 })]);
}

#[test]
fn organizations_retain_their_order_and_teams_until_they_are_no_longer_listed() {
    let team = Team::new();
    team.run_pass(&[member("a")]);
    let list = [organization("other"), organization(ACME)];
    team.store.store_organizations(team.account, &list, 7).unwrap();
    let team = team.reopen();
    let cached = team.store.organizations(team.account).unwrap();
    let cached: Vec<_> = cached.into_iter().map(|cached| (cached.organization, cached.as_of)).collect();
    assert_eq!(cached, list.map(|organization| (organization, 7)));
    assert_eq!((team.ids().len(), team.store.team_as_of(team.account, ACME).unwrap()), (1, Some(100)));
    let pass = team.begin(10);
    team.store.store_organizations(team.account, &[organization("other")], 8).unwrap();
    assert_eq!(team.ids(), Vec::<String>::new(), "the team of an organization that is no longer listed");
    assert_eq!(team.store.store_page(&pass, &page(1, 1)).unwrap(), None);
    assert_eq!(team.store.finish_pass(&pass, 9).unwrap(), None);
    assert!(team.store.begin_or_resume_pass(team.account, ACME, PAGE_SIZE, 10).is_err(), "it is not stored");
}

#[test]
fn removing_an_account_removes_its_team_and_no_other_team() {
    let team = Team::new();
    let other = team.store.sign_in("sandbox", "u2", "other@example.com", false).unwrap().id;
    team.store.store_organizations(other, &[organization(ACME)], 1).unwrap();
    let pass = team.begin(10);
    team.store_rows(&pass, 1, 2, &[member("a-word-to-look-for")]);
    team.store.put_collaborator(other, ACME, &member("kept"), 1).unwrap();
    team.store.remove_account(team.account).unwrap();
    assert_eq!((team.ids(), team.store.organizations(team.account).unwrap()), (vec![], vec![]));
    assert_eq!(team.store.store_page(&pass, &page(2, 2)).unwrap(), None, "a page that arrives too late");
    assert_eq!(collaborators(&team.store, other, ACME).len(), 1);
    assert!(!contains_bytes(team.folder.path(), b"a-word-to-look-for"));
    assert!(contains_bytes(team.folder.path(), b"kept@example.com"));
}

/// Whether any file of a folder contains these bytes.
fn contains_bytes(folder: &Path, wanted: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.into_iter().any(|file| std::fs::read(file).unwrap().windows(wanted.len()).any(|window| window == wanted))
}

#[test]
fn a_team_of_100_000_rows_is_stored_by_pages_and_read_at_once() {
    const PAGES: u32 = 100;
    let team = Team::new();
    let pass = team.store.begin_or_resume_pass(team.account, ACME, 1000, 10).unwrap();
    for number in (1..=PAGES).rev() {
        let rows: Vec<Collaborator> = (0..1000).map(|row| member(&format!("{number:03}{row:03}"))).collect();
        team.store_page(&pass, &TeamPage { rows: &rows, total: Some(100_000), ..page(number, PAGES) });
    }
    let finished = team.finish(&pass);
    assert_eq!((finished.clean, finished.to_look_up.len()), (true, 0));
    let rows = team.rows();
    assert_eq!(rows.len(), 100_000);
    assert!(rows.iter().all(|row| row.collaborator.tags.len() == 2));
    team.store.remove_account(team.account).unwrap();
    assert_eq!(team.ids().len(), 0);
}
