//! Somebody else's details: shown, typed about, and changed online by an administrator. Never queued; what was typed stays
//! a draft until it is saved.

use std::sync::Arc;

use lapel_api::UserUpdate;
use lapel_domain::{Collaborator, Field, Missing, Profile, UserRole, same_text, same_value};
use lapel_store::{Draft, EditValue};

use super::change::{put_failure, row_gone};
use super::left_out::{completed, value};
use super::window::Showing;
use super::{Caller, no_team};
use crate::app::{App, Inner};
use crate::profile_edit::base_value;
use crate::server_facts::Fact;
use crate::state::Session;
use crate::sync::missing_failure;
use crate::views::{AppError, DraftValues, ErrorCode, PersonView, PictureChoice, ProfileChanges, ProfileField};

/// Name of the form about a row, in the store.
fn form_name(organization: &str, id: &str) -> String {
    format!("person {organization} {id}")
}

impl App {
    /// Everything about one row, with what was typed about it.
    ///
    /// # Errors
    /// [`ErrorCode::RowGone`], or where the store cannot be read.
    pub async fn open_person(&self, id: &str) -> Result<PersonView, AppError> {
        let account = self.inner.account()?;
        let form = self.inner.person_form(id)?;
        let draft = self.inner.with_store(move |store| store.draft(account.id, &form)).await?;
        let draft = draft.and_then(|draft| crate::app::read_draft(&draft.document));
        let state = self.inner.state();
        let caller = state.caller().ok_or_else(no_team)?;
        let entry = state.team.as_ref().and_then(|team| team.roster.get(id)).ok_or_else(row_gone)?;
        let showing = Showing { account: account.id, person: &caller.id, pictures: &self.inner.pictures };
        let row = &entry.row;
        Ok(PersonView {
            row: showing.row(entry, false, &[]),
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            picture_address: row.picture.clone(),
            updated_at: row.updated_at.as_ref().and_then(lapel_domain::Timestamp::millis),
            can_edit: can_edit(&caller, row),
            draft,
        })
    }

    /// Keeps what is typed about somebody and not saved; none forgets it.
    ///
    /// # Errors
    /// Where it cannot be kept.
    pub async fn keep_person_draft(&self, id: &str, values: Option<DraftValues>) -> Result<(), AppError> {
        let account = self.inner.account_for_saving()?;
        let form = self.inner.person_form(id)?;
        let Some(values) = values else {
            return self.inner.with_store(move |store| store.drop_draft(account.id, &form)).await;
        };
        let document =
            serde_json::to_string(&values).map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        let held = match values.picture {
            Some(PictureChoice::Held { id }) => Some(id),
            _ => None,
        };
        let draft = Draft { document, held, saved_at: self.inner.now() };
        self.inner.write_user_input(move |store| store.keep_draft(account.id, &form, &draft)).await
    }

    /// Changes name, picture or language of somebody else, and answers when the server has said yes.
    ///
    /// # Errors
    /// Why nothing was changed: [`ErrorCode::PersonMoved`] where a changed field has another value than the person saw,
    /// [`ErrorCode::RowGone`], a value that is not valid, or what the server said.
    pub async fn save_person(&self, id: &str, changes: ProfileChanges) -> Result<(), AppError> {
        let (session, organization) = self.inner.team_session()?;
        let (inner, id) = (Arc::clone(&self.inner), id.to_owned());
        let work = async move {
            inner.expire_if_signed_out(&session, inner.save_person_in(&session, &organization, &id, changes).await)
        };
        self.inner.run_in_session(work).await
    }
}

impl Inner {
    fn person_form(&self, id: &str) -> Result<String, AppError> {
        let state = self.state();
        let organization = state.team.as_ref().and_then(|team| team.organization.as_deref()).ok_or_else(no_team)?;
        Ok(form_name(organization, id))
    }

