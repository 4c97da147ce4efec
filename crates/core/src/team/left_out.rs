//! What a PUT about somebody else leaves out, and servers that empty it. What such a PUT empties is put back, but for the
//! language: of others it cannot be read, and so not be sent along. The own profile is sent in `exchange`.

use lapel_api::{ApiError, UserUpdate};
use lapel_domain::{Collaborator, Field, Profile, sendable_role, sendable_value};

use crate::app::Inner;
use crate::server_facts::Fact;
use crate::state::Session;
use crate::views::{AppError, ErrorCode};

/// What a row holds of a field; none for the language, which the server does not tell of others.
pub(super) fn value(row: &Collaborator, field: Field) -> Option<&str> {
    match field {
        Field::FirstName => Some(&row.first_name),
        Field::LastName => Some(&row.last_name),
        Field::Picture => Some(&row.picture),
        Field::Language => None,
    }
}

/// The update with what it leaves out as the row holds it. What is empty there stays left out.
pub(super) fn completed(update: UserUpdate, row: &Collaborator) -> UserUpdate {
    let held = |field| value(row, field).filter(|value| !value.is_empty()).map(str::to_owned);
    let role = row.user_role.as_ref().filter(|role| sendable_role(role)).map(|role| role.as_str().to_owned());
    UserUpdate {
        first_name: update.first_name.or_else(|| held(Field::FirstName)),
        last_name: update.last_name.or_else(|| held(Field::LastName)),
        picture: update.picture.or_else(|| held(Field::Picture)),
        role: update.role.or(role),
        language: update.language,
    }
}

/// Whether the server has emptied what an update of a row left out.
fn empties(update: &UserUpdate, row: &Collaborator, after: &Profile) -> bool {
    let lost = |sent: &Option<String>, held: &str, now: &str| sent.is_none() && !held.is_empty() && now.is_empty();
    let role = row.user_role.as_ref().map_or("", |role| role.as_str());
    lost(&update.first_name, &row.first_name, &after.first_name)
        || lost(&update.last_name, &row.last_name, &after.last_name)
        || lost(&update.picture, &row.picture, &after.picture)
        || lost(&update.role, role, after.role.as_str())
}

impl Inner {
    /// The body of a PUT that gives somebody a user role. A server that empties what is left out gets all of it.
    ///
    /// # Errors
    /// [`ErrorCode::LanguageNeeded`] where it would empty the language, which nobody here has chosen since the sign-in.
    pub(super) async fn role_update(
        &self,
        session: &Session,
        row: &Collaborator,
        role: &str,
    ) -> Result<UserUpdate, AppError> {
        let mut update = UserUpdate { role: Some(role.to_owned()), ..UserUpdate::default() };
        // Whether it still does so is not found out by what belongs to somebody else.
        if !self.fact_ever_held(&session.account.server, Fact::PutReplacesAll).await? {
            return Ok(update);
        }
        let needed = || AppError::new(ErrorCode::LanguageNeeded, "the server empties what is left out");
        let language = self.known_language(session, row.user_id.as_deref().unwrap_or_default()).ok_or_else(needed)?;
        update.language = Some(language).filter(|language| !language.is_empty());
        Ok(completed(update, row))
    }

    /// The language of a person: the own one, which may be empty, or what was given to somebody since the sign-in.
    fn known_language(&self, session: &Session, user_id: &str) -> Option<String> {
        let state = self.state();
        if user_id == session.account.user_id {
            let own = state.profile.as_ref().map(|cached| cached.profile.language.clone());
            return own.filter(|language| language.is_empty() || sendable_value(Field::Language, language));
        }
        state.team.as_ref().and_then(|team| team.languages_given.get(user_id).cloned())
    }

    /// Changes somebody else, of whom `row` is what was just read, and answers the person as they are then; none where the
    /// server did not tell. What it has emptied meanwhile is put back, and remembered of this server.
    pub(super) async fn update_other(
        &self,
        session: &Session,
        user_id: &str,
        row: &Collaborator,
        update: &UserUpdate,
    ) -> Result<Option<Profile>, ApiError> {
        let answered = session.connection.update_user(user_id, update, None).await?;
        if let Some(language) = &update.language {
            self.update(|state| {
                let team = state.team.as_mut();
                team.map(|team| team.languages_given.insert(user_id.to_owned(), language.clone()));
            });
        }
        let Some(after) = answered.map(|answered| answered.profile).filter(|after| after.id == user_id) else {
            return Ok(None);
        };
        if !empties(update, row, &after) {
            return Ok(Some(after));
        }
        if let Err(error) = self.record_fact(&session.account.server, Fact::PutReplacesAll).await {
            tracing::warn!(message = error.message, "that this server empties what is left out was not noted");
        }
        // What was asked for is done; that the rest could not be put back the row shows.
        match session.connection.update_user(user_id, &completed(update.clone(), row), None).await {
            Ok(answered) => Ok(answered.map(|answered| answered.profile).filter(|after| after.id == user_id)),
            Err(error) => {
                tracing::warn!(%error, "what the server has emptied was not put back");
                Ok(Some(after))
            }
        }
    }
}
