//! The names of roles in an imported file: as the service and Lapel spell them, and as people write them in the
//! languages of the service. Case, accents, spaces, punctuation and invisible characters do not matter.

use std::collections::HashMap;
use std::sync::LazyLock;

use lapel_domain::{TeamRole, fold, trim_invisible};

const TEAM_ROLES: [(TeamRole, &str); 5] = [
    (
        TeamRole::Owner,
        "\
        owner, propietario, propietaria, propietari, propietària, propriétaire, Eigentümer, Eigentümerin, \
        Inhaber, Inhaberin, Besitzer, Besitzerin, proprietario, proprietaria, proprietário, proprietária, \
        eigenaar, 所有者, 拥有者, 擁有者, владелец, владелица",
    ),
    (
        TeamRole::Admin,
        "\
        admin, administrator, admin. of the org., administrador, administradora, admin. de la org., \
        administrateur, administratrice, Administratorin, amministratore, amministratrice, beheerder, 管理员, 管理員, \
        администратор, админ",
    ),
    (
        TeamRole::Editor,
        "\
        editor, editora, éditeur, éditrice, rédacteur, rédactrice, Bearbeiter, Bearbeiterin, Redakteur, \
        Redakteurin, Editorin, editore, editrice, redattore, bewerker, redacteur, 编辑, 编辑者, 编辑人员, 編輯, 編輯者, \
        редактор",
    ),
    (
        TeamRole::Viewer,
        "\
        viewer, reader, lector, lectora, visor, lecteur, lectrice, visualiseur, Betrachter, Betrachterin, \
        Leser, Leserin, lettore, lettrice, visualizzatore, leitor, leitora, visualizador, visualizadora, \
        visualitzador, visualitzadora, lezer, kijker, 查看者, 查看人员, 檢視者, читатель, наблюдатель, зритель",
    ),
    (
        TeamRole::Unassigned,
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
        let roles = TEAM_ROLES.iter().flat_map(|(role, words)| keys(words).map(move |key| (key, role.clone())));
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

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
        let count = |lists: &[&str]| lists.iter().flat_map(|words| keys(words)).collect::<HashSet<_>>().len();
        let lists = TEAM_ROLES.map(|(_, words)| words);
        assert_eq!(lists.iter().map(|words| count(&[words])).sum::<usize>(), count(&lists));
    }
}
