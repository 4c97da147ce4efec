//! Validates the input of the sign-in forms before anything is sent. `sign_in` sends it.

use lapel_api::Secret;
use lapel_domain::parse_email;

use crate::kernel::error::Failure;
use crate::kernel::error_reasons::PasswordProblem;
use crate::views::SignIn;

/// In characters, from tests/contract/openapi.yaml.
const MAX_PASSWORD_LENGTH: usize = 128;
/// In characters, from tests/contract/openapi.yaml.
const MIN_NEW_PASSWORD_LENGTH: usize = 8;
/// In characters, from tests/contract/openapi.yaml.
const MAX_CODE_LENGTH: usize = 6;

/// Valid input of the password form.
pub(crate) struct Credentials {
    pub(crate) email: String,
    pub(crate) password: Secret,
    pub(crate) two_factor_code: Option<String>,
}

impl Credentials {
    /// Validates the input and removes whitespace and invisible characters from the email and the code. The password
    /// is not changed.
    pub(crate) fn check(typed: SignIn) -> Result<Self, Failure> {
        let typed_password = Secret::new(typed.password);
        let email = parse_email(&typed.email)?;
        let password = password(typed_password)?;
        // Some authenticator apps show the code in two groups.
        let code = typed.two_factor_code.unwrap_or_default();
        let code: String = code.split_whitespace().map(lapel_domain::trim_invisible).collect();
        if code.chars().count() > MAX_CODE_LENGTH {
            return Err(Failure::InvalidCode);
        }
        Ok(Self { email, password, two_factor_code: Some(code).filter(|code| !code.is_empty()) })
    }
}

/// Validates a password that exists already. It is not changed.
pub(crate) fn password(typed: Secret) -> Result<Secret, Failure> {
    Ok(checked(typed)?)
}

/// Validates a new password. It is not changed. Only the server decides whether it is complex enough.
pub(crate) fn new_password(typed: Secret) -> Result<Secret, Failure> {
    let new = checked(typed).map_err(Failure::InvalidNewPassword)?;
    let is_short = new.characters() < MIN_NEW_PASSWORD_LENGTH;
    if is_short { Err(Failure::InvalidNewPassword(PasswordProblem::TooShort)) } else { Ok(new) }
}

fn checked(password: Secret) -> Result<Secret, PasswordProblem> {
    match password.characters() {
        0 => Err(PasswordProblem::Empty),
        length if length > MAX_PASSWORD_LENGTH => Err(PasswordProblem::TooLong),
        _ => Ok(password),
    }
}

/// Extracts the API token from pasted text.
pub(crate) fn api_token(pasted: String) -> Result<Secret, Failure> {
    Ok(Secret::pasted_token(pasted)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use lapel_domain::EmailError;

    use super::*;

    fn check(email: &str, password: &str, code: Option<&str>) -> Result<Credentials, Failure> {
        let two_factor_code = code.map(str::to_owned);
        let typed = SignIn { server: String::new(), email: email.into(), password: password.into(), two_factor_code };
        Credentials::check(typed)
    }

    #[test]
    fn valid_input_is_accepted_and_the_password_is_not_changed() {
        let credentials = check(" owner@example.com\u{200b}\n", "  pass word  ", Some("123 456\u{200b}")).unwrap();
        assert_eq!(credentials.email, "owner@example.com");
        assert!(credentials.password == Secret::new("  pass word  ".into()));
        assert_eq!(credentials.two_factor_code.as_deref(), Some("123456"));
        assert_eq!(check("a@b", &"字".repeat(128), Some(" ")).unwrap().two_factor_code, None);
    }

    #[test]
    fn invalid_input_is_rejected_with_its_reason() {
        let email = |text: &str| check(text, "p", None).err();
        assert!(matches!(email(""), Some(Failure::InvalidEmail(EmailError::Empty))));
        assert!(matches!(email("owner"), Some(Failure::InvalidEmail(EmailError::NotAnAddress))));
        let long_email = format!("{}@b", "a".repeat(255));
        assert!(matches!(email(&long_email), Some(Failure::InvalidEmail(EmailError::TooLong))));
        let password = |text: &str| check("a@b", text, None).err();
        assert!(matches!(password(""), Some(Failure::InvalidPassword(PasswordProblem::Empty))));
        assert!(matches!(password(&"字".repeat(129)), Some(Failure::InvalidPassword(PasswordProblem::TooLong))));
        assert!(matches!(check("a@b", "p", Some("1234567")), Err(Failure::InvalidCode)));
    }

    #[test]
    fn a_new_password_has_a_minimum_length_in_characters() {
        assert!(new_password(Secret::new("字".repeat(8))).is_ok_and(|new| new == Secret::new("字".repeat(8))));
        let problem = |text: String| match new_password(Secret::new(text)) {
            Err(Failure::InvalidNewPassword(problem)) => Some(problem),
            _ => None,
        };
        assert_eq!(problem(String::new()), Some(PasswordProblem::Empty));
        assert_eq!(problem("字".repeat(7)), Some(PasswordProblem::TooShort));
        assert_eq!(problem("字".repeat(129)), Some(PasswordProblem::TooLong));
        assert!(password(Secret::new("p".into())).is_ok(), "an older password may be shorter");
    }

    #[test]
    fn errors_do_not_contain_secrets() {
        let error = new_password(Secret::new("hunter2".into())).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("hunter2"));
        for pasted in ["Bearer hunter2 hunter2", "hunter2é"] {
            let error = api_token(pasted.into()).unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        let error = lapel_api::Endpoint::typed("http://me:hunter2@example.com").unwrap_err();
        assert!(!format!("{error:?} {:?}", Failure::from(error.clone())).contains("hunter2"));
    }
}
