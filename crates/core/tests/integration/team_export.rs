//! Exported files: which rows they have, that a spreadsheet reads every cell as it is, and that they can be imported.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::common::desktop::TestDesktop;
use crate::common::team::team_is_read;
use crate::common::{OWNER, TestApp};
use lapel_core::views::{
    BatchRowState, BatchState, ChangeKind, ErrorCode, Exported, InterfaceLanguage, LanguagePreference, LeftOutReason,
    ListSeparator, Preferences, RoleChangeRequest, RoleKind, SelectionChange, TeamQuery, TeamRow,
};
use rusqlite::{Connection, params};

/// Names and what the export makes of them.
const NAMES: [(&str, &str); 12] = [
    ("José Núñez", "José Núñez"),
    ("李小龍", "李小龍"),
    ("Ana \"Nita\" D'Souza", "Ana \"Nita\" D'Souza"),
    ("\"Quoted\"", "\"Quoted\""),
    ("Viewer, Victor; Sir", "Viewer, Victor; Sir"),
    ("Two\nlines", "Two\nlines"),
    ("=1+1", "'=1+1"),
    ("=HYPERLINK(\"https://example.com\",\"x\")", "'=HYPERLINK(\"https://example.com\",\"x\")"),
    ("-2+3", "'-2+3"),
    ("@SUM(1)", "'@SUM(1)"),
    ("\u{200b}=1+1", "'\u{200b}=1+1"),
    ("👩‍👩‍👧 Ωmega", "👩‍👩‍👧 Ωmega"),
];

async fn open_team() -> TestApp {
    let test = TestApp::signed_in_through_proxy_with_members(OWNER, 40).await;
    let database = Connection::open(test.database.path().join("sandbox.db")).unwrap();
    for (number, (name, _)) in (0_u32..).zip(NAMES) {
        let sql = "UPDATE user SET first_name = ?1, last_name = '' WHERE id =
                   (SELECT id FROM user WHERE email LIKE 'member%' ORDER BY id LIMIT 1 OFFSET ?2)";
        assert_eq!(database.execute(sql, params![name, number]).unwrap(), 1);
    }
    test.app.open_team(None).await.unwrap();
    test.wait_until(team_is_read).await;
    test
}

/// The cells of an exported file.
fn cells(exported: &Exported, separator: u8) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(&exported.path).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("Excel reads UTF-8 only with this mark");
    parse(text, separator)
}

fn parse(text: &str, separator: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Opens a file in LibreOffice and returns the cells that it shows.
fn cells_in_libreoffice(file: &Path, separator: char) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    // Comma or semicolon, quotation mark, UTF-8, from the first line. Its dialog finds this by the mark and the locale.
    let input = format!("--infilter=Text - txt - csv (StarCalc):{},34,76,1", u32::from(separator));
    let output = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false";
    let converted = Command::new("soffice")
        .arg("--headless")
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.path().display()))
        .args([&input, "--convert-to", output, "--outdir"])
        .args([folder.path(), file])
        .output()
        .expect("this test needs LibreOffice Calc (soffice)");
    let shown = std::fs::read_to_string(folder.path().join(file.file_name().unwrap()));
    parse(&shown.unwrap_or_else(|error| panic!("{error}: {converted:?}")), b',')
}

