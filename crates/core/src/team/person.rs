//! The details of somebody else. An administrator can change them; this needs a connection and is never queued. Typed
//! values stay a draft until they are saved.

use lapel_api::UserUpdate;
use lapel_domain::{Collaborator, Field, Missing, Profile, UserRole, same_text, same_value};
use lapel_store::EditValue;

use super::service::TeamService;
use super::update_other::{completed, row_value};
use super::window::RowContext;
use crate::kernel::drafts::{read_draft, write_draft};
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::kernel::form_values::{base_value, form_values};
use crate::kernel::server_facts::Fact;
use crate::kernel::session::Session;
use crate::kernel::state::Caller;
use crate::kernel::uploader::upload_rejection;
use crate::views::{DraftValues, PersonView, ProfileChanges};

/// The name of a row's draft in the store.
fn form_name(organization: &str, id: &str) -> String {
    format!("person {organization} {id}")
}

impl TeamService {
    /// The details of a row, with its draft.
    pub(crate) async fn open_person(&self, id: &str) -> Result<PersonView, Failure> {
        let account = self.state.read().active_account()?;
        let form = self.person_form(id)?;
        let draft = self.disk.run(move |store| store.draft(account.id, &form)).await?;
        let draft = draft.map(read_draft);
        let caller = self.state.read().caller()?;
        let (person, pictures) = (&*caller.id, &*self.addresses);
        let context = RowContext { account: account.id, person, pictures, caller: Some(&caller) };
        self.team.read(|team| {
            let entry = team.roster.get(id).ok_or(Failure::RowGone(None))?;
            let row = &entry.row;
            Ok(PersonView {
                row: context.row(entry, false, &[]),
                first_name: row.first_name.clone(),
                last_name: row.last_name.clone(),
                picture_address: row.picture.clone(),
                updated_at: row.updated_at.as_ref().and_then(lapel_domain::Timestamp::millis),
                can_edit: can_edit(&caller, row),
                draft,
            })
        })
    }

    /// Stores the draft about a row; without values, removes it.
    pub(crate) async fn keep_person_draft(&self, id: &str, values: Option<DraftValues>) -> Result<(), Failure> {
        let account = self.state.read().account_for_saving()?;
        let form = self.person_form(id)?;
        let Some(values) = values else {
            return self.disk.run(move |store| store.drop_draft(account.id, &form)).await;
        };
        let draft = write_draft(&values, self.now());
        self.disk.write_user_data(move |store| store.store_draft(account.id, &form, &draft)).await
    }

    /// Changes name, picture or language of somebody else, and returns after the server has confirmed it.
    ///
    /// Fails with [`Failure::PersonMoved`] if a changed field has another value than the user saw, with
    /// [`Failure::RowGone`], with the error of an invalid value, or with the failure of the request.
    pub(crate) async fn save_person(&self, id: &str, changes: ProfileChanges) -> Result<(), Failure> {
        let (session, organization) = self.state.read().team_session()?;
        let (service, id) = (self.this.upgrade().ok_or(Cancellation::App)?, id.to_owned());
        self.tasks
            .run_in_session(async move {
                let saved = service.save_person_in(&session, &organization, &id, changes).await;
                service.state.expire_if_signed_out(&session, &saved);
                saved
            })
            .await
    }

    fn person_form(&self, id: &str) -> Result<String, Failure> {
        let organization = self.team.read(|team| Ok(team.organization.clone().ok_or(Misuse::NoTeam)?))?;
        Ok(form_name(&organization, id))
    }

    async fn save_person_in(
        &self,
        session: &Session,
        organization: &str,
        id: &str,
        changes: ProfileChanges,
    ) -> Result<(), Failure> {
        let base = changes.base.clone();
        let values = form_values(&self.disk, session.account.id, Some(&session.endpoint), changes).await?;
        let row = self.read_row(session, organization, id, None).await?;
        let caller = self.state.read().caller()?;
        let user_id = row.user_id.clone().filter(|_| can_edit(&caller, &row)).ok_or(Failure::OnlyAdmins)?;
        let mut sent: Vec<(Field, String)> = Vec::new();
        for (field, value) in values {
            let mine = match value {
                EditValue::Text(text) => text,
                EditValue::LocalPicture(id) => self.upload(session, &id).await?,
            };
            match row_value(&row, field) {
                Some(theirs) if same_text(theirs, &mine) => {}
                Some(theirs) if base_value(&base, field).is_some_and(|seen| !same_value(field, seen, theirs)) => {
                    return Err(Failure::PersonMoved { field });
                }
                _ => sent.push((field, mine)),
            }
        }
        if !sent.is_empty() {
            self.send_person(session, organization, &user_id, row, &sent).await?;
        }
        let (account, form) = (session.account.id, form_name(organization, id));
        self.disk.run(move |store| store.drop_draft(account, &form)).await
    }

