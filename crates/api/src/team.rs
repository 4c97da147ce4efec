//! What a signed-in person does with teams: list organizations, read a team page by page, change a team role. In which
//! order pages are read, and who may change what, is decided elsewhere.

use lapel_domain::{Collaborator, Organization, TeamRole};
use reqwest::header::CACHE_CONTROL;
use tracing::instrument;

use crate::envelope::Bodyless;
use crate::request::Load;
use crate::wire::{read_collaborator, read_organization, read_page, role_body};
use crate::{ApiError, Connection, Page, envelope, routes};

/// Organizations on a page.
const ORGANIZATIONS: u32 = 100;

/// Which part of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollaboratorQuery<'a> {
    /// Number of the page, from 1.
    pub page: u32,
    /// Rows on a page, at most 1000.
    pub limit: u32,
    /// `field:asc` or `field:desc` with name, email, role or createdAt; none leaves the order to the server.
    pub sort: Option<&'a str>,
    /// Only the row with this whole address, ignoring case (contract: assumed).
    pub email: Option<&'a str>,
}

impl CollaboratorQuery<'_> {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let texts = [("sort", self.sort), ("email", self.email)];
        let texts = texts.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned())));
        [("page", self.page.to_string()), ("limit", self.limit.to_string())].into_iter().chain(texts).collect()
    }
}

impl Connection {
    /// One page of the organizations that the signed-in person belongs to, from 1.
    ///
    /// # Errors
    /// Where the server could not be asked, or answers no list.
    #[instrument(skip_all)]
    pub async fn organizations(&self, page: u32) -> Result<Page<Organization>, ApiError> {
        let url = routes::organizations(self.endpoint());
        let asked = [("page", page), ("limit", ORGANIZATIONS)];
        let answer =
            self.call(Load::Document, Bodyless::Never, || Ok(self.client().get(url.clone()).query(&asked))).await?;
        read_page(&answer.data, page, ORGANIZATIONS, |row| read_organization(row, self.endpoint()))
            .ok_or_else(|| envelope::unreadable(&answer.reply))
    }

    /// One page of the team of an organization, which is named by its id or slug.
    ///
    /// # Errors
    /// [`crate::ApiErrorKind::Forbidden`] where the person does not belong to it; [`crate::ApiErrorKind::Missing`] with
    /// `known` where the organization is gone.
    #[instrument(skip_all)]
    pub async fn collaborators(
        &self,
        organization: &str,
        query: &CollaboratorQuery<'_>,
    ) -> Result<Page<Collaborator>, ApiError> {
        let url = routes::collaborators(self.endpoint(), organization);
        let pairs = query.pairs();
        // An old row would decide what a role is changed from, and whether it was.
        let request = || Ok(self.client().get(url.clone()).query(&pairs).header(CACHE_CONTROL, "no-cache"));
        let answer = self.call(Load::Team, Bodyless::Never, request).await?;
        let read = |row: &_| read_collaborator(row, organization, self.endpoint());
        read_page(&answer.data, query.page, query.limit, read).ok_or_else(|| envelope::unreadable(&answer.reply))
    }

    /// Changes the team role of a collaborator and answers the row as it is then; none where the server did not tell it.
    ///
    /// # Errors
    /// [`crate::ApiErrorKind::Forbidden`] where the caller may not; [`crate::ApiErrorKind::Missing`] with `known` where the
    /// organization or the row is gone. [`crate::Delivery::Unknown`] asks for a read before anything is sent again.
    #[instrument(skip_all)]
    pub async fn update_collaborator(
        &self,
        organization: &str,
        id: &str,
        role: &TeamRole,
    ) -> Result<Option<Collaborator>, ApiError> {
        let url = routes::collaborator(self.endpoint(), organization, id);
        let body = role_body(role);
        let request = || Ok(self.client().put(url.clone()).json(&body));
        let answer = self.call(Load::Document, Bodyless::NoContent, request).await?;
        if answer.data.is_null() {
            return Ok(None);
        }
        let row = read_collaborator(&answer.data, organization, self.endpoint());
        row.map(Some).ok_or_else(|| envelope::unreadable(&answer.reply))
    }
}
