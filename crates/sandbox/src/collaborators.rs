//! The team of an organization: rows of the table `collaborator`, filters, and the JSON documents.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use serde_json::{Value, json};

use crate::page::{Page, Sort};
use crate::response::ApiError;
use crate::roles::TeamRole;
use crate::{clock, pictures};

/// The columns of a team row that the role rules need.
pub(crate) struct Collaborator {
    pub(crate) id: String,
    pub(crate) role: TeamRole,
}

/// The filter of a list. Every condition must hold.
pub(crate) struct Filter {
    /// Only rows with this role.
    pub(crate) role: Option<TeamRole>,
    /// Only the row with exactly this email address, case-insensitive.
    pub(crate) email: Option<String>,
    /// Only rows that have all of these tags.
    pub(crate) tags: BTreeSet<String>,
    /// Only rows of users, no pending invitations.
    pub(crate) only_users: bool,
}

fn read(row: &Row<'_>) -> Result<Collaborator, rusqlite::Error> {
    let role: String = row.get(1)?;
    // The CHECK constraint excludes unknown roles. If one is stored anyway, it gets no rights.
    let role = TeamRole::parse(&role).unwrap_or(TeamRole::Unassigned);
    Ok(Collaborator { id: row.get(0)?, role })
}

/// The row with this id.
pub(crate) fn load(db: &Connection, organization: &str, id: &str) -> Result<Option<Collaborator>, ApiError> {
    let sql = "SELECT id, role FROM collaborator WHERE organization_id = ?1 AND id = ?2";
    Ok(db.query_row(sql, (organization, id), read).optional()?)
}

/// The user's row in a team; `None` if the user is not a member.
pub(crate) fn membership(db: &Connection, organization: &str, user: &str) -> Result<Option<Collaborator>, ApiError> {
    let sql = "SELECT id, role FROM collaborator WHERE organization_id = ?1 AND user_id = ?2";
    Ok(db.query_row(sql, (organization, user), read).optional()?)
}

/// Writes the role and the tags if they are given.
pub(crate) fn save(db: &Connection, id: &str, role: Option<TeamRole>, tags: Option<&[String]>) -> Result<(), ApiError> {
    if let Some(role) = role {
        db.execute("UPDATE collaborator SET role = ?2 WHERE id = ?1", (id, role.as_str()))?;
    }
    if let Some(tags) = tags {
        db.execute("DELETE FROM collaborator_tag WHERE collaborator_id = ?1", [id])?;
        add_tags(db, id, tags)?;
    }
    db.execute("UPDATE collaborator SET updated_at = ?2 WHERE id = ?1", (id, clock::now()))?;
    Ok(())
}

/// Adds tags to a row that has none.
pub(crate) fn add_tags<T: AsRef<str>>(db: &Connection, id: &str, tags: &[T]) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO collaborator_tag (collaborator_id, position, tag) VALUES (?1, ?2, ?3)";
    let mut insert = db.prepare_cached(sql)?;
    for (position, tag) in (0_i64..).zip(tags) {
        insert.execute((id, position, tag.as_ref()))?;
    }
    Ok(())
}

