//! The names of the columns in an imported file, as the interface and people write them in all languages. Of two columns
//! with the same meaning, the more exact name counts. If both names are equally exact, the file is refused: the wrong
//! column would give people wrong roles.
//!
//! No list has names such as "current role": a column with the present role must never be taken for the new one.

use std::collections::HashSet;
use std::sync::LazyLock;

use lapel_domain::trim_invisible;

use super::file_words::{all_keys, keys, word_key};
use crate::kernel::error_reasons::{ColumnMeaning, ListProblem};
use crate::kernel::messages::{EMAIL, ROLE, TEAM_ROLE};

/// The keys of the words for one thing.
type Keys = LazyLock<HashSet<String>>;

/// The maximum number of columns of a spreadsheet.
const MAX_COLUMNS: usize = 16_384;

const EMAIL_COLUMNS: &str = "\
    email, e-mail, mail, email address, e-mail address, mail address, user email, member email, correo, \
    correo electrónico, correo-e, dirección de correo, dirección de correo electrónico, dirección de email, \
    dirección e-mail, correu, correu electrònic, adreça de correu, adreça de correu electrònic, adreça electrònica, \
    courriel, courrier électronique, adresse mail, adresse e-mail, adresse électronique, adresse courriel, \
    adresse de courriel, adresse de messagerie, E-Mail-Adresse, Mailadresse, E-Mail-Anschrift, posta elettronica, \
    indirizzo e-mail, indirizzo mail, indirizzo di posta elettronica, indirizzo elettronico, correio eletrônico, \
    correio electrónico, endereço de e-mail, endereço eletrônico, endereço electrónico, \
    endereço de correio eletrônico, endereço de correio electrónico, e-mailadres, mailadres, 邮箱, 邮箱地址, 电子邮箱, \
    电子邮箱地址, 邮件, 邮件地址, 电子邮件, 电子邮件地址, 電子郵件, 電子郵件地址, почта, эл. почта, электронная почта, адрес электронной почты, \
    адрес эл. почты, емейл, имейл, emails, e-mails, mails, email addresses, e-mail addresses, user email address, \
    user mail, member email address, email of the user, email of the member, work email, work email address, \
    business email, company email, corporate email, login email, correos, correos electrónicos, \
    dirección electrónica, dirección email, dirección de mail, direcciones de correo, \
    direcciones de correo electrónico, correo del usuario, correo de usuario, correo usuario, correo del miembro, \
    correo de la persona, correo electrónico del usuario, correo electrónico de usuario, \
    correo electrónico del miembro, correo corporativo, correo electrónico corporativo, correo de empresa, \
    correo de la empresa, correo de trabajo, correo del trabajo, correo electrónico de trabajo, correo profesional, \
    correo institucional, email del usuario, email de usuario, email usuario, email del miembro, email corporativo, \
    email de empresa, email de trabajo, email profesional, mail del usuario, mail corporativo, cuenta de correo, \
    correo email, correo electrónico email";

/// Columns that say that they have the role to give. They take precedence over all others.
const NEW_ROLE_COLUMNS: &str = "\
    new role, role new, new role name, name of the new role, new roles, new team role, new role in team, \
    new role in the team, new member role, new organization role, new organisation role, new role in organization, \
    new role in the organization, new role in organisation, new role in the organisation, target role, \
    desired role, future role, role to assign, nuevo rol, rol nuevo, nuevos roles, roles nuevos, \
    nombre del nuevo rol, nombre del rol nuevo, nuevo nombre de rol, nuevo rol de equipo, nuevo rol del equipo, \
    nuevo rol en el equipo, nuevo rol de la organización, nuevo rol en la organización, rol nuevo en el equipo, \
    rol nuevo en la organización, rol deseado, rol futuro, rol por asignar, rol a asignar, nou rol, rol nou, \
    nouveau rôle, neue Rolle, nuovo ruolo, ruolo nuovo, nova função, novo papel, nieuwe rol, 新角色, новая роль";

