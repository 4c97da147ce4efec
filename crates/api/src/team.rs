//! Team requests of a signed-in user: list organizations, read a team page by page, change a team role or tags. The caller
//! decides the order of pages and checks permissions.

use lapel_domain::{Collaborator, Organization, TeamRole};
use reqwest::header::CACHE_CONTROL;
use serde::Serialize;
use tracing::instrument;

use crate::envelope::EmptyBody;
use crate::request::Payload;
use crate::wire::{read_collaborator, read_organization, read_page, read_tags, role_body, tags_body};
use crate::{ApiError, Connection, Page, envelope, routes};

const ORGANIZATIONS_PER_PAGE: u32 = 100;

/// Selects a part of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollaboratorQuery<'a> {
    /// Page number, starting at 1.
    pub page: u32,
    /// Rows per page, at most 1000.
    pub limit: u32,
    /// `field:asc` or `field:desc`, where field is name, email, role or createdAt. `None` leaves the order to the
    /// server.
    pub sort: Option<&'a str>,
    /// Only the row with exactly this email address, ignoring case (assumed, see tests/contract/openapi.yaml).
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
    /// Reads one page of the signed-in user's organizations. `page` starts at 1.
    #[instrument(skip_all)]
    pub async fn organizations(&self, page: u32) -> Result<Page<Organization>, ApiError> {
        let url = routes::organizations(self.endpoint());
        let query = [("page", page), ("limit", ORGANIZATIONS_PER_PAGE)];
        let response =
            self.call(Payload::Document, EmptyBody::Never, || Ok(self.client().get(url.clone()).query(&query))).await?;
        read_page(&response.data, page, ORGANIZATIONS_PER_PAGE, |row| read_organization(row, self.endpoint()))
            .ok_or_else(|| envelope::unreadable(&response.raw))
    }

    /// Reads one page of an organization's team. `organization` is an id or a slug.
    ///
    /// # Errors
    /// [`crate::ApiErrorKind::Forbidden`] if the user is not a member; [`crate::ApiErrorKind::Missing`] with `known`
    /// if the organization no longer exists.
    #[instrument(skip_all)]
    pub async fn collaborators(
        &self,
        organization: &str,
        query: &CollaboratorQuery<'_>,
    ) -> Result<Page<Collaborator>, ApiError> {
        let url = routes::collaborators(self.endpoint(), organization);
        let pairs = query.pairs();
        // The rows decide whether a role still needs to change and whether a change has arrived, so they must not
        // come from a cache.
        let request = || Ok(self.client().get(url.clone()).query(&pairs).header(CACHE_CONTROL, "no-cache"));
        let response = self.call(Payload::Team, EmptyBody::Never, request).await?;
        let read = |row: &_| read_collaborator(row, organization, self.endpoint());
        read_page(&response.data, query.page, query.limit, read).ok_or_else(|| envelope::unreadable(&response.raw))
    }

    /// Reads the tags that are in use in an organization, in the server's order. At most 10,000; longer tags than the
    /// contract allows are left out.
    ///
    /// # Errors
    /// As [`Self::collaborators`].
    #[instrument(skip_all)]
    pub async fn tags(&self, organization: &str) -> Result<Vec<String>, ApiError> {
        let url = routes::tags(self.endpoint(), organization);
        let request = || Ok(self.client().get(url.clone()));
        let response = self.call(Payload::Document, EmptyBody::Never, request).await?;
        read_tags(&response.data).ok_or_else(|| envelope::unreadable(&response.raw))
    }

    /// Changes a collaborator's team role. Returns the changed row, or `None` if the server does not send it.
    ///
    /// # Errors
    /// [`crate::ApiErrorKind::Forbidden`] if the user lacks the permission; [`crate::ApiErrorKind::Missing`] with
    /// `known` if the organization or the row no longer exists.
    pub async fn update_team_role(
        &self,
        organization: &str,
        id: &str,
        role: &TeamRole,
    ) -> Result<Option<Collaborator>, ApiError> {
        self.update_collaborator(organization, id, &role_body(role)).await
    }

    /// Replaces all tags of a collaborator. Returns the changed row, or `None` if the server does not send it.
    ///
    /// # Errors
    /// As [`Self::update_team_role`].
    pub async fn update_tags(
        &self,
        organization: &str,
        id: &str,
        tags: &[String],
    ) -> Result<Option<Collaborator>, ApiError> {
        self.update_collaborator(organization, id, &tags_body(tags)).await
    }

    #[instrument(skip_all)]
    async fn update_collaborator(
        &self,
        organization: &str,
        id: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<Option<Collaborator>, ApiError> {
        let url = routes::collaborator(self.endpoint(), organization, id);
        let request = || Ok(self.client().put(url.clone()).json(body));
        let response = self.call(Payload::Document, EmptyBody::NoContent, request).await?;
        if response.data.is_null() {
            return Ok(None);
        }
        let row = read_collaborator(&response.data, organization, self.endpoint());
        row.map(Some).ok_or_else(|| envelope::unreadable(&response.raw))
    }
}
