//! A row of an organization's team, a member or a pending invitation. Who may change its role is in `team_role`.

use crate::{TeamRole, Timestamp, UserRole, fold};

/// Somebody in the team of an organization. Optional values are none where the server left them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collaborator {
    /// Id of the row; not that of the person.
    pub id: String,
    /// Id of the organization.
    pub organization: String,
    /// Id of the person; none while an invitation is pending.
    pub user_id: Option<String>,
    /// Email address, of a pending row the invited one; empty where the server sent none.
    pub email: String,
    /// Given name; empty where there is none.
    pub first_name: String,
    /// Family name; empty where there is none.
    pub last_name: String,
    /// Address of the picture, empty where there is none; on the API's own origin without scheme, host and port.
    pub picture: String,
    /// Role in the team.
    pub team_role: TeamRole,
    /// Role on the whole service; none while an invitation is pending, and where the server sent none.
    pub user_role: Option<UserRole>,
    /// Whether the person signs in by single sign-on.
    pub sso: Option<bool>,
    /// Labels in the order of the server.
    pub tags: Vec<String>,
    /// Whether this is an invitation that nobody has accepted yet.
    pub pending: bool,
    /// Since when the row exists.
    pub created_at: Option<Timestamp>,
    /// Last change of the row on the server.
    pub updated_at: Option<Timestamp>,
}

impl Collaborator {
    /// The name to show: first and last name, else the email address, else the id.
    pub fn display_name(&self) -> String {
        [self.full_name().as_str(), self.email.trim(), &self.id]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// What a search looks through: name, email address and id, folded, a line each, so that no match spans two of them.
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
    fn the_shown_name_falls_back_to_email_and_id() {
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
    fn is_searched_by_name_email_and_id_without_case_and_accents() {
        let text = collaborator("Zoë", "Ñúñez", "Zoe@Example.com").search_text();
        assert_eq!(text, "zoe nunez\nzoe@example.com\n65f0");
        assert!(!text.contains(&fold("nunez zoe")), "a match never spans name and address");
    }
}
