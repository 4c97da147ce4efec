//! Reads values from a JSON body and validates them against the contract. An invalid value gives an [`InvalidValue`]
//! with a message for the user; the handler chooses the error code.

use serde_json::{Map, Value};

use crate::roles::{TeamRole, UserRole};

/// Maximum length of a password and of a token from a mail, in characters (contract).
const MAX_SECRET_LENGTH: usize = 128;

/// The message for an invalid value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InvalidValue(pub(crate) String);

fn invalid<T>(message: impl Into<String>) -> Result<T, InvalidValue> {
    Err(InvalidValue(message.into()))
}

/// The JSON object of a request body.
#[derive(Debug)]
pub(crate) struct Fields(pub(crate) Map<String, Value>);

impl Fields {
    /// The string value of a key; `None` if the key is missing.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&str>, InvalidValue> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => invalid(format!("{key} must be a text")),
        }
    }

    /// The string value of a required key.
    pub(crate) fn required(&self, key: &str) -> Result<&str, InvalidValue> {
        self.text(key)?.ok_or_else(|| InvalidValue(format!("{key} is missing")))
    }

    /// The object value of a required key.
    pub(crate) fn object(&self, key: &str) -> Result<Fields, InvalidValue> {
        match self.0.get(key) {
            Some(Value::Object(map)) => Ok(Fields(map.clone())),
            _ => invalid(format!("{key} must be an object")),
        }
    }

    /// The list of strings of a key; `None` if the key is missing.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, InvalidValue> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        let Value::Array(items) = value else { return invalid(format!("{key} must be a list of texts")) };
        let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        texts.map(Some).ok_or_else(|| InvalidValue(format!("{key} must be a list of texts")))
    }

    /// The value of a required key that is a password or a token from a mail.
    pub(crate) fn secret(&self, key: &str) -> Result<String, InvalidValue> {
        let secret = self.required(key)?;
        at_most(key, secret, MAX_SECRET_LENGTH)?;
        Ok(secret.to_owned())
    }

    /// The value of a required key that is a password. It must not be empty.
    pub(crate) fn password(&self, key: &str) -> Result<String, InvalidValue> {
        let password = self.secret(key)?;
        if password.is_empty() { invalid(format!("{key} must not be empty")) } else { Ok(password) }
    }

    /// Validates the key `language`. Its value has no effect: the mails of the sandbox have no text.
    pub(crate) fn optional_language(&self) -> Result<(), InvalidValue> {
        self.text("language")?.map_or(Ok(()), language)
    }

    /// Requires at least one key (minProperties 1).
    pub(crate) fn at_least_one(&self) -> Result<(), InvalidValue> {
        if self.0.is_empty() { invalid("There is nothing to change") } else { Ok(()) }
    }
}

/// Requires at most `limit` characters.
pub(crate) fn at_most(name: &str, text: &str, limit: usize) -> Result<(), InvalidValue> {
    // JSON Schema counts characters. The limit for the body bounds the bytes.
    if text.chars().count() > limit { invalid(format!("{name} must have at most {limit} characters")) } else { Ok(()) }
}

/// White space as in the contract's patterns (`\s`): includes U+FEFF, which Unicode does not count as white space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// A first name: not empty, no white space at the ends, no control characters.
pub(crate) fn first_name(text: &str) -> Result<(), InvalidValue> {
    if text.is_empty() {
        return invalid("First name must not be empty");
    }
    if text.starts_with(is_space) || text.ends_with(is_space) {
        return invalid("First name must not begin or end with a space");
    }
    without_controls("First name", text)
}

/// A last name: may be empty, no control characters.
pub(crate) fn last_name(text: &str) -> Result<(), InvalidValue> {
    without_controls("Last name", text)
}

/// A tag: not empty, no control characters.
pub(crate) fn tag(text: &str, limit: usize) -> Result<(), InvalidValue> {
    at_most("A tag", text, limit)?;
    if text.is_empty() || text.chars().any(char::is_control) {
        return invalid("A tag must not be empty and must not hold control characters");
    }
    Ok(())
}

