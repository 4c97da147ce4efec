//! The values of a JSON body, checked one by one against the contract. A value that does not fit gives a sentence for
//! the person at the form; which code it travels under is the handler's business.

use serde_json::{Map, Value};

use crate::roles::{TeamRole, UserRole};

/// Longest password, and longest token out of a mail, in characters (contract).
const LONGEST_SECRET: usize = 128;

/// Why a value does not fit, as a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit(pub(crate) String);

fn misfit<T>(sentence: impl Into<String>) -> Result<T, Misfit> {
    Err(Misfit(sentence.into()))
}

/// The object in a request's body.
#[derive(Debug)]
pub(crate) struct Fields(pub(crate) Map<String, Value>);

impl Fields {
    /// The text under a key; none where the key is missing.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&str>, Misfit> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => misfit(format!("{key} must be a text")),
        }
    }

    /// The text under a key that must be there.
    pub(crate) fn required(&self, key: &str) -> Result<&str, Misfit> {
        self.text(key)?.ok_or_else(|| Misfit(format!("{key} is missing")))
    }

    /// The object under a key that must be there.
    pub(crate) fn object(&self, key: &str) -> Result<Fields, Misfit> {
        match self.0.get(key) {
            Some(Value::Object(map)) => Ok(Fields(map.clone())),
            _ => misfit(format!("{key} must be an object")),
        }
    }

    /// The texts under a key; none where the key is missing.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Misfit> {
        let Some(value) = self.0.get(key) else { return Ok(None) };
        let Value::Array(items) = value else { return misfit(format!("{key} must be a list of texts")) };
        let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        texts.map(Some).ok_or_else(|| Misfit(format!("{key} must be a list of texts")))
    }

    /// The secret under a key that must be there: a password, or a token out of a mail.
    pub(crate) fn secret(&self, key: &str) -> Result<String, Misfit> {
        let secret = self.required(key)?;
        at_most(key, secret, LONGEST_SECRET)?;
        Ok(secret.to_owned())
    }

    /// The password under a key that must be there, and not empty.
    pub(crate) fn password(&self, key: &str) -> Result<String, Misfit> {
        let password = self.secret(key)?;
        if password.is_empty() { misfit(format!("{key} must not be empty")) } else { Ok(password) }
    }

    /// Refuses a language that the service does not take. Mails of the sandbox have no text that would follow it.
    pub(crate) fn optional_language(&self) -> Result<(), Misfit> {
        self.text("language")?.map_or(Ok(()), language)
    }

    /// Refuses the object without any key (minProperties 1).
    pub(crate) fn at_least_one(&self) -> Result<(), Misfit> {
        if self.0.is_empty() { misfit("There is nothing to change") } else { Ok(()) }
    }
}

/// Refuses a text of more characters than the contract allows.
pub(crate) fn at_most(name: &str, text: &str, limit: usize) -> Result<(), Misfit> {
    // Counted in characters, as JSON Schema does; the bytes are bounded by the body's cap.
    if text.chars().count() > limit { misfit(format!("{name} must have at most {limit} characters")) } else { Ok(()) }
}

/// White space as the contract's patterns mean it: U+FEFF belongs to it there, though not in Unicode's own list.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// A first name: something, not surrounded by white space, without control characters.
pub(crate) fn first_name(text: &str) -> Result<(), Misfit> {
    if text.is_empty() {
        return misfit("First name must not be empty");
    }
    if text.starts_with(is_space) || text.ends_with(is_space) {
        return misfit("First name must not begin or end with a space");
    }
    without_controls("First name", text)
}

/// A last name: anything, or nothing, without control characters.
pub(crate) fn last_name(text: &str) -> Result<(), Misfit> {
    without_controls("Last name", text)
}

fn without_controls(name: &str, text: &str) -> Result<(), Misfit> {
    at_most(name, text, 128)?;
    if text.chars().any(char::is_control) { misfit(format!("{name} must not hold control characters")) } else { Ok(()) }
}

/// The languages that the service takes. Somebody who chose another one before keeps it until they choose anew.
const LANGUAGES: [&str; 8] = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];

/// A language that the service takes, in this spelling.
pub(crate) fn language(text: &str) -> Result<(), Misfit> {
    if LANGUAGES.contains(&text) {
        return Ok(());
    }
    misfit(format!("Language must be one of {}", LANGUAGES.join(", ")))
}

/// The address of a picture, or nothing: http or https, a plain host, a port, a path of printable ASCII.
pub(crate) fn picture(text: &str) -> Result<(), Misfit> {
    at_most("Picture", text, 2048)?;
    if text.is_empty() || is_picture_url(text) { Ok(()) } else { misfit("Picture must be a web address") }
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

/// An email address, roughly: one that could be written into a form.
pub(crate) fn email(text: &str) -> Result<(), Misfit> {
    at_most("Email", text, 256)?;
    let fits = text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !host.is_empty() && !host.contains(['@', ' ']) && !text.chars().any(char::is_control)
    });
    if fits { Ok(()) } else { misfit("Email must be an email address") }
}

/// A user role that the contract knows.
pub(crate) fn user_role(word: &str) -> Result<UserRole, Misfit> {
    UserRole::parse(word).ok_or_else(|| Misfit("Role must be admin, adminViewer, user or serviceAccount".to_owned()))
}

/// A team role that the contract knows.
pub(crate) fn team_role(word: &str) -> Result<TeamRole, Misfit> {
    TeamRole::parse(word).ok_or_else(|| Misfit("Role must be owner, admin, editor, viewer or unassigned".to_owned()))
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
