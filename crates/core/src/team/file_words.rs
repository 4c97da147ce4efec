//! The names of roles in an imported file: as the service and Lapel spell them in all languages of the interface, and as
//! people write them. Case, accents, spaces, punctuation and invisible characters do not matter.

use std::collections::HashMap;
use std::sync::LazyLock;

use lapel_domain::{TeamRole, fold, trim_invisible};

use crate::kernel::messages::{
    LANGUAGES, TEAM_ROLE_ADMIN, TEAM_ROLE_EDITOR, TEAM_ROLE_OWNER, TEAM_ROLE_UNASSIGNED, TEAM_ROLE_VIEWER,
};

/// Each role with its names in the interface, and with other words for it.
const TEAM_ROLES: [(TeamRole, [&str; LANGUAGES.len()], &str); 5] = [
    (
        TeamRole::Owner,
        TEAM_ROLE_OWNER,
        "\
        owner, propietario, propietaria, propietari, propietària, propriétaire, Eigentümer, Eigentümerin, \
        Inhaber, Inhaberin, Besitzer, Besitzerin, proprietario, proprietaria, proprietário, proprietária, \
        eigenaar, 所有者, 拥有者, 擁有者, владелец, владелица",
    ),
    (
        TeamRole::Admin,
        TEAM_ROLE_ADMIN,
        "\
        admin, administrator, admin. of the org., administrador, administradora, admin. de la org., \
        administrateur, administratrice, Administratorin, amministratore, amministratrice, beheerder, 管理员, 管理員, \
        администратор, админ",
    ),
    (
        TeamRole::Editor,
        TEAM_ROLE_EDITOR,
        "\
        editor, editora, éditeur, éditrice, rédacteur, rédactrice, Bearbeiter, Bearbeiterin, Redakteur, \
        Redakteurin, Editorin, editore, editrice, redattore, bewerker, redacteur, 编辑, 编辑者, 编辑人员, 編輯, 編輯者, \
        редактор",
    ),
    (
        TeamRole::Viewer,
        TEAM_ROLE_VIEWER,
        "\
        viewer, reader, lector, lectora, visor, lecteur, lectrice, visualiseur, Betrachter, Betrachterin, \
        Leser, Leserin, lettore, lettrice, visualizzatore, leitor, leitora, visualizador, visualizadora, \
        visualitzador, visualitzadora, lezer, kijker, 查看者, 查看人员, 檢視者, читатель, наблюдатель, зритель",
    ),
    (
        TeamRole::Unassigned,
        TEAM_ROLE_UNASSIGNED,
        "\
        unassigned, not assigned, sin asignar, no asignado, no asignada, sense assignar, no assignat, \
        no assignada, non attribué, non attribuée, non assigné, non assignée, nicht zugewiesen, ohne Zuweisung, \
        non assegnato, non assegnata, não atribuído, não atribuída, sem atribuição, niet toegewezen, 未分配, 未指派, \
        не назначен, не назначена, не назначено",
    ),
];

/// Parses the name of a team role.
pub(super) fn team_role(word: &str) -> Option<TeamRole> {
    static ROLES: LazyLock<HashMap<String, TeamRole>> = LazyLock::new(|| {
        let roles = TEAM_ROLES
            .iter()
            .flat_map(|(role, names, words)| all_keys(names, words).map(move |key| (key, role.clone())));
        roles.collect()
    });
    ROLES.get(&word_key(word)).cloned()
}

/// What counts of a word: its letters and digits, without case and accents.
pub(super) fn word_key(word: &str) -> String {
    fold(trim_invisible(word)).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The keys of a list of words.
pub(super) fn keys(words: &str) -> impl Iterator<Item = String> {
    words.split(',').map(word_key)
}

/// The keys of texts of the interface, and of a list of other words.
pub(super) fn all_keys<'a>(texts: &'a [&str; LANGUAGES.len()], words: &'a str) -> impl Iterator<Item = String> + 'a {
    texts.iter().map(|text| word_key(text)).chain(keys(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::messages::{ROLE_ADMIN, ROLE_ADMINVIEWER, ROLE_SERVICEACCOUNT, ROLE_USER};

    #[test]
    fn roles_are_found_in_any_spelling() {
        for (word, role) in [
            ("admin", TeamRole::Admin),
            ("Administrator", TeamRole::Admin),
            ("Admin. de la org.", TeamRole::Admin),
            (" EDITOR\u{200b}", TeamRole::Editor),
            ("\u{202a}Lector\u{202c}", TeamRole::Viewer),
            ("Sin  asignar", TeamRole::Unassigned),
            ("sin_asignar", TeamRole::Unassigned),
            ("un\u{ad}assigned", TeamRole::Unassigned),
            ("Éditeur", TeamRole::Editor),
            ("Eigentümer", TeamRole::Owner),
            ("管理员", TeamRole::Admin),
        ] {
            assert_eq!(team_role(word), Some(role), "{word:?}");
        }
        for word in ["", " ", "adminViewer", "Administrador del servicio", "super admin", "user", "no"] {
            assert_eq!(team_role(word), None, "{word:?}");
        }
    }

    #[test]
    fn no_word_has_two_meanings() {
        let mut meanings: HashMap<String, &TeamRole> = HashMap::new();
        for (role, names, words) in &TEAM_ROLES {
            for key in all_keys(names, words) {
                let other = meanings.insert(key.clone(), role);
                assert!(other.is_none_or(|other| other == role), "{key} is {role:?} and {other:?}");
            }
        }
    }

    #[test]
    fn the_roles_of_the_service_are_no_roles_of_the_team() {
        // The names of the administrator alone: in a column of roles in the team, people mean its admins. A column of
        // service roles is never read.
        let is_bare = |word: &str| {
            keys("administrator, administrateur, administrador, 管理员, администратор").any(|key| key == word_key(word))
        };
        for word in [ROLE_ADMIN, ROLE_ADMINVIEWER, ROLE_USER, ROLE_SERVICEACCOUNT].concat() {
            assert!(team_role(word).is_none() || is_bare(word), "{word} is a role of the team as well");
        }
    }
}
