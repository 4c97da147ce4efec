//! Generated members for large teams. They have no password and cannot sign in.

use rusqlite::Transaction;

use super::people::{ORGANIZATION, OWNER};
use crate::collaborators;

const HOUR: i64 = 60 * 60 * 1000;
const TAGS: [&str; 4] = ["engineering", "support", "sales", "remote"];

/// Adds this number of rows to the team, starting with `Member 00001`. The rows are deterministic.
pub(super) fn add(db: &Transaction<'_>, members: u32, since: i64) -> Result<(), rusqlite::Error> {
    for number in 1..=members {
        let joined = since + i64::from(number) * HOUR;
        if number % 50 == 7 {
            add_invitation(db, number, joined)?;
        } else {
            add_member(db, number, joined)?;
        }
    }
    Ok(())
}

fn add_member(db: &Transaction<'_>, number: u32, joined: i64) -> Result<(), rusqlite::Error> {
    let user = format!("65f0a1c0000000d{number:09x}");
    let (last_name, email) = (format!("{number:05}"), format!("member{number:05}@example.com"));
    let role = match number % 250 {
        3 => "serviceAccount",
        4..7 => "adminViewer",
        _ => "user",
    };
    db.prepare_cached(
        "INSERT INTO user (id, email, email_key, first_name, last_name, role, newsletter, sso, organization_id, language,
                           verification, created_at, updated_at)
         VALUES (?1, ?2, ?2, 'Member', ?3, ?4, 0, ?5, ?6, 'en', 'verified', ?7, ?7)",
    )?
    .execute((&user, &email, &last_name, role, number % 10 == 9, ORGANIZATION, joined))?;
    add_row(db, number, Some(&user), &format!("member {last_name}"), &email, joined)
}

fn add_invitation(db: &Transaction<'_>, number: u32, joined: i64) -> Result<(), rusqlite::Error> {
    let email = format!("invited{number:05}@example.com");
    add_row(db, number, None, &email, &email, joined)
}

fn add_row(
    db: &Transaction<'_>,
    number: u32,
    user: Option<&str>,
    name_key: &str,
    email: &str,
    joined: i64,
) -> Result<(), rusqlite::Error> {
    let id = format!("65f0a1c0000000e{number:09x}");
    let role = match number % 20 {
        0 => "unassigned",
        1 => "admin",
        2..9 => "editor",
        _ => "viewer",
    };
    let detected = if user.is_none() { Some(email) } else { None };
    db.prepare_cached(
        "INSERT INTO collaborator (id, organization_id, user_id, detected_email, role, name_key, email_key, created_by,
                                   created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
    )?
    .execute((&id, ORGANIZATION, user, detected, role, name_key, email, OWNER, joined))?;
    // Two of three rows have a tag, and every seventh has the tag "pilot".
    let first = (!number.is_multiple_of(3)).then_some(TAGS[number as usize % TAGS.len()]);
    let second = number.is_multiple_of(7).then_some("pilot");
    let tags: Vec<&str> = first.into_iter().chain(second).collect();
    collaborators::add_tags(db, &id, &tags)
}
