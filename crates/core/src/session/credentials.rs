//! Validates the input of the sign-in forms before anything is sent. `session` sends it.

use lapel_api::{AddressError, EndpointError, Secret};
use lapel_domain::{EmailError, TokenError, parse_email};

use crate::views::{AppError, ErrorCode, SignIn};

/// In characters, from tests/contract/openapi.yaml.
const MAX_PASSWORD_LENGTH: usize = 128;
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
    pub(crate) fn check(typed: SignIn) -> Result<Self, AppError> {
        let password = Secret::new(typed.password);
        let email = parse_email(&typed.email).map_err(invalid_email)?;
        match password.characters() {
            0 => return Err(AppError::new(ErrorCode::InvalidPassword, "the password is empty").problem("empty")),
            length if length > MAX_PASSWORD_LENGTH => {
                return Err(AppError::new(ErrorCode::InvalidPassword, "the password is too long").problem("tooLong"));
            }
            _ => {}
        }
        // Some authenticator apps show the code in two groups.
        let code = typed.two_factor_code.unwrap_or_default();
        let code: String = code.split_whitespace().map(lapel_domain::trim_invisible).collect();
        if code.chars().count() > MAX_CODE_LENGTH {
            return Err(AppError::new(ErrorCode::InvalidCode, "the two-factor code is too long"));
        }
        Ok(Self { email, password, two_factor_code: Some(code).filter(|code| !code.is_empty()) })
    }
}

fn invalid_email(error: EmailError) -> AppError {
    let problem = match error {
        EmailError::Empty => "empty",
        EmailError::TooLong => "tooLong",
        EmailError::NotAnAddress => "notAnAddress",
    };
    AppError::new(ErrorCode::InvalidEmail, error.to_string()).problem(problem)
}

/// Extracts the API token from pasted text.
pub(crate) fn api_token(pasted: String) -> Result<Secret, AppError> {
    let invalid = |error: TokenError| {
        let problem = match error {
            TokenError::Empty => "empty",
            TokenError::Spaces => "spaces",
            TokenError::Characters => "characters",
        };
        AppError::new(ErrorCode::InvalidToken, error.to_string()).problem(problem)
    };
    Secret::pasted_token(pasted).map_err(invalid)
}

/// The failure for a rejected address, with the suggested address if there is one.
pub(crate) fn invalid_server(error: AddressError) -> AppError {
    let problem = match error.reason {
        EndpointError::Empty => "empty",
        EndpointError::NotAnAddress => "notAnAddress",
        EndpointError::Port => "port",
        EndpointError::Scheme => "scheme",
        EndpointError::NotSecure => "notSecure",
        EndpointError::Credentials => "credentials",
        EndpointError::Query => "query",
        EndpointError::Route => "route",
        EndpointError::TooLong => "tooLong",
    };
    let mut failure = AppError::new(ErrorCode::InvalidServer, error.reason.to_string()).problem(problem);
    failure.details.suggestion = error.suggestion.map(|endpoint| endpoint.key());
    failure
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn check(email: &str, password: &str, code: Option<&str>) -> Result<Credentials, (ErrorCode, Option<String>)> {
        let two_factor_code = code.map(str::to_owned);
        let typed = SignIn { server: String::new(), email: email.into(), password: password.into(), two_factor_code };
        Credentials::check(typed).map_err(|error| (error.code, error.details.problem))
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
        let too_long = (ErrorCode::InvalidPassword, Some("tooLong".to_owned()));
        for (outcome, expected) in [
            (check("", "p", None), (ErrorCode::InvalidEmail, Some("empty".into()))),
            (check("owner", "p", None), (ErrorCode::InvalidEmail, Some("notAnAddress".into()))),
            (check(&format!("{}@b", "a".repeat(255)), "p", None), (ErrorCode::InvalidEmail, Some("tooLong".into()))),
            (check("a@b", "", None), (ErrorCode::InvalidPassword, Some("empty".into()))),
            (check("a@b", &"字".repeat(129), None), too_long),
            (check("a@b", "p", Some("1234567")), (ErrorCode::InvalidCode, None)),
        ] {
            assert_eq!(outcome.err(), Some(expected));
        }
    }

    #[test]
    fn errors_do_not_contain_secrets() {
        for pasted in ["Bearer hunter2 hunter2", "hunter2é"] {
            let error = api_token(pasted.into()).unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        let error = lapel_api::Endpoint::typed("http://me:hunter2@example.com").unwrap_err();
        assert!(!format!("{error:?} {:?}", invalid_server(error.clone())).contains("hunter2"));
    }
}
