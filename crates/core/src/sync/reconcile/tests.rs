//! Tests of [`decide`], without a database or a server.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use super::*;

fn profile(first_name: &str, language: &str) -> Profile {
    let json = format!(r#"{{"id":"1","role":"user","first_name":"{first_name}","language":"{language}"}}"#);
    serde_json::from_str(&json).unwrap()
}

fn edit(field: Field, base: &str, mine: &str, state: EditState) -> Edit {
    Edit {
        field,
        in_flight: false,
        save_id: "s".into(),
        base: base.into(),
        mine: EditValue::Text(mine.into()),
        state,
        made_at: 0,
        unconfirmed_value: None,
    }
}

fn in_conflict(theirs: &str) -> EditState {
    EditState::Conflict { theirs: theirs.into(), theirs_at: None }
}

fn decide_text(edit: &Edit, theirs: &Profile) -> Decision {
    let EditValue::Text(mine) = &edit.mine else { panic!("{edit:?}") };
    decide(edit, Some(mine), theirs)
}

#[test]
fn a_first_name_is_decided_by_its_state_and_the_servers_value() {
    let refused = || EditState::Refused { reason: Box::default() };
    for (state, theirs, expected) in [
        (EditState::Waiting, "base", Decision::Send),
        (EditState::Waiting, "mine", Decision::Remove),
        (EditState::Waiting, "third", Decision::Conflict),
        (in_conflict("third"), "third", Decision::Conflict),
        (in_conflict("third"), "fourth", Decision::Conflict),
        (in_conflict("third"), "mine", Decision::Remove),
        (in_conflict("third"), "base", Decision::Conflict),
        (refused(), "base", Decision::Keep),
        (refused(), "mine", Decision::Keep),
        (refused(), "third", Decision::Keep),
    ] {
        let edit = edit(Field::FirstName, "base", "mine", state);
        assert_eq!(decide_text(&edit, &profile(theirs, "en")), expected, "{:?}, {theirs}", edit.state);
    }
}

#[test]
fn a_value_that_was_sent_is_never_a_conflict_with_itself() {
    let sent = Edit { in_flight: true, ..edit(Field::FirstName, "base", "mine", EditState::Waiting) };
    assert_eq!(decide_text(&sent, &profile("mine", "en")), Decision::Remove, "it has arrived");
    assert_eq!(decide_text(&sent, &profile("base", "en")), Decision::Send, "it has not arrived");

    let follow_up = edit(Field::FirstName, "base", "newer", EditState::Waiting);
    assert_eq!(decide_text(&follow_up, &profile("mine", "en")), Decision::Conflict);
    let follow_up = Edit { unconfirmed_value: Some("mine".into()), ..follow_up };
    assert_eq!(decide_text(&follow_up, &profile("mine", "en")), Decision::Send, "the earlier value arrived late");
}

#[test]
fn values_that_look_the_same_are_no_conflict() {
    let spaces = edit(Field::FirstName, "Zoë  Ann", "Zoë Ann", in_conflict("Zoë  Ann"));
    assert_eq!(decide_text(&spaces, &profile("Zoë  Ann", "en")), Decision::ReturnToWaiting);
}

#[test]
fn a_language_that_the_service_does_not_accept_is_not_sent() {
    let catalan = edit(Field::Language, "en", "ca", EditState::Waiting);
    assert_eq!(decide_text(&catalan, &profile("A", "en")), Decision::Reject);
    assert_eq!(decide_text(&catalan, &profile("A", "ca")), Decision::Remove);
    assert_eq!(decide_text(&catalan, &profile("A", "fr")), Decision::Conflict, "the person sees both values first");
    let spanish = edit(Field::Language, "en", "es", EditState::Waiting);
    assert_eq!(decide_text(&spanish, &profile("A", "en")), Decision::Send);
}

#[test]
fn an_empty_value_is_only_sent_for_fields_that_may_be_empty() {
    let first_name = edit(Field::FirstName, "base", "", EditState::Waiting);
    assert_eq!(decide_text(&first_name, &profile("base", "en")), Decision::Remove);
    let last_name = edit(Field::LastName, "", "", EditState::Waiting);
    assert_eq!(decide_text(&last_name, &profile("A", "en")), Decision::Remove, "it is empty already");
    let picture = edit(Field::Picture, "/a.png", "", EditState::Waiting);
    let theirs = Profile { picture: "/a.png".into(), ..profile("A", "en") };
    assert_eq!(decide_text(&picture, &theirs), Decision::Send, "removing a picture");
}

#[test]
fn a_picture_that_was_not_uploaded_is_sent_unless_the_servers_picture_has_changed() {
    let picture =
        Edit { mine: EditValue::LocalPicture("p1".into()), ..edit(Field::Picture, "/old.png", "", EditState::Waiting) };
    let with_picture = |picture: &str| Profile { picture: picture.into(), ..profile("A", "en") };
    assert_eq!(decide(&picture, None, &with_picture("/old.png")), Decision::Send);
    assert_eq!(decide(&picture, None, &with_picture("/other.png")), Decision::Conflict);
    assert_eq!(decide(&picture, Some("/new.png"), &with_picture("/new.png")), Decision::Remove, "it has arrived");
}