/// Columns that say that they have the role in the team. They take precedence over [`ROLE_COLUMNS`].
const TEAM_ROLE_COLUMNS: &str = "\
    team role, role in team, role in the team, organization role, organisation role, role in organization, \
    role in the organization, role in organisation, role in the organisation, rol de equipo, rol del equipo, \
    rol en el equipo, rol de la organización, rol en la organización, rol de l'equip, rol a l'equip, \
    rol de l'organització, rol a l'organització, rôle d'équipe, rôle dans l'équipe, rôle de l'équipe, \
    rôle dans l'organisation, Teamrolle, Rolle im Team, Rolle in der Organisation, Organisationsrolle, \
    ruolo nel team, ruolo del team, ruolo nella squadra, ruolo nell'organizzazione, função na equipe, \
    função na equipa, função na organização, papel na equipe, papel na equipa, papel na organização, teamrol, \
    rol in het team, rol in team, rol in de organisatie, organisatierol, 团队角色, 团队中的角色, 组织角色, 组织中的角色, 團隊角色, 組織角色, \
    роль в команде, роль в организации, org role, role in org, role in the org, team member role, member role, \
    role of the member, role of member, rol equipo, rol en equipo, rol organización, rol en organización, \
    rol de organización, rol en la org., rol del miembro, rol de miembro";

const ROLE_COLUMNS: &str = "\
    role, role name, name of role, name of the role, rol, nombre del rol, nombre de rol, nom del rol, rôle, \
    nom du rôle, Rolle, Rollenname, Name der Rolle, Rollenbezeichnung, ruolo, nome del ruolo, nome ruolo, função, \
    papel, nome da função, nome do papel, rolnaam, naam van de rol, 角色, 角色名称, 角色名稱, роль, название роли, имя роли, \
    roles, role names, nombre rol, nombres de rol";

/// The column with the email addresses; none if no column has such a name. Fails if several have.
pub(super) fn email_column(names: &[String]) -> Result<Option<usize>, ListProblem> {
    static KEYS: Keys = LazyLock::new(|| all_keys(&EMAIL, EMAIL_COLUMNS).collect());
    find(names, ColumnMeaning::Email, |key| KEYS.contains(key))
}

