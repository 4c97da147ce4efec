//! Reading one's own profile, and writing a person's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rusqlite::Connection;

use super::{Placeholders, placeholders};
use crate::answer::{Answer, Refusal, bare, success};
use crate::app::{App, Write, WrittenField};
use crate::fields::{self, Fields, Misfit};
use crate::roles::{UserRole, may_change_user_role};
use crate::users::User;
use crate::{body, headers, ids, pictures, users};

/// GET /users/profile
pub(super) async fn profile(State(app): State<Arc<App>>, headers: HeaderMap) -> Answer {
    let caller = app.caller(&headers).await?;
    let origin = headers::origin(&headers);
    let document = app.database.transact(move |db| {
        let user = users::load(db, &caller.user)?.ok_or_else(Refusal::not_found)?;
        users::document(db, &user, &origin)
    });
    let document = document.await?;
    let quirks = app.quirks();
    if quirks.no_etag {
        return Ok(success(document));
    }
    let tag = users::tag(&document, quirks.weak_etags);
    if headers::none_match_holds(&headers, &tag) {
        return tagged(StatusCode::NOT_MODIFIED.into_response(), &tag);
    }
    tagged(success(document), &tag)
}

/// What a PUT asks for, checked. What is missing was left out.
struct Update {
    first_name: Option<String>,
    last_name: Option<String>,
    picture: Option<String>,
    role: Option<UserRole>,
    language: Option<String>,
}

impl Update {
    fn of(fields: &Fields) -> Result<Self, Misfit> {
        fields.at_least_one()?;
        Ok(Self {
            first_name: checked(fields, "firstName", fields::first_name)?,
            last_name: checked(fields, "lastName", fields::last_name)?,
            picture: checked(fields, "picture", fields::picture)?,
            role: fields.text("role")?.map(fields::user_role).transpose()?,
            language: checked(fields, "language", fields::language)?,
        })
    }

    /// Which of the fields in `FIELDS` it mentions.
    fn sent(&self) -> [bool; 4] {
        [&self.first_name, &self.last_name, &self.picture, &self.language].map(Option::is_some)
    }

    /// As servers read it that take a missing field for an empty one.
    fn reset_omitted(&mut self) {
        for field in [&mut self.first_name, &mut self.last_name, &mut self.picture, &mut self.language] {
            field.get_or_insert_default();
        }
    }
}

fn checked(fields: &Fields, key: &str, check: fn(&str) -> Result<(), Misfit>) -> Result<Option<String>, Misfit> {
    let text = fields.text(key)?;
    text.map_or(Ok(()), check)?;
    Ok(text.map(str::to_owned))
}

/// PUT /users/{userId}
pub(super) async fn update(
    State(app): State<Arc<App>>,
    path: Placeholders<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, Refusal::entity).await?;
    let mut update = Update::of(&fields).map_err(|Misfit(sentence)| Refusal::entity(sentence))?;
    let id = ids::stored_id(&placeholders(path)?).ok_or_else(Refusal::not_found)?;
    let quirks = app.quirks();
    let sent = update.sent();
    if quirks.resets_omitted {
        update.reset_omitted();
    }
    let writer = Arc::clone(&app);
    let document = app.database.transact(move |db| {
        let origin = headers::origin(&headers);
        let target = permitted(db, &caller.user, &id, &update)?;
        let tag = users::tag(&users::document(db, &target, &origin)?, quirks.weak_etags);
        if !quirks.no_etag && headers::match_fails(&headers, &tag) {
            return Err(Refusal::changed());
        }
        let before = values(&target);
        apply(db, target, update)?;
        users::touch(db, &caller.user)?;
        let saved = users::load(db, &id)?.ok_or_else(Refusal::not_found)?;
        writer.remember_write(written(&saved, headers::client(&headers), before, sent));
        users::document(db, &saved, &origin)
    });
    let document = document.await?;
    if quirks.bare_writes {
        return Ok(bare());
    }
    if quirks.no_etag {
        return Ok(success(document));
    }
    let tag = users::tag(&document, quirks.weak_etags);
    tagged(success(document), &tag)
}

/// The person to write, where the caller may write what the update asks for.
fn permitted(db: &Connection, caller: &str, id: &str, update: &Update) -> Result<User, Refusal> {
    let caller = users::load(db, caller)?.ok_or_else(Refusal::invalid_token)?;
    let target = users::load(db, id)?.ok_or_else(Refusal::not_found)?;
    let oneself = caller.id == target.id;
    let administers = caller.role == UserRole::Admin && caller.organization == target.organization;
    if !oneself && !administers {
        return Err(Refusal::forbidden());
    }
    if let Some(role) = update.role {
        if !may_change_user_role(caller.role, target.role, role) {
            return Err(Refusal::forbidden());
        }
        if role != UserRole::Admin && users::is_last_admin(db, &target)? {
            return Err(Refusal::entity("The last administrator cannot give up the role"));
        }
    }
    Ok(target)
}

fn apply(db: &Connection, mut target: User, update: Update) -> Result<(), Refusal> {
    if let Some(picture) = update.picture {
        target.picture = pictures::Value::from_wire(db, &picture)?;
    }
    target.first_name = update.first_name.unwrap_or(target.first_name);
    target.last_name = update.last_name.unwrap_or(target.last_name);
    target.language = update.language.unwrap_or(target.language);
    target.role = update.role.unwrap_or(target.role);
    users::save(db, &target)
}

/// The fields of a person that a write is remembered with.
const FIELDS: [&str; 4] = ["firstName", "lastName", "picture", "language"];

fn values(user: &User) -> [String; 4] {
    let picture = user.picture.id.clone().or_else(|| user.picture.url.clone()).unwrap_or_default();
    [user.first_name.clone(), user.last_name.clone(), picture, user.language.clone()]
}

fn written(saved: &User, client: String, before: [String; 4], sent: [bool; 4]) -> Write {
    let pairs = before.into_iter().zip(values(saved));
    let fields = FIELDS.into_iter().zip(sent).zip(pairs);
    let fields = fields.map(|((name, sent), (before, after))| WrittenField { name, sent, before, after }).collect();
    Write { user: saved.id.clone(), client, fields }
}

fn tagged(mut response: Response, tag: &str) -> Answer {
    let value = HeaderValue::from_str(tag).map_err(|error| Refusal::internal(&error))?;
    response.headers_mut().insert(header::ETAG, value);
    Ok(response)
}
