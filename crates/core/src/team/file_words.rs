//! The names of columns and roles in an imported file: as the service and Lapel spell them, and as people write them
//! in the languages of the service. Case, accents, spaces, punctuation and invisible characters do not matter.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use lapel_domain::{TeamRole, fold, trim_invisible};

/// The keys of the words for one thing.
type Keys = LazyLock<HashSet<String>>;

/// The maximum number of columns of a spreadsheet.
const MAX_COLUMNS: usize = 16_384;

const EMAIL_COLUMNS: &str = "\
    email, e-mail, mail, email address, e-mail address, mail address, user email, member email, correo, \
    correo electrónico, correo-e, dirección de correo, dirección de correo electrónico, dirección de email, \
    dirección e-mail, correu, correu electrònic, adreça de correu, adreça de correu electrònic, \
    adreça electrònica, courriel, courrier électronique, adresse mail, adresse e-mail, adresse électronique, \
    adresse courriel, adresse de courriel, adresse de messagerie, E-Mail-Adresse, Mailadresse, \
    E-Mail-Anschrift, posta elettronica, indirizzo e-mail, indirizzo mail, indirizzo di posta elettronica, \
    indirizzo elettronico, correio eletrônico, correio electrónico, endereço de e-mail, endereço eletrônico, \
    endereço electrónico, endereço de correio eletrônico, endereço de correio electrónico, e-mailadres, \
    mailadres, 邮箱, 邮箱地址, 电子邮箱, 电子邮箱地址, 邮件, 邮件地址, 电子邮件, 电子邮件地址, 電子郵件, 電子郵件地址, почта, эл. почта, \
    электронная почта, адрес электронной почты, адрес эл. почты, емейл, имейл";

/// Columns that say that they have the role in the team. They take precedence over [`ROLE_COLUMNS`].
const TEAM_ROLE_COLUMNS: &str = "\
    team role, role in team, role in the team, organization role, organisation role, role in organization, \
    role in the organization, role in organisation, role in the organisation, rol de equipo, rol del equipo, \
    rol en el equipo, rol de la organización, rol en la organización, rol de l'equip, rol a l'equip, \
    rol de l'organització, rol a l'organització, rôle d'équipe, rôle dans l'équipe, rôle de l'équipe, \
    rôle dans l'organisation, Teamrolle, Rolle im Team, Rolle in der Organisation, Organisationsrolle, \
    ruolo nel team, ruolo del team, ruolo nella squadra, ruolo nell'organizzazione, função na equipe, \
    função na equipa, função na organização, papel na equipe, papel na equipa, papel na organização, teamrol, \
    rol in het team, rol in team, rol in de organisatie, organisatierol, 团队角色, 团队中的角色, 组织角色, 组织中的角色, 團隊角色, \
    組織角色, роль в команде, роль в организации";

const ROLE_COLUMNS: &str = "\
    role, role name, name of role, name of the role, new role, rol, nombre del rol, nombre de rol, nuevo rol, \
    nom del rol, nou rol, rôle, nom du rôle, nouveau rôle, Rolle, Rollenname, Name der Rolle, \
    Rollenbezeichnung, neue Rolle, ruolo, nome del ruolo, nome ruolo, nuovo ruolo, função, papel, \
    nome da função, nome do papel, nova função, novo papel, rolnaam, naam van de rol, nieuwe rol, 角色, 角色名称, \
    角色名稱, роль, название роли, имя роли, новая роль";

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

/// The column with the email addresses.
pub(super) fn email_column(names: &[String]) -> Option<usize> {
    static KEYS: Keys = LazyLock::new(|| keys(EMAIL_COLUMNS).collect());
    find(names, |key| KEYS.contains(key))
}

/// The column with the team roles.
pub(super) fn role_column(names: &[String]) -> Option<usize> {
    static TEAM_ROLE_KEYS: Keys = LazyLock::new(|| keys(TEAM_ROLE_COLUMNS).collect());
    static ROLE_KEYS: Keys = LazyLock::new(|| keys(ROLE_COLUMNS).collect());
    find(names, |key| TEAM_ROLE_KEYS.contains(key)).or_else(|| find(names, |key| ROLE_KEYS.contains(key)))
}

/// The column with one of Lapel's own names.
pub(super) fn column(names: &[String], name: &str) -> Option<usize> {
    find(names, |key| key == name)
}

fn find(names: &[String], is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    names.iter().take(MAX_COLUMNS).position(|name| is_wanted(&word_key(name)))
}

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
fn keys(words: &str) -> impl Iterator<Item = String> {
    words.split(',').map(word_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_names_are_found_in_any_spelling() {
        for (email, role) in [
            ("email", "role"),
            ("Email address", "Role name"),
            ("E-MAIL", "Team role"),
            ("e_mail", "team_role"),
            ("EMail", "TeamRole"),
            ("Correo electrónico", "Nombre del rol"),
            ("correo electro\u{301}nico", "ROL"),
            ("\u{feff}Mail", "\u{200b}Rol en la organización\u{ad}"),
            ("E-Mail-Adresse", "Rolle"),
            ("Adresse e-mail", "Rôle dans l’équipe"),
            ("Indirizzo e-mail", "Ruolo"),
            ("Endereço de e-mail", "Função"),
            ("Correu electrònic", "Nom del rol"),
            ("E-mailadres", "Rol"),
            ("电子邮件", "角色"),
            ("Электронная почта", "Роль"),
            ("Email ", "Role in organization"),
        ] {
            let names = ["Name", role, email].map(str::to_owned);
            assert_eq!((email_column(&names), role_column(&names)), (Some(2), Some(1)), "{names:?}");
        }
        let names = ["Role", "Service role", "Team role", "Email domain"].map(str::to_owned);
        assert_eq!((email_column(&names), role_column(&names)), (None, Some(2)), "the team's role takes precedence");
    }

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
        let is_distinct = |lists: &[&str]| lists.iter().map(|words| count(&[words])).sum::<usize>() == count(lists);
        assert!(is_distinct(&TEAM_ROLES.map(|(_, words)| words)));
        assert!(is_distinct(&[EMAIL_COLUMNS, TEAM_ROLE_COLUMNS, ROLE_COLUMNS]));
    }
}
