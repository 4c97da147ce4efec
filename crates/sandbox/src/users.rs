//! Users: rows of the table `user`, the JSON document of the profile, and its entity tag.

use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value, json};

use crate::response::ApiError;
use crate::roles::UserRole;
use crate::{clock, ids, organizations, pictures};

/// A row of the table `user`, without its secrets.
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) picture: pictures::Value,
    pub(crate) role: UserRole,
    pub(crate) language: String,
    pub(crate) organization: String,
    pub(crate) sso: bool,
    newsletter: bool,
    verification: String,
    has_password: bool,
    has_code: bool,
    last_login: Option<i64>,
    last_action: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

/// The secrets for checking a sign-in.
pub(crate) struct Secrets {
    pub(crate) user: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) totp_secret: Option<String>,
}

fn read(row: &Row<'_>) -> Result<User, rusqlite::Error> {
    let role: String = row.get("role")?;
    Ok(User {
        id: row.get("id")?,
        email: row.get("email")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        picture: pictures::Value { id: row.get("picture_id")?, url: row.get("picture_url")? },
        // The CHECK constraint excludes unknown roles. If one is stored anyway, it gets the fewest rights.
        role: UserRole::parse(&role).unwrap_or(UserRole::User),
        language: row.get("language")?,
        organization: row.get("organization_id")?,
        newsletter: row.get("newsletter")?,
        sso: row.get("sso")?,
        verification: row.get("verification")?,
        has_password: row.get("has_password")?,
        has_code: row.get("has_code")?,
        last_login: row.get("last_login")?,
        last_action: row.get("last_action")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

impl User {
    /// Whether the email address is verified.
    pub(crate) fn is_verified(&self) -> bool {
        self.verification == "verified"
    }
}

/// The user with this id.
pub(crate) fn load(db: &Connection, id: &str) -> Result<Option<User>, ApiError> {
    find(db, "id", id)
}

/// The user with this email address, case-insensitive.
pub(crate) fn by_email(db: &Connection, email: &str) -> Result<Option<User>, ApiError> {
    find(db, "email_key", &email.to_lowercase())
}

fn find(db: &Connection, column: &'static str, key: &str) -> Result<Option<User>, ApiError> {
    let sql = format!(
        "SELECT id, email, first_name, last_name, picture_id, picture_url, role, language, organization_id, newsletter, sso,
                verification, password_hash IS NOT NULL AS has_password, totp_secret IS NOT NULL AS has_code,
                last_login, last_action, created_at, updated_at
         FROM user WHERE {column} = ?1"
    );
    Ok(db.prepare_cached(&sql)?.query_row([key], read).optional()?)
}

/// The secrets of the user with this email address, case-insensitive.
pub(crate) fn secrets_by_email(db: &Connection, email: &str) -> Result<Option<Secrets>, ApiError> {
    secrets(db, "email_key", &email.to_lowercase())
}

/// The secrets of the user with this id.
pub(crate) fn secrets_by_id(db: &Connection, id: &str) -> Result<Option<Secrets>, ApiError> {
    secrets(db, "id", id)
}

fn secrets(db: &Connection, column: &'static str, key: &str) -> Result<Option<Secrets>, ApiError> {
    let sql = format!("SELECT id, password_hash, totp_secret FROM user WHERE {column} = ?1");
    let secrets = db.query_row(&sql, [key], |row| {
        Ok(Secrets { user: row.get(0)?, password_hash: row.get(1)?, totp_secret: row.get(2)? })
    });
    Ok(secrets.optional()?)
}

/// Whether this user is the only administrator of the organization.
pub(crate) fn is_last_admin(db: &Connection, user: &User) -> Result<bool, ApiError> {
    let others: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM user WHERE organization_id = ?1 AND role = ?2 AND id <> ?3)",
        (&user.organization, UserRole::Admin.as_str(), &user.id),
        |row| row.get(0),
    )?;
    Ok(user.role == UserRole::Admin && !others)
}

/// Writes the fields that a PUT may change, and updates the sort key of the user's team rows.
pub(crate) fn save(db: &Connection, user: &User) -> Result<(), ApiError> {
    db.execute(
        "UPDATE user SET first_name = ?2, last_name = ?3, picture_id = ?4, picture_url = ?5, role = ?6, language = ?7,
                updated_at = ?8
         WHERE id = ?1",
        (
            &user.id,
            &user.first_name,
            &user.last_name,
            &user.picture.id,
            &user.picture.url,
            user.role.as_str(),
            &user.language,
            clock::now(),
        ),
    )?;
    let name_key = full_name(user).to_lowercase();
    db.execute("UPDATE collaborator SET name_key = ?2 WHERE user_id = ?1", (&user.id, name_key))?;
    Ok(())
}

/// Sets the time of the user's last action.
pub(crate) fn touch(db: &Connection, id: &str) -> Result<(), ApiError> {
    db.execute("UPDATE user SET last_action = ?2 WHERE id = ?1", (id, clock::now()))?;
    Ok(())
}

fn full_name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name).trim().to_owned()
}

/// The JSON document of a user. `origin` is the origin for the URLs in it.
pub(crate) fn document(db: &Connection, user: &User, origin: &str) -> Result<Value, ApiError> {
    let organization = organizations::load(db, &user.organization)?;
    let mut document = json!({
        "id": user.id,
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "fullName": full_name(user),
        "picture": user.picture.to_wire(origin),
        "role": user.role.as_str(),
        "newsletter": user.newsletter,
        "hasPassword": user.has_password,
        "has2FAActive": user.has_code,
        "ssoUser": user.sso,
        "organizationId": user.organization,
        "organizations": organizations::references_of(db, &user.id, origin)?,
        "language": user.language,
        "verificationStatus": user.verification,
        "activityTrace": { "lastLogin": activity(user.last_login), "lastAction": activity(user.last_action) },
        "platformRoles": [],
        "supplantCapability": false,
        "intercomUserHash": ids::hex(&ids::digest(format!("support chat of {}", user.id).as_bytes())),
        "createdAt": clock::rfc3339(user.created_at),
        "updatedAt": clock::rfc3339(user.updated_at),
    });
    if let Some(organization) = organization {
        document["organizationInfo"] = organization.information(origin);
    }
    Ok(document)
}

fn activity(dashboard: Option<i64>) -> Value {
    let mut times = Map::new();
    if let Some(millis) = dashboard {
        times.insert("dashboard".to_owned(), clock::rfc3339(millis).into());
    }
    Value::Object(times)
}

/// The entity tag of a document: a hash of its JSON.
pub(crate) fn tag(document: &Value, weak: bool) -> String {
    let prefix = if weak { "W/" } else { "" };
    format!("{prefix}\"{}\"", ids::hex(&ids::digest(document.to_string().as_bytes())[..16]))
}
