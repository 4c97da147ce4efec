//! Reads the profile of the signed-in user, and writes users.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rusqlite::Connection;

use super::path_params::{PathParams, path_params};
use crate::app::{App, Write, WrittenField};
use crate::fields::{self, Fields, InvalidValue};
use crate::response::{ApiError, HandlerResult, no_content, success};
use crate::roles::{UserRole, may_change_user_role};
use crate::users::User;
use crate::{body, headers, ids, pictures, users};

/// GET /users/profile
pub(super) async fn profile(State(app): State<Arc<App>>, headers: HeaderMap) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let origin = headers::origin(&headers);
    let document = app.database.transact(move |db| {
        let user = users::load(db, &caller.user)?.ok_or_else(ApiError::not_found)?;
        users::document(db, &user, &origin)
    });
    let document = document.await?;
    let quirks = app.quirks();
    if quirks.no_etag {
        return Ok(success(document));
    }
    let tag = users::tag(&document, quirks.weak_etags);
    if headers::if_none_match_holds(&headers, &tag) {
        return with_etag(StatusCode::NOT_MODIFIED.into_response(), &tag);
    }
    with_etag(success(document), &tag)
}

/// The validated fields of a PUT. A field that the body omits is `None`.
struct Update {
    first_name: Option<String>,
    last_name: Option<String>,
    picture: Option<String>,
    role: Option<UserRole>,
    language: Option<String>,
}

impl Update {
    fn parse(fields: &Fields) -> Result<Self, InvalidValue> {
        fields.at_least_one()?;
        Ok(Self {
            first_name: checked(fields, "firstName", fields::first_name)?,
            last_name: checked(fields, "lastName", fields::last_name)?,
            picture: checked(fields, "picture", fields::picture)?,
            role: fields.text("role")?.map(fields::user_role).transpose()?,
            language: checked(fields, "language", fields::language)?,
        })
    }

    /// For each of [`LOGGED_FIELDS`], whether the body contained it.
    fn sent(&self) -> [bool; 4] {
        [&self.first_name, &self.last_name, &self.picture, &self.language].map(Option::is_some)
    }

    /// Sets omitted fields to empty values, like servers that replace the whole user on PUT.
    fn clear_omitted(&mut self) {
        for field in [&mut self.first_name, &mut self.last_name, &mut self.picture, &mut self.language] {
            field.get_or_insert_default();
        }
    }
}

fn checked(
    fields: &Fields,
    key: &str,
    check: fn(&str) -> Result<(), InvalidValue>,
) -> Result<Option<String>, InvalidValue> {
    let text = fields.text(key)?;
    text.map_or(Ok(()), check)?;
    Ok(text.map(str::to_owned))
}

/// PUT /users/{userId}
pub(super) async fn update(
    State(app): State<Arc<App>>,
    path: PathParams<String>,
    headers: HeaderMap,
    body: Body,
) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, ApiError::invalid_entity).await?;
    let mut update = Update::parse(&fields).map_err(|InvalidValue(message)| ApiError::invalid_entity(message))?;
    let id = ids::stored_id(&path_params(path)?).ok_or_else(ApiError::not_found)?;
    let quirks = app.quirks();
    let sent = update.sent();
    if quirks.put_replaces_all {
        update.clear_omitted();
    }
    let app_for_log = Arc::clone(&app);
    let document = app.database.transact(move |db| {
        let origin = headers::origin(&headers);
        let target = authorize(db, &caller.user, &id, &update)?;
        let tag = users::tag(&users::document(db, &target, &origin)?, quirks.weak_etags);
        if !quirks.no_etag && headers::if_match_fails(&headers, &tag) {
            return Err(ApiError::precondition_failed());
        }
        let before = field_values(&target);
        apply(db, target, update)?;
        users::touch(db, &caller.user)?;
        let saved = users::load(db, &id)?.ok_or_else(ApiError::not_found)?;
        app_for_log.log_write(write_entry(&saved, headers::client(&headers), before, sent));
        users::document(db, &saved, &origin)
    });
    let document = document.await?;
    if quirks.bare_writes {
        return Ok(no_content());
    }
    if quirks.no_etag {
        return Ok(success(document));
    }
    let tag = users::tag(&document, quirks.weak_etags);
    with_etag(success(document), &tag)
}

/// Returns the user to write. Returns an error if the caller may not make this update.
fn authorize(db: &Connection, caller: &str, id: &str, update: &Update) -> Result<User, ApiError> {
    let caller = users::load(db, caller)?.ok_or_else(ApiError::invalid_token)?;
    let target = users::load(db, id)?.ok_or_else(ApiError::not_found)?;
    let is_self = caller.id == target.id;
    let is_administrator = caller.role == UserRole::Admin && caller.organization == target.organization;
    if !is_self && !is_administrator {
        return Err(ApiError::forbidden());
    }
    if let Some(role) = update.role {
        if !may_change_user_role(caller.role, target.role, role) {
            return Err(ApiError::forbidden());
        }
        if role != UserRole::Admin && users::is_last_admin(db, &target)? {
            return Err(ApiError::invalid_entity("The last administrator cannot give up the role"));
        }
    }
    Ok(target)
}

fn apply(db: &Connection, mut target: User, update: Update) -> Result<(), ApiError> {
    if let Some(picture) = update.picture {
        target.picture = pictures::Value::from_wire(db, &picture)?;
    }
    target.first_name = update.first_name.unwrap_or(target.first_name);
    target.last_name = update.last_name.unwrap_or(target.last_name);
    target.language = update.language.unwrap_or(target.language);
    target.role = update.role.unwrap_or(target.role);
    users::save(db, &target)
}

/// The JSON names of the fields in the log of writes.
const LOGGED_FIELDS: [&str; 4] = ["firstName", "lastName", "picture", "language"];

fn field_values(user: &User) -> [String; 4] {
    let picture = user.picture.id.clone().or_else(|| user.picture.url.clone()).unwrap_or_default();
    [user.first_name.clone(), user.last_name.clone(), picture, user.language.clone()]
}

fn write_entry(saved: &User, client: String, before: [String; 4], sent: [bool; 4]) -> Write {
    let pairs = before.into_iter().zip(field_values(saved));
    let fields = LOGGED_FIELDS.into_iter().zip(sent).zip(pairs);
    let fields = fields.map(|((name, sent), (before, after))| WrittenField { name, sent, before, after }).collect();
    Write { user: saved.id.clone(), client, fields }
}

fn with_etag(mut response: Response, tag: &str) -> HandlerResult {
    let value = HeaderValue::from_str(tag).map_err(|error| ApiError::internal(&error))?;
    response.headers_mut().insert(header::ETAG, value);
    Ok(response)
}
