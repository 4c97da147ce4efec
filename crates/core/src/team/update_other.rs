//! Updates the profile of somebody else. Some servers empty the fields that a PUT leaves out. For them, the PUT also
//! contains the unchanged values of the row, and emptied values are restored. This is not possible for the language,
//! because the API does not return the language of others.

use lapel_api::{ApiError, UserUpdate};
use lapel_domain::{Collaborator, Field, Profile, sendable_role, sendable_value};

use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::server_facts::Fact;
use crate::kernel::session::Session;

/// The value of a field of a row; none for the language, which rows do not have.
pub(super) fn row_value(row: &Collaborator, field: Field) -> Option<&str> {
    match field {
        Field::FirstName => Some(&row.first_name),
        Field::LastName => Some(&row.last_name),
        Field::Picture => Some(&row.picture),
        Field::Language => None,
    }
}

/// Adds the values of the row for the fields that the update leaves out. Empty values are not added.
pub(super) fn completed(update: UserUpdate, row: &Collaborator) -> UserUpdate {
    let known = |field| row_value(row, field).filter(|value| !value.is_empty()).map(str::to_owned);
    let role = row.user_role.as_ref().filter(|role| sendable_role(role)).map(|role| role.as_str().to_owned());
    UserUpdate {
        first_name: update.first_name.or_else(|| known(Field::FirstName)),
        last_name: update.last_name.or_else(|| known(Field::LastName)),
        picture: update.picture.or_else(|| known(Field::Picture)),
        role: update.role.or(role),
        language: update.language,
    }
}

/// Whether the server has emptied fields that an update left out.
fn has_emptied(update: &UserUpdate, row: &Collaborator, after: &Profile) -> bool {
    let is_lost =
        |sent: &Option<String>, before: &str, now: &str| sent.is_none() && !before.is_empty() && now.is_empty();
    let role = row.user_role.as_ref().map_or("", |role| role.as_str());
    is_lost(&update.first_name, &row.first_name, &after.first_name)
        || is_lost(&update.last_name, &row.last_name, &after.last_name)
        || is_lost(&update.picture, &row.picture, &after.picture)
        || is_lost(&update.role, role, after.role.as_str())
}

impl TeamService {
    /// The update that gives somebody a user role.
    ///
    /// Fails with [`Failure::LanguageNeeded`] if the server would empty the language, and the language is not known.
    pub(super) async fn role_update(
        &self,
        session: &Session,
        row: &Collaborator,
        role: &str,
    ) -> Result<UserUpdate, Failure> {
        let mut update = UserUpdate { role: Some(role.to_owned()), ..UserUpdate::default() };
        // Whether the server still empties fields must not be tested with somebody else's values.
        if !self.facts.was_learned(&session.account.server, Fact::PutReplacesAll).await? {
            return Ok(update);
        }
        let language = self.known_language(session, row.user_id.as_deref().unwrap_or_default());
        let language = language.ok_or(Failure::LanguageNeeded { field: None })?;
        update.language = Some(language).filter(|language| !language.is_empty());
        Ok(completed(update, row))
    }

    /// The language of a person: the user's own, which may be empty, or one that was set here since the team was
    /// opened.
    fn known_language(&self, session: &Session, user_id: &str) -> Option<String> {
        if user_id == session.account.user_id {
            let own = self.state.read().known_profile().map(|profile| profile.language.clone());
            return own.filter(|language| language.is_empty() || sendable_value(Field::Language, language));
        }
        self.team.read(|team| Ok(team.languages_given.get(user_id).cloned())).ok().flatten()
    }

    /// Updates a profile; `row` is its row, read just before. Returns the profile after the update; none if
    /// the server did not return it. Emptied fields are restored, and the behavior is stored for this server.
    pub(super) async fn update_other(
        &self,
        session: &Session,
        user_id: &str,
        row: &Collaborator,
        update: &UserUpdate,
    ) -> Result<Option<Profile>, ApiError> {
        let response = session.connection.update_user(user_id, update, None).await?;
        if let Some(language) = &update.language {
            self.team.update_any(session, |team| {
                team.languages_given.insert(user_id.to_owned(), language.clone());
            });
        }
        let Some(after) = response.map(|response| response.profile).filter(|after| after.id == user_id) else {
            return Ok(None);
        };
        if !has_emptied(update, row, &after) {
            return Ok(Some(after));
        }
        if let Err(error) = self.facts.learn(&session.account.server, Fact::PutReplacesAll, "true").await {
            tracing::warn!(
                %error,
                "the fact that this server empties omitted fields could not be stored"
            );
        }
        // The requested change was made. If the emptied fields cannot be restored, the row shows them as empty.
        match session.connection.update_user(user_id, &completed(update.clone(), row), None).await {
            Ok(response) => Ok(response.map(|response| response.profile).filter(|after| after.id == user_id)),
            Err(error) => {
                tracing::warn!(%error, "emptied fields could not be restored");
                Ok(Some(after))
            }
        }
    }
}