fn without_controls(name: &str, text: &str) -> Result<(), InvalidValue> {
    at_most(name, text, 128)?;
    if text.chars().any(char::is_control) {
        invalid(format!("{name} must not hold control characters"))
    } else {
        Ok(())
    }
}

/// The languages that can be chosen. Another language that is already stored stays until the user changes it.
const LANGUAGES: [&str; 8] = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];

/// One of [`LANGUAGES`], case-sensitive.
pub(crate) fn language(text: &str) -> Result<(), InvalidValue> {
    if LANGUAGES.contains(&text) {
        return Ok(());
    }
    invalid(format!("Language must be one of {}", LANGUAGES.join(", ")))
}

/// The URL of a picture, or an empty string: http or https, a host name, an optional port, a path of printable ASCII.
pub(crate) fn picture(text: &str) -> Result<(), InvalidValue> {
    at_most("Picture", text, 2048)?;
    if text.is_empty() || is_picture_url(text) { Ok(()) } else { invalid("Picture must be a web address") }
}

fn is_picture_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && port.is_none_or(|port| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()))
        && path.bytes().all(|b| b.is_ascii_graphic())
}

/// An email address. The check is rough.
pub(crate) fn email(text: &str) -> Result<(), InvalidValue> {
    at_most("Email", text, 256)?;
    let fits = text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !host.is_empty() && !host.contains(['@', ' ']) && !text.chars().any(char::is_control)
    });
    if fits { Ok(()) } else { invalid("Email must be an email address") }
}

/// A user role of the contract.
pub(crate) fn user_role(word: &str) -> Result<UserRole, InvalidValue> {
    UserRole::parse(word)
        .ok_or_else(|| InvalidValue("Role must be admin, adminViewer, user or serviceAccount".to_owned()))
}

/// A team role of the contract.
pub(crate) fn team_role(word: &str) -> Result<TeamRole, InvalidValue> {
    TeamRole::parse(word)
        .ok_or_else(|| InvalidValue("Role must be owner, admin, editor, viewer or unassigned".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{first_name, language, last_name, picture};

    #[test]
    fn names() {
        for good in ["J", "Ana María", "李", "🙂", "x y", &"a".repeat(128), &"🙂".repeat(128)] {
            assert_eq!(first_name(good), Ok(()), "{good:?}");
        }
        for bad in ["", " ", " J", "J ", "J\u{a0}", "\u{feff}J", "a\u{0}b", "a\u{9f}b", "a\nb", &"a".repeat(129)] {
            assert!(first_name(bad).is_err(), "{bad:?}");
        }
        assert_eq!(last_name(""), Ok(()));
        assert_eq!(last_name(" de la Cruz "), Ok(()));
        assert!(last_name("a\tb").is_err());
        assert!(last_name(&"a".repeat(129)).is_err());
    }

    #[test]
    fn languages() {
        for good in ["es", "en", "fr", "de", "it", "zh", "pt", "ru"] {
            assert_eq!(language(good), Ok(()), "{good:?}");
        }
        for bad in ["", "EN", "en ", "en\n", "pt-BR", "zh-Hant", "ca", "eng", "e", "english"] {
            assert!(language(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn pictures() {
        for good in
            ["", "https://example.com", "http://a:1", "https://example.com:65535/p.png?x=%20#y", "https://127.0.0.1/v1"]
        {
            assert_eq!(picture(good), Ok(()), "{good:?}");
        }
        let long = format!("https://example.com/{}", "a".repeat(2048));
        for bad in [
            "x",
            "ftp://a/b",
            "https://",
            "https:///x",
            "https://-a/",
            "https://a:/",
            "https://a:123456/",
            "https://a?x",
            "https://a/ä",
            "https://a/ b",
            "https://u@a/",
            "javascript:1",
            &long,
        ] {
            assert!(picture(bad).is_err(), "{bad:?}");
        }
    }
}