#[tokio::test(flavor = "multi_thread")]
async fn libreoffice_shows_every_cell_as_it_is_and_an_unchanged_export_plans_nothing() {
    let test = open_team().await;
    for (separator, letter) in [(ListSeparator::Comma, ','), (ListSeparator::Semicolon, ';')] {
        let exported = test.app.export_team(&TeamQuery::default(), separator).await.unwrap();
        let written = cells(&exported, u8::try_from(letter).unwrap());
        assert_eq!(written.len(), exported.rows + 1);
        for (_, expected) in NAMES {
            assert_eq!(written.iter().filter(|row| row[0] == expected).count(), 1, "{expected:?}");
        }
        assert_eq!(cells_in_libreoffice(Path::new(&exported.path), letter), written);

        test.app.import_batch(&std::fs::read(&exported.path).unwrap()).unwrap();
        let batch = test.batch();
        let unchanged =
            batch.left_out.iter().find(|left_out| left_out.reason == LeftOutReason::NoChange).unwrap().count;
        assert_eq!((batch.total, batch.changes, unchanged), (exported.rows, 0, exported.rows));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_one_language_can_be_imported_in_every_language() {
    let test = open_team().await;
    let import = |file: &[u8]| {
        for language in InterfaceLanguage::all() {
            set_language(&test, language);
            test.app.import_batch(file).unwrap();
            let batch = test.batch();
            let unchanged = batch.left_out.iter().find(|left_out| left_out.reason == LeftOutReason::NoChange);
            assert_eq!((batch.changes, unchanged.unwrap().count), (0, batch.total), "{language:?}");
        }
    };
    for language in InterfaceLanguage::all() {
        set_language(&test, language);
        let exported = test.app.export_team(&TeamQuery::default(), ListSeparator::Semicolon).await.unwrap();
        import(&std::fs::read(&exported.path).unwrap());

        // The same with the words of the interface.
        let file = format!("../../ui/messages/{}.json", language.as_str());
        let messages: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let word = |key: &str| messages[key].as_str().unwrap().to_owned();
        let name = Path::new(&exported.path).file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!("lapel-{}-acme-industries-", word("page_team").to_lowercase())), "{name}");
        let mut lines =
            vec![[word("team_column_name"), word("email"), word("team_role"), word("user_role")].join("\t")];
        for row in &cells(&exported, b';')[1..] {
            let name = row[0].replace(['"', '\n'], " ");
            lines.push([name, row[1].clone(), word(&format!("team_role_{}", row[2])), word("role_admin")].join("\t"));
        }
        import(lines.join("\n").as_bytes());
    }
}