    async fn send_person(
        &self,
        session: &Session,
        organization: &str,
        user_id: &str,
        row: Collaborator,
        sent: &[(Field, String)],
    ) -> Result<(), Failure> {
        let update = self.person_update(session, &row, sent).await?;
        let response = match self.update_other(session, user_id, &row, &update).await {
            Ok(response) => response,
            Err(error) => return Err(self.put_refused(session, organization, &row, error).await),
        };
        match response.filter(|after| has_values(after, sent)) {
            Some(after) => {
                let (first_name, last_name, picture) = (after.first_name, after.last_name, after.picture);
                let row = Collaborator { first_name, last_name, picture, user_role: Some(after.role), ..row };
                self.put_row(session, organization, row).await
            }
            None => {
                let after = self.read_row(session, organization, &row.id, Some(user_id)).await?;
                match not_stored(&row, &after, sent) {
                    Some(field) => Err(Failure::NotKept { field: Some(field) }),
                    None => Ok(()),
                }
            }
        }
    }

    /// The body of the PUT. A server that empties omitted fields gets all fields. For this, the language must be among
    /// the changes, and the role must be one that can be sent.
    async fn person_update(
        &self,
        session: &Session,
        row: &Collaborator,
        sent: &[(Field, String)],
    ) -> Result<UserUpdate, Failure> {
        // Whether the server still empties fields must not be tested with somebody else's values.
        let sends_all = self.facts.was_learned(&session.account.server, Fact::PutReplacesAll).await?;
        let value = |field: Field| sent.iter().find(|(sent, _)| *sent == field).map(|(_, value)| value.clone());
        if sends_all && value(Field::Language).is_none() {
            return Err(Failure::LanguageNeeded { field: Some(Field::Language) });
        }
        let update = UserUpdate {
            first_name: value(Field::FirstName),
            last_name: value(Field::LastName),
            picture: value(Field::Picture),
            role: None,
            language: value(Field::Language),
        };
        if !sends_all {
            return Ok(update);
        }
        let all = completed(update, row);
        match all.role {
            Some(_) => Ok(all),
            None => Err(Failure::missing(Missing::Role, row.user_role.as_ref())),
        }
    }

    /// Uploads a prepared picture, unless it was uploaded before, and returns its address.
    async fn upload(&self, session: &Session, id: &str) -> Result<String, Failure> {
        let account = session.account.id;
        let picture = self.uploader.local_picture(account, id).await?;
        if let Some(url) = picture.url {
            return Ok(url);
        }
        let uploaded = self.uploader.send(session, &picture, |_, _| {}).await;
        let url = uploaded.map_err(|error| upload_rejection(&error).unwrap_or(Failure::Upload(error)))?;
        let (name, address) = (id.to_owned(), url.clone());
        self.disk.run(move |store| store.store_upload(&name, &address)).await?;
        self.uploader.cache(account, id, &url, picture).await;
        Ok(url)
    }
}

/// Whether a response has the values that were sent.
fn has_values(after: &Profile, sent: &[(Field, String)]) -> bool {
    sent.iter().all(|(field, value)| same_value(*field, after.value(*field), value))
}

/// The first field that was sent and still has its former value. Rows have no language, so the language is not
/// checked.
fn not_stored(before: &Collaborator, after: &Collaborator, sent: &[(Field, String)]) -> Option<Field> {
    let is_stored = |(field, sent): &&(Field, String)| match (row_value(before, *field), row_value(after, *field)) {
        (Some(before), Some(after)) => same_value(*field, after, sent) || !same_value(*field, after, before),
        _ => true,
    };
    sent.iter().find(|change| !is_stored(change)).map(|(field, _)| *field)
}

/// Whether a caller may change name, picture and language of a row. Their own row is changed on the profile page.
fn can_edit(caller: &Caller, row: &Collaborator) -> bool {
    caller.user == UserRole::Admin && !row.pending && row.user_id.is_some() && !caller.is(row)
}
