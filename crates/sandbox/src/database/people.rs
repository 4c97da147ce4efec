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
    /// The hash of the demo's password with the usual cost. Hashing at the first start would take 100 ms and 19 MiB for each
    /// person.
    pub(super) password_hash: &'static str,
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
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$8AoGsqG3kU2RYHfgzWYL2g$bOsHfFzUmlUdfqlL1dSXYl+mHPcpJWb9SeUaj+5n5sc",
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
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$853+VwXknyVvJ3V7wbxQlw$s0FTLM88wyeDPUM9cDEJClmMY0rcAgczXukSCQgrAT8",
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
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$lVPU/gFTr1xwInoadBt0cA$len84uUW2sAqdv4QXIyasyXAm40GbUoCiP4Ti1oysZA",
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
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$5scRg6samrJht1P8M1fv5Q$5t4wSvDE15l4jG8/OtWb8IJny+n8YPcHuWmlJRc388M",
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
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$00MkDQ+YjMgUWhX6WZou3Q$AHgq3N02I3FPpkQ/6LTsTswa0AbnZuXByUnrp5dLjV8",
    },
];