fn set_language(test: &TestApp, language: InterfaceLanguage) {
    let language = LanguagePreference::Fixed(language);
    test.app.set_preferences(Preferences { language, ..test.app.preferences() });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_the_selected_rows_that_are_found_or_else_all_that_are_found() {
    let test = open_team().await;
    let (all, comma) = (TeamQuery::default(), ListSeparator::Comma);
    let members = TeamQuery { search: "member".into(), ..TeamQuery::default() };
    let found = test.app.team_rows(&members, 0, 3).unwrap();
    let exported = test.app.export_team(&members, comma).await.unwrap();
    assert_eq!((exported.rows, exported.selected), (found.found, false));

    for row in &found.rows[1..] {
        test.app.select_team(&members, &SelectionChange::Toggle { id: row.id.clone() }).unwrap();
    }
    let exported = test.app.export_team(&all, comma).await.unwrap();
    assert_eq!((exported.rows, exported.selected), (2, true));
    let written: Vec<String> = cells(&exported, b',').into_iter().skip(1).map(|row| row[1].clone()).collect();
    let mut wanted: Vec<String> = found.rows[1..].iter().map(|row| row.email.clone()).collect();
    assert!(written.iter().all(|email| wanted.contains(email)), "{written:?} {wanted:?}");

    // A selected row that a search does not find is not written, as it is not changed either.
    let first = TeamQuery { search: wanted.remove(0), ..TeamQuery::default() };
    assert_eq!(test.app.export_team(&first, comma).await.unwrap().rows, 1);
    let other = TeamQuery { search: "viewer@example.com".into(), ..TeamQuery::default() };
    let exported = test.app.export_team(&other, comma).await.unwrap();
    assert_eq!((exported.rows, exported.selected), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_of_the_selected_rows_that_are_found_are_copied_or_else_all_that_are_found() {
    let mut test = open_team().await;
    let desktop = TestDesktop::default();
    test.restart_with(|config| config.desktop = Arc::new(desktop.clone())).await;
    test.app.start().await;
    test.app.open_team(None).await.unwrap();
    let query = TeamQuery { search: "example.com".into(), ..TeamQuery::default() };
    let rows = test.app.team_rows(&query, 0, 1000).unwrap().rows;
    let copied = test.app.copy_team_emails(&query).await.unwrap();
    assert_eq!((copied.copied, copied.without_address, copied.selected, copied.partial), (rows.len(), 0, false, false));
    for row in &rows[1..3] {
        test.app.select_team(&query, &SelectionChange::Toggle { id: row.id.clone() }).unwrap();
    }
    let copied = test.app.copy_team_emails(&query).await.unwrap();
    assert_eq!((copied.copied, copied.selected), (2, true));
    let texts = desktop.copied.lock().unwrap().clone();
    let joined = |rows: &[TeamRow]| rows.iter().map(|row| row.email.clone()).collect::<Vec<_>>().join(", ");
    assert_eq!(texts, [joined(&rows), joined(&rows[1..3])]);

    let nobody = TeamQuery { search: "nobody".into(), ..TeamQuery::default() };
    assert_eq!(test.app.copy_team_emails(&nobody).await.unwrap().copied, 0);
    assert_eq!(desktop.copied.lock().unwrap().len(), 2, "the clipboard stays as it is");
    *desktop.fails.lock().unwrap() = true;
    assert_eq!(test.app.copy_team_emails(&query).await.unwrap_err().code, ErrorCode::NotCopied);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_history_is_imported_as_the_undo_of_its_changes() {
    let test = open_team().await;
    let change = async |email: &str, kind, from: &str, to: &str| {
        let query = TeamQuery { search: email.into(), ..TeamQuery::default() };
        let id = test.app.team_rows(&query, 0, 1).unwrap().rows.remove(0).id;
        let request = RoleChangeRequest { id, kind, from: from.into(), to: to.into() };
        test.app.change_role(request).await.unwrap();
    };
    change("editor@example.com", RoleKind::Team, "editor", "viewer").await;
    change("viewer@example.com", RoleKind::Team, "viewer", "editor").await;
    change("editor@example.com", RoleKind::Team, "viewer", "unassigned").await;
    change("editor@example.com", RoleKind::User, "user", "adminViewer").await;
    let exported = test.app.export_history("", ListSeparator::Semicolon).await.unwrap();
    let written = cells(&exported, b';');
    assert_eq!(written[0], ["when", "name", "email", "kind", "from", "to", "organization", "by", "outcome"]);
    let user_change =
        ["Edith Editor", "editor@example.com", "user", "user", "adminViewer", "Acme Industries", OWNER, "made"];
    assert_eq!(written[1][1..], user_change);

    test.app.import_batch(&std::fs::read(&exported.path).unwrap()).unwrap();
    let plan = test.batch();
    assert_eq!(
        (plan.kind, plan.undoes, plan.from_file, plan.total, plan.changes),
        (ChangeKind::Team, true, true, 4, 2)
    );
    let rows = test.app.batch_rows(None, 0, 10).unwrap().rows;
    let shown: Vec<_> = rows.iter().map(|row| (row.line, &*row.from, &*row.to, row.left_out)).collect();
    assert_eq!(
        shown,
        [
            (Some(3), "unassigned", "editor", None),
            (Some(4), "editor", "viewer", None),
            (Some(2), "adminViewer", "user", Some(LeftOutReason::OtherKind)),
            (Some(5), "viewer", "editor", Some(LeftOutReason::Combined)),
        ]
    );
    test.app.run_batch().await.unwrap();
    test.wait_until(|snapshot| {
        let batch = snapshot.batch.as_ref();
        batch.is_some_and(|batch| batch.state == BatchState::Over)
    })
    .await;
    assert_eq!(test.app.batch_rows(Some(BatchRowState::Done), 0, 10).unwrap().found, 2);
    // The other kind of role is undone by importing the file again.
    test.app.import_batch(&std::fs::read(&exported.path).unwrap()).unwrap();
    assert_eq!((test.batch().kind, test.batch().changes), (ChangeKind::User, 1));
}
