//! The team of an organization.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::path_params::{PathParams, path_params};
use crate::app::App;
use crate::collaborators::{self, Collaborator, Filter};
use crate::fields::{self, Fields, InvalidValue};
use crate::page::{self, Parameters};
use crate::response::{ApiError, HandlerResult, no_content, success};
use crate::roles::{TeamRole, may_change_tags, may_change_team_role};
use crate::{body, headers, ids, organizations, users};

/// Maximum length of a tag, in characters.
const MAX_TAG_LENGTH: usize = 128;
/// Maximum number of tags of one row. The contract has no limit.
const MAX_TAGS: usize = 1000;

/// GET /organizations/{organizationId}/collaborators/
pub(super) async fn list(
    State(app): State<Arc<App>>,
    path: PathParams<String>,
    uri: Uri,
    headers: HeaderMap,
) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let organization = path_params(path)?;
    let parameters = Parameters::parse(&uri)?;
    let (page, sort, filter) = (parameters.page(app.quirks().page_limit)?, parameters.sort()?, filter(&parameters)?);
    let origin = headers::origin(&headers);
    let listed = app.database.transact(move |db| {
        let (organization, _) = membership(db, &organization, &caller.user)?;
        collaborators::list(db, &organization, &filter, &sort, page, &origin)
    });
    let (items, total) = listed.await?;
    Ok(success(page::document(items, total, page)))
}

fn filter(parameters: &Parameters) -> Result<Filter, ApiError> {
    let role = parameters.one("role")?.map(fields::team_role).transpose();
    let tags = parameters.all("tags");
    if tags.iter().any(|tag| tag.chars().count() > MAX_TAG_LENGTH) {
        return Err(ApiError::bad_request(format!("A tag must have at most {MAX_TAG_LENGTH} characters")));
    }
    Ok(Filter {
        role: role.map_err(|InvalidValue(message)| ApiError::bad_request(message))?,
        email: parameters.text("email", 256)?,
        tags: tags.into_iter().map(str::to_owned).collect(),
        only_users: parameters.flag("onlyUsers")?,
    })
}

/// GET /organizations/{organizationId}/collaborators/groups
pub(super) async fn groups(State(app): State<Arc<App>>, path: PathParams<String>, headers: HeaderMap) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let organization = path_params(path)?;
    let tags = app.database.transact(move |db| {
        let (organization, _) = membership(db, &organization, &caller.user)?;
        collaborators::tags_in_use(db, &organization)
    });
    let items: Vec<Value> = tags.await?.into_iter().map(|tag| json!({ "value": tag })).collect();
    Ok(success(json!({ "items": items })))
}

/// The id of the organization and the caller's row in its team. Returns 403 if the caller is not a member.
fn membership(db: &Connection, id_or_slug: &str, user: &str) -> Result<(String, Collaborator), ApiError> {
    let organization = organizations::load(db, id_or_slug)?.ok_or_else(ApiError::not_found)?.id;
    let own = collaborators::membership(db, &organization, user)?.ok_or_else(ApiError::forbidden)?;
    Ok((organization, own))
}

/// The validated fields of a PUT. A field that the body omits is `None`.
struct Update {
    role: Option<TeamRole>,
    tags: Option<Vec<String>>,
}

impl Update {
    fn parse(fields: &Fields) -> Result<Self, InvalidValue> {
        fields.at_least_one()?;
        let tags = fields.texts("tags")?.map(distinct_tags).transpose()?;
        Ok(Self { role: fields.text("role")?.map(fields::team_role).transpose()?, tags })
    }
}

/// The tags of a body in their order, each once.
fn distinct_tags(tags: Vec<String>) -> Result<Vec<String>, InvalidValue> {
    for tag in &tags {
        fields::tag(tag, MAX_TAG_LENGTH)?;
    }
    let mut seen = HashSet::new();
    let distinct: Vec<String> = tags.into_iter().filter(|tag| seen.insert(tag.clone())).collect();
    if distinct.len() > MAX_TAGS {
        return Err(InvalidValue(format!("There must be at most {MAX_TAGS} tags")));
    }
    Ok(distinct)
}

/// PUT /organizations/{organizationId}/collaborators/{collaboratorId}
pub(super) async fn update(
    State(app): State<Arc<App>>,
    path: PathParams<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, ApiError::invalid_entity).await?;
    let update = Update::parse(&fields).map_err(|InvalidValue(message)| ApiError::invalid_entity(message))?;
    let (organization, id) = path_params(path)?;
    let id = ids::stored_id(&id).ok_or_else(ApiError::not_found)?;
    let origin = headers::origin(&headers);
    let document = app.database.transact(move |db| {
        let (organization, own) = membership(db, &organization, &caller.user)?;
        let target = collaborators::load(db, &organization, &id)?.ok_or_else(ApiError::not_found)?;
        let role = update.role.unwrap_or(target.role);
        if !may_change_team_role(own.role, own.id == target.id, target.role, role)
            || (update.tags.is_some() && !may_change_tags(own.role))
        {
            return Err(ApiError::forbidden());
        }
        collaborators::save(db, &id, update.role, update.tags.as_deref())?;
        users::touch(db, &caller.user)?;
        collaborators::document(db, &id, &origin)?.ok_or_else(ApiError::not_found)
    });
    let document = document.await?;
    Ok(if app.quirks().bare_writes { no_content() } else { success(document) })
}
