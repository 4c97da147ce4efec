//! A row of an organization's team: a member or a pending invitation. Module `team_role` decides who may change its
//! role.

use crate::{TeamRole, Timestamp, UserRole, fold};

/// A row of an organization's team. Optional values are `None` if the server omitted them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collaborator {
    /// Id of the row (not of the person).
    pub id: String,
    /// Id of the organization.
    pub organization: String,
    /// Id of the person; `None` while the invitation is pending.
    pub user_id: Option<String>,
    /// Email address (of a pending row: the invited address); empty if the server sent none.
    pub email: String,
    /// Given name, or empty.
    pub first_name: String,
    /// Family name, or empty.
    pub last_name: String,
    /// URL of the picture, or empty. The URL has no scheme, host and port if it is on the API's own origin.
    pub picture: String,
    /// Role in the team.
    pub team_role: TeamRole,
    /// Role on the whole service; `None` while the invitation is pending or if the server sent none.
    pub user_role: Option<UserRole>,
    /// Whether the person signs in by single sign-on.
    pub sso: Option<bool>,
    /// Labels, in the server's order.
    pub tags: Vec<String>,
    /// Whether this is an invitation that has not been accepted yet.
    pub pending: bool,
    /// When the row was created.
    pub created_at: Option<Timestamp>,
    /// When the row was last changed on the server.
    pub updated_at: Option<Timestamp>,
}

impl Collaborator {
    /// The name to display: first and last name, else the email address, else the id.
    pub fn display_name(&self) -> String {
        [self.full_name().as_str(), self.email.trim(), &self.id]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// The text that a search examines: folded name, email address and id, each on its own line, so that no match
    /// spans two of them.
    pub fn search_text(&self) -> String {
        fold(&[self.full_name().as_str(), &self.email, &self.id].join("\n"))
    }

    fn full_name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collaborator(first_name: &str, last_name: &str, email: &str) -> Collaborator {
        Collaborator {
            id: "65F0".into(),
            organization: "1".into(),
            user_id: None,
            email: email.into(),
            first_name: first_name.into(),
            last_name: last_name.into(),
            picture: String::new(),
            team_role: TeamRole::Viewer,
            user_role: None,
            sso: None,
            tags: Vec::new(),
            pending: true,
            created_at: None,
            updated_at: None,
        }
    }

    #[test]
    fn the_display_name_falls_back_to_email_and_id() {
        for (first_name, last_name, email, expected) in [
            ("Olivia", "Owner", "owner@example.com", "Olivia Owner"),
            (" ", " Owner ", "owner@example.com", "Owner"),
            ("", "", " invited@example.com", "invited@example.com"),
            ("", " ", "", "65F0"),
        ] {
            assert_eq!(collaborator(first_name, last_name, email).display_name(), expected);
        }
    }

    #[test]
    fn search_covers_name_email_and_id_and_ignores_case_and_accents() {
        let text = collaborator("Zoë", "Ñúñez", "Zoe@Example.com").search_text();
        assert_eq!(text, "zoe nunez\nzoe@example.com\n65f0");
        assert!(!text.contains(&fold("nunez zoe")), "a match never spans name and email address");
    }
}