    async fn save_person_in(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        id: &str,
        changes: ProfileChanges,
    ) -> Result<(), AppError> {
        let base = changes.base.clone();
        let values = self.validated_values(&session.account, changes).await?;
        let row = self.read_row(session, organization, id, None).await?;
        let caller = self.state().caller().ok_or_else(no_team)?;
        let user_id = row.user_id.clone().filter(|_| can_edit(&caller, &row));
        let user_id =
            user_id.ok_or_else(|| AppError::new(ErrorCode::Forbidden, "only an administrator may, of a member"))?;
        let mut sent: Vec<(Field, String)> = Vec::new();
        for (field, mine) in values {
            let mine = match mine {
                EditValue::Text(text) => text,
                EditValue::LocalPicture(id) => self.upload_for(session, &id).await?,
            };
            match value(&row, field) {
                Some(theirs) if same_text(theirs, &mine) => {}
                Some(theirs) if base_value(&base, field).is_some_and(|shown| !same_value(field, shown, theirs)) => {
                    let moved = AppError::new(ErrorCode::PersonMoved, "the field has another value by now");
                    return Err(moved.about(ProfileField::from(field)));
                }
                _ => sent.push((field, mine)),
            }
        }
        if !sent.is_empty() {
            let update = self.update_of_person(session, &row, &sent).await?;
            let answered = self.update_other(session, &user_id, &row, &update).await.map_err(put_failure)?;
            match answered.filter(|after| holds(after, &sent)) {
                Some(after) => {
                    let (first_name, last_name, picture) = (after.first_name, after.last_name, after.picture);
                    let row = Collaborator { first_name, last_name, picture, user_role: Some(after.role), ..row };
                    self.put_row(session, organization, row).await?;
                }
                None => {
                    let now = self.read_row(session, organization, id, Some(&user_id)).await?;
                    if let Some(field) = not_kept(&row, &now, &sent) {
                        let failure = AppError::new(ErrorCode::NotKept, "the server accepted this and did not keep it");
                        return Err(failure.about(field.into()));
                    }
                }
            }
        }
        let (account, form) = (session.account.id, form_name(organization, id));
        self.with_store(move |store| store.drop_draft(account, &form)).await
    }

    /// The body of the PUT. A server that empties what is left out gets all of it, for which the language is needed, and a
    /// role that can be sent.
    async fn update_of_person(
        &self,
        session: &Session,
        row: &Collaborator,
        sent: &[(Field, String)],
    ) -> Result<UserUpdate, AppError> {
        // Whether it still does so is not found out by what belongs to somebody else.
        let sends_all = self.fact_ever_held(&session.account.server, Fact::PutReplacesAll).await?;
        let mine = |field: Field| sent.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        if sends_all && mine(Field::Language).is_none() {
            let needed = AppError::new(ErrorCode::LanguageNeeded, "the server empties what is left out");
            return Err(needed.about(ProfileField::Language));
        }
        let update = UserUpdate {
            first_name: mine(Field::FirstName),
            last_name: mine(Field::LastName),
            picture: mine(Field::Picture),
            role: None,
            language: mine(Field::Language),
        };
        if !sends_all {
            return Ok(update);
        }
        let whole = completed(update, row);
        match whole.role {
            Some(_) => Ok(whole),
            None => Err(missing_failure(Missing::Role, row.user_role.as_ref())),
        }
    }

    /// Uploads a prepared picture, unless it was earlier; answers its address.
    async fn upload_for(&self, session: &Session, id: &str) -> Result<String, AppError> {
        let (account, name) = (session.account.id, id.to_owned());
        let held = self.with_store(move |store| store.local_picture(account, &name)).await?;
        let gone =
            || AppError::new(ErrorCode::PictureGone, "the prepared picture is gone").about(ProfileField::Picture);
        let held = held.ok_or_else(gone)?;
        if let Some(url) = held.url {
            return Ok(url);
        }
        let uploaded = session.connection.upload_picture(held.bytes.clone(), &held.mime, |_, _| {}).await;
        let url = uploaded.map_err(|error| {
            crate::sync::upload_rejection(&error).unwrap_or_else(|| AppError::from(error).about(ProfileField::Picture))
        })?;
        let (name, address) = (id.to_owned(), url.clone());
        self.with_store(move |store| store.note_upload(&name, &address)).await?;
        self.cache_uploaded_picture(account, id, &url, &held.mime, held.bytes).await;
        Ok(url)
    }
}

/// Whether an answer holds what was sent.
fn holds(after: &Profile, sent: &[(Field, String)]) -> bool {
    sent.iter().all(|(field, value)| same_value(*field, after.value(*field), value))
}

/// A field that was sent and still has its former value; that of a language, no row tells.
fn not_kept(before: &Collaborator, now: &Collaborator, sent: &[(Field, String)]) -> Option<Field> {
    let kept = |(field, sent): &&(Field, String)| match (value(before, *field), value(now, *field)) {
        (Some(before), Some(now)) => same_value(*field, now, sent) || !same_value(*field, now, before),
        _ => true,
    };
    sent.iter().find(|change| !kept(change)).map(|(field, _)| *field)
}

/// Whether a caller may change name, picture and language of a row here.
fn can_edit(caller: &Caller, row: &Collaborator) -> bool {
    caller.user == UserRole::Admin && !row.pending && row.user_id.is_some() && !caller.is(row)
}