/// All tags of the team's members, in byte order.
pub(crate) fn tags_in_use(db: &Connection, organization: &str) -> Result<Vec<String>, ApiError> {
    let sql = "SELECT DISTINCT tag FROM collaborator_tag JOIN collaborator ON id = collaborator_id
               WHERE organization_id = ?1 ORDER BY tag";
    let mut statement = db.prepare_cached(sql)?;
    let tags = statement.query_map([organization], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(tags)
}

/// One page of a team, and the total number of rows.
pub(crate) fn list(
    db: &Connection,
    organization: &str,
    filter: &Filter,
    sort: &Sort,
    page: Page,
    origin: &str,
) -> Result<(Vec<Value>, i64), ApiError> {
    let mut from_where = String::from("FROM collaborator WHERE organization_id = ?");
    let mut values = vec![Sql::from(organization.to_owned())];
    if let Some(role) = filter.role {
        from_where.push_str(" AND role = ?");
        values.push(role.as_str().to_owned().into());
    }
    if let Some(email) = &filter.email {
        from_where.push_str(" AND email_key = ?");
        values.push(email.to_lowercase().into());
    }
    if filter.only_users {
        from_where.push_str(" AND user_id IS NOT NULL");
    }
    if !filter.tags.is_empty() {
        // One IN list: with one condition per tag, many tags would exceed SQLite's limit for the expression depth.
        let placeholders = vec!["?"; filter.tags.len()].join(", ");
        from_where.push_str(&format!(
            " AND id IN (SELECT collaborator_id FROM collaborator_tag WHERE tag IN ({placeholders})
                         GROUP BY collaborator_id HAVING count(DISTINCT tag) = ?)"
        ));
        values.extend(filter.tags.iter().map(|tag| Sql::from(tag.clone())));
        values.push(i64::try_from(filter.tags.len()).unwrap_or(i64::MAX).into());
    }
    let total = db
        .prepare_cached(&format!("SELECT count(*) {from_where}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    values.extend([page.limit.into(), page.offset().into()]);
    // Select only ids, which the indexes contain: skipped rows are then not read from the table.
    let ids = db
        .prepare_cached(&format!("SELECT id {from_where} ORDER BY {} LIMIT ? OFFSET ?", order(sort)))?
        .query_map(params_from_iter(&values), |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let items = ids.iter().filter_map(|id| document(db, id, origin).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok((items, total))
}

fn order(sort: &Sort) -> String {
    let (columns, direction): (&[&str], _) = match sort {
        Sort::Name(direction) => (&["name_key", "id"], direction),
        Sort::Email(direction) => (&["email_key", "id"], direction),
        Sort::Role(direction) => (&["role", "name_key", "id"], direction),
        Sort::Age(direction) => (&["created_at", "id"], direction),
    };
    columns.iter().map(|column| format!("{column} {}", direction.sql())).collect::<Vec<_>>().join(", ")
}

/// The JSON document of a row.
pub(crate) fn document(db: &Connection, id: &str, origin: &str) -> Result<Option<Value>, ApiError> {
    let mut statement = db.prepare_cached(
        "SELECT c.organization_id, c.role, c.created_by, c.created_at, c.updated_at, c.detected_email,
                u.id, u.email, u.first_name, u.last_name, u.picture_id, u.picture_url, u.role, u.sso
         FROM collaborator c LEFT JOIN user u ON u.id = c.user_id WHERE c.id = ?1",
    )?;
    let document = statement.query_row([id], |row| {
        let mut document = json!({
            "id": id,
            "organization": row.get::<_, String>(0)?,
            "role": row.get::<_, String>(1)?,
            "tags": [],
            "detected": {},
            "createdBy": row.get::<_, String>(2)?,
            "createdAt": clock::rfc3339(row.get(3)?),
            "updatedAt": clock::rfc3339(row.get(4)?),
        });
        match row.get::<_, Option<String>>(5)? {
            Some(email) => document["detected"]["email"] = email.into(),
            None => document["user"] = person(row, origin)?,
        }
        Ok(document)
    });
    let Some(mut document) = document.optional()? else { return Ok(None) };
    document["tags"] = tags(db, id)?.into();
    Ok(Some(document))
}

fn person(row: &Row<'_>, origin: &str) -> Result<Value, rusqlite::Error> {
    let picture = pictures::Value { id: row.get(10)?, url: row.get(11)? };
    Ok(json!({
        "id": row.get::<_, String>(6)?,
        "email": row.get::<_, String>(7)?,
        "firstName": row.get::<_, String>(8)?,
        "lastName": row.get::<_, String>(9)?,
        "picture": picture.to_wire(origin),
        "role": row.get::<_, String>(12)?,
        "ssoUser": row.get::<_, bool>(13)?,
    }))
}

fn tags(db: &Connection, id: &str) -> Result<Vec<String>, ApiError> {
    let mut statement =
        db.prepare_cached("SELECT tag FROM collaborator_tag WHERE collaborator_id = ?1 ORDER BY position")?;
    let tags = statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(tags)
}
