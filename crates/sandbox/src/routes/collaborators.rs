//! The team of an organization.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Placeholders, placeholders};
use crate::answer::{Answer, Refusal, bare, success};
use crate::app::App;
use crate::collaborators::{self, Collaborator, Wanted};
use crate::fields::{self, Fields, Misfit};
use crate::page::{self, Parameters};
use crate::roles::{TeamRole, may_change_tags, may_change_team_role};
use crate::{body, headers, ids, organizations, users};

/// Longest tag, in characters.
const TAG_CAP: usize = 128;

/// GET /organizations/{organizationId}/collaborators/
pub(super) async fn list(
    State(app): State<Arc<App>>,
    path: Placeholders<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let caller = app.caller(&headers).await?;
    let organization = placeholders(path)?;
    let parameters = Parameters::of(&uri)?;
    let (page, sort, wanted) = (parameters.page(app.quirks().page_limit)?, parameters.sort()?, wanted(&parameters)?);
    let origin = headers::origin(&headers);
    let listed = app.database.transact(move |db| {
        let (organization, _) = membership(db, &organization, &caller.user)?;
        collaborators::list(db, &organization, &wanted, &sort, page, &origin)
    });
    let (items, total) = listed.await?;
    Ok(success(page::document(items, total, page)))
}

fn wanted(parameters: &Parameters) -> Result<Wanted, Refusal> {
    let role = parameters.one("role")?.map(fields::team_role).transpose();
    let tags = parameters.all("tags");
    if tags.iter().any(|tag| tag.chars().count() > TAG_CAP) {
        return Err(Refusal::request(format!("A tag must have at most {TAG_CAP} characters")));
    }
    Ok(Wanted {
        role: role.map_err(|Misfit(sentence)| Refusal::request(sentence))?,
        email: parameters.text("email", 256)?,
        tags: tags.into_iter().map(str::to_owned).collect(),
        only_users: parameters.flag("onlyUsers")?,
    })
}

/// GET /organizations/{organizationId}/collaborators/groups
pub(super) async fn groups(State(app): State<Arc<App>>, path: Placeholders<String>, headers: HeaderMap) -> Answer {
    let caller = app.caller(&headers).await?;
    let organization = placeholders(path)?;
    let tags = app.database.transact(move |db| {
        let (organization, _) = membership(db, &organization, &caller.user)?;
        collaborators::tags_in_use(db, &organization)
    });
    let items: Vec<Value> = tags.await?.into_iter().map(|tag| json!({ "value": tag })).collect();
    Ok(success(json!({ "items": items })))
}

/// The id of the organization and the caller's own row in its team.
fn membership(db: &Connection, id_or_slug: &str, user: &str) -> Result<(String, Collaborator), Refusal> {
    let organization = organizations::load(db, id_or_slug)?.ok_or_else(Refusal::not_found)?.id;
    let own = collaborators::membership(db, &organization, user)?.ok_or_else(Refusal::forbidden)?;
    Ok((organization, own))
}

/// What a PUT asks for, checked. What is missing was left out.
struct Update {
    role: Option<TeamRole>,
    tags: Option<Vec<String>>,
}

impl Update {
    fn of(fields: &Fields) -> Result<Self, Misfit> {
        fields.at_least_one()?;
        let tags = fields.texts("tags")?;
        for tag in tags.iter().flatten() {
            fields::at_most("A tag", tag, TAG_CAP)?;
        }
        Ok(Self { role: fields.text("role")?.map(fields::team_role).transpose()?, tags })
    }
}

/// PUT /organizations/{organizationId}/collaborators/{collaboratorId}
pub(super) async fn update(
    State(app): State<Arc<App>>,
    path: Placeholders<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let caller = app.caller(&headers).await?;
    let fields = body::object(&headers, body, Refusal::entity).await?;
    let update = Update::of(&fields).map_err(|Misfit(sentence)| Refusal::entity(sentence))?;
    let (organization, id) = placeholders(path)?;
    let id = ids::stored_id(&id).ok_or_else(Refusal::not_found)?;
    let origin = headers::origin(&headers);
    let document = app.database.transact(move |db| {
        let (organization, own) = membership(db, &organization, &caller.user)?;
        let target = collaborators::load(db, &organization, &id)?.ok_or_else(Refusal::not_found)?;
        let role = update.role.unwrap_or(target.role);
        if !may_change_team_role(own.role, own.id == target.id, target.role, role)
            || (update.tags.is_some() && !may_change_tags(own.role))
        {
            return Err(Refusal::forbidden());
        }
        collaborators::save(db, &id, update.role, update.tags.as_deref())?;
        users::touch(db, &caller.user)?;
        collaborators::document(db, &id, &origin)?.ok_or_else(Refusal::not_found)
    });
    let document = document.await?;
    Ok(if app.quirks().bare_writes { bare() } else { success(document) })
}