/// The column with the team roles; none if no column has such a name. Fails if several are equally exact.
pub(super) fn role_column(names: &[String]) -> Result<Option<usize>, ListProblem> {
    static NEW_ROLE_KEYS: Keys = LazyLock::new(|| keys(NEW_ROLE_COLUMNS).collect());
    static TEAM_ROLE_KEYS: Keys = LazyLock::new(|| all_keys(&TEAM_ROLE, TEAM_ROLE_COLUMNS).collect());
    static ROLE_KEYS: Keys = LazyLock::new(|| all_keys(&ROLE, ROLE_COLUMNS).collect());
    for keys in [&NEW_ROLE_KEYS, &TEAM_ROLE_KEYS, &ROLE_KEYS] {
        if let Some(column) = find(names, ColumnMeaning::Role, |key| keys.contains(key))? {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

/// The column with one of the names in Lapel's history; none if there is none. Fails if there are several.
pub(super) fn history_column(names: &[String], name: &str) -> Result<Option<usize>, ListProblem> {
    find(names, ColumnMeaning::History, |key| key == name)
}

fn find(
    names: &[String],
    meaning: ColumnMeaning,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Option<usize>, ListProblem> {
    let columns = names.iter().enumerate().take(MAX_COLUMNS);
    let found: Vec<(usize, &String)> = columns.filter(|(_, name)| is_wanted(&word_key(name))).collect();
    if found.len() > 1 {
        let columns = found.into_iter().map(|(_, name)| trim_invisible(name).to_owned()).collect();
        return Err(ListProblem::Ambiguous { meaning, columns });
    }
    Ok(found.first().map(|(at, _)| *at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::messages;

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
            ("E-mail address", "New role"),
            ("User e-mail", "Role (new)"),
            ("Correo-e", "Rol nuevo"),
            ("Correo del usuario", "Nuevo rol en la organización"),
            ("Correo corporativo", "NUEVO ROL"),
            ("Emails", "Roles"),
            ("Work email", "Target role"),
        ] {
            let names = ["Name", role, email].map(str::to_owned);
            assert_eq!((email_column(&names), role_column(&names)), (Ok(Some(2)), Ok(Some(1))), "{names:?}");
        }
        let names = ["Role", "Service role", "Team role", "Email domain"].map(str::to_owned);
        let found = (email_column(&names), role_column(&names));
        assert_eq!(found, (Ok(None), Ok(Some(2))), "the team's role takes precedence");
    }

    #[test]
    fn the_most_exact_name_counts_and_equally_exact_ones_are_refused() {
        for (names, column) in [
            (["role", "new role"], 1),
            (["new role", "role"], 0),
            (["team role", "new role"], 1),
            (["role", "team role"], 1),
            (["current role", "role"], 1),
            (["Rol nuevo", "Rol actual"], 0),
            (["Rol actual", "Rol"], 1),
            (["Nuevo rol", "Rol"], 0),
        ] {
            assert_eq!(role_column(&names.map(str::to_owned)), Ok(Some(column)), "{names:?}");
        }
        for names in [["role", "role"], ["role ", "Rol"], ["new role", "Rol nuevo"], ["team role", "role in team"]] {
            let columns = names.map(|name| name.trim().to_owned()).to_vec();
            let expected = Err(ListProblem::Ambiguous { meaning: ColumnMeaning::Role, columns });
            assert_eq!(role_column(&names.map(str::to_owned)), expected, "{names:?}");
        }
        let names = ["email", "role", "Correo"].map(str::to_owned);
        let columns = vec!["email".to_owned(), "Correo".to_owned()];
        assert_eq!(email_column(&names), Err(ListProblem::Ambiguous { meaning: ColumnMeaning::Email, columns }));
        for name in ["current role", "Rol actual", "old role", "Rol anterior", "previous role"] {
            assert_eq!(role_column(&[name.to_owned()]), Ok(None), "{name}");
        }
    }

    #[test]
    fn no_name_has_two_meanings() {
        let lists: [HashSet<String>; 4] = [
            all_keys(&EMAIL, EMAIL_COLUMNS).collect(),
            keys(NEW_ROLE_COLUMNS).collect(),
            all_keys(&TEAM_ROLE, TEAM_ROLE_COLUMNS).collect(),
            all_keys(&ROLE, ROLE_COLUMNS).collect(),
        ];
        for (at, list) in lists.iter().enumerate() {
            for other in &lists[at + 1..] {
                assert_eq!(list.intersection(other).collect::<Vec<_>>(), Vec::<&String>::new());
            }
        }
        let others = [
            messages::USER_ROLE,
            messages::TEAM_COLUMN_NAME,
            messages::TEAM_COLUMN_TAGS,
            messages::TEAM_COLUMN_SINCE,
            messages::TEAM_STATE,
            messages::FIRST_NAME,
            messages::LAST_NAME,
            messages::LANGUAGE,
            messages::TEAM_ORGANIZATION,
        ];
        for name in others.concat() {
            let names = [name.to_owned()];
            assert_eq!((email_column(&names), role_column(&names)), (Ok(None), Ok(None)), "{name} is another column");
        }
    }

    #[test]
    fn the_sentence_about_missing_columns_names_columns_that_are_found() {
        for sentence in messages::IMPORT_COLUMNS {
            let quoted = sentence.split(['“', '”', '„', '«', '»', '"', '「', '」']).skip(1).step_by(2);
            let names: Vec<String> = quoted.map(|name| name.trim().to_owned()).collect();
            assert!(names.len() >= 2, "{sentence}");
            for pair in names.chunks(2) {
                assert_eq!((email_column(pair), role_column(pair)), (Ok(Some(0)), Ok(Some(1))), "{sentence}");
            }
        }
    }
}
