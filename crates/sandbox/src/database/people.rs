//! The five people of the demo and the ids of their organization and its owner. Only data; `seed` writes it.

pub(super) const ORGANIZATION: &str = "65f0a1c0000000000000a001";
pub(super) const OWNER: &str = "65f0a1c00000000000000001";

pub(super) struct Person {
    /// The last two hex digits of the person's user id and of the id of their team row.
    pub(super) number: u8,
    pub(super) email: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) role: &'static str,
    pub(super) team_role: &'static str,
    pub(super) language: &'static str,
    pub(super) tags: &'static [&'static str],
    pub(super) totp_secret: Option<&'static str>,
}

pub(super) const PEOPLE: [Person; 5] = [
    Person {
        number: 1,
        email: "owner@example.com",
        first_name: "Olivia",
        last_name: "Owner",
        role: "admin",
        team_role: "owner",
        language: "en",
        tags: &["management"],
        totp_secret: None,
    },
    Person {
        number: 2,
        email: "admin@example.com",
        first_name: "Adam",
        last_name: "Admin",
        role: "admin",
        team_role: "admin",
        language: "en",
        tags: &["management", "support"],
        totp_secret: None,
    },
    Person {
        number: 3,
        email: "editor@example.com",
        first_name: "Edith",
        last_name: "Editor",
        role: "user",
        team_role: "editor",
        language: "en",
        tags: &["engineering"],
        totp_secret: None,
    },
    Person {
        number: 4,
        email: "viewer@example.com",
        first_name: "Victor",
        last_name: "Viewer",
        role: "adminViewer",
        team_role: "viewer",
        language: "en",
        tags: &["sales"],
        totp_secret: None,
    },
    Person {
        number: 5,
        email: "twofactor@example.com",
        first_name: "Tomas",
        last_name: "Twofactor",
        role: "user",
        team_role: "editor",
        language: "en",
        tags: &["engineering", "support"],
        totp_secret: Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
    },
];
