//! Decides which proxy applies to a server, according to the settings of this computer. An invalid setting is
//! detected before a request is sent, so that no request bypasses the proxy.

use std::ffi::OsString;
use std::fmt;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, Proxy};
use url::Url;

/// Environment variables that name a proxy for https; the first one that is not empty is used. HTTP_PROXY never
/// applies, because Lapel uses http only with servers on this computer.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// Environment variables that list hosts to reach without a proxy; the first one that is not empty is used.
const EXCEPTION_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What is wrong with a proxy or with its setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProxyFault {
    /// The setting is invalid; nothing was sent.
    Setting,
    /// Lapel does not support this kind of proxy, such as SOCKS; nothing was sent.
    Kind,
    /// The proxy does not respond.
    Unreachable,
    /// The proxy requires credentials, or rejected those in the setting (HTTP 407).
    Credentials,
    /// The proxy refused to connect to the server.
    Refused,
    /// The certificate of an https proxy is not trusted.
    Untrusted,
}

/// The unparsed proxy settings. They may contain a password, so `Debug` hides them.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// The name and value of the environment variable that names the proxy.
    proxy: Option<(&'static str, OsString)>,
    /// The hosts to reach without a proxy, as listed in the environment variable.
    exceptions: String,
    /// Whether the operating system's settings (macOS, Windows) apply if no variable names a proxy.
    system: bool,
}

impl ProxySettings {
    /// The settings in this process's environment variables and in the operating system.
    pub fn from_environment() -> Self {
        Self { system: true, ..Self::from_variables(|name| std::env::var_os(name)) }
    }

    /// The settings in environment variables only: HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy, NO_PROXY and
    /// no_proxy. Empty variables are ignored.
    pub fn from_variables(value_of: impl Fn(&str) -> Option<OsString>) -> Self {
        let non_empty =
            |name: &&'static str| value_of(name).filter(|value| !value.is_empty()).map(|value| (*name, value));
        let proxy = PROXY_VARIABLES.iter().find_map(non_empty);
        let exceptions = EXCEPTION_VARIABLES.iter().find_map(non_empty);
        // A list that is not valid Unicode is ignored: the proxy is then used for every host, which is the safe choice.
        let exceptions = exceptions.and_then(|(_, list)| list.into_string().ok()).unwrap_or_default();
        Self { proxy, exceptions, system: false }
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxySettings").finish_non_exhaustive()
    }
}

/// The parsed settings. The same choice applies to every server that is not an exception.
pub(crate) struct ProxyRule {
    choice: Choice,
    exceptions: String,
    /// Matches every address that is not in `exceptions`.
    needs_proxy: Matcher,
}

enum Choice {
    /// No proxy.
    Direct,
    /// The operating system's settings.
    System(Box<Matcher>),
    /// The proxy's address with credentials, and its name without them.
    Proxy(Url, String),
    /// Why the setting cannot be used, and the name of the proxy, or of the variable if the setting is invalid.
    Unusable(ProxyFault, String),
}

impl ProxyRule {
    pub(crate) fn new(settings: &ProxySettings) -> Self {
        let choice = match &settings.proxy {
            None if settings.system => Choice::System(Box::new(Matcher::from_system())),
            None => Choice::Direct,
            Some((variable, value)) => match value.to_str().map_or(Err(SettingError::Invalid), parse) {
                Ok((proxy, name)) => Choice::Proxy(proxy, name),
                Err(SettingError::Kind(name)) => Choice::Unusable(ProxyFault::Kind, name),
                Err(SettingError::Invalid) => Choice::Unusable(ProxyFault::Setting, (*variable).to_owned()),
            },
        };
        if let Choice::Unusable(_, name) = &choice {
            tracing::warn!(%name, "the proxy setting cannot be used; requests that need the proxy will fail");
        }
        // The address is not used; only whether the matcher accepts a URL matters.
        let needs_proxy = Matcher::builder().all("http://proxy.invalid").no(&settings.exceptions).build();
        Self { choice, exceptions: settings.exceptions.clone(), needs_proxy }
    }

    /// The name of the proxy for an https address; `None` if the address is reached directly. If the setting cannot be
    /// used, the error contains the fault and the name in `Choice::Unusable`.
    pub(crate) fn proxy_for(&self, url: &Url) -> Result<Option<String>, (ProxyFault, String)> {
        let uri: Uri = url[..url::Position::BeforePath].parse().unwrap_or_default();
        if self.needs_proxy.intercept(&uri).is_none() {
            return Ok(None);
        }
        match &self.choice {
            Choice::Direct => Ok(None),
            Choice::System(matcher) => {
                let authority = matcher.intercept(&uri).and_then(|proxy| proxy.uri().authority().cloned());
                Ok(authority.map(|authority| authority.to_string()))
            }
            Choice::Proxy(_, name) => Ok(Some(name.clone())),
            Choice::Unusable(fault, name) => Err((*fault, name.clone())),
        }
    }

    /// Configures a client to follow this rule.
    pub(crate) fn apply(&self, client: ClientBuilder) -> Result<ClientBuilder, reqwest::Error> {
        let proxy = match &self.choice {
            Choice::Direct => return Ok(client.no_proxy()),
            Choice::System(_) => return Ok(client),
            Choice::Proxy(proxy, _) => Proxy::all(proxy.clone())?,
            // API requests that need the proxy fail in `proxy_for`. Picture requests do not call it and must not bypass
            // the proxy either, so they fail at a proxy that does not exist.
            Choice::Unusable(..) => Proxy::all("socks5://unusable.invalid:1")?,
        };
        Ok(client.proxy(proxy.no_proxy(NoProxy::from_string(&self.exceptions))))
    }
}

impl fmt::Debug for ProxyRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyRule").finish_non_exhaustive()
    }
}

#[derive(Debug, PartialEq, Eq)]
enum SettingError {
    Invalid,
    /// Lapel does not support this kind of proxy. Contains the name of the proxy with its scheme.
    Kind(String),
}

/// Parses `[http[s]://][user[:password]@]host[:port]`. Returns the address with the credentials, and the
/// name of the proxy without them.
fn parse(value: &str) -> Result<(Url, String), SettingError> {
    let value = value.trim();
    // The URL parser silently removes some of these characters, such as tabs, and would then use a wrong host.
    if value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(SettingError::Invalid);
    }
    let absolute = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&absolute).map_err(|_| SettingError::Invalid)?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(SettingError::Invalid)?;
    let name = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    // If a password contains an unescaped `/`, `?` or `#`, the parser takes part of the credentials as the host. Check
    // this before the error below shows the name.
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(SettingError::Invalid);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SettingError::Kind(format!("{}://{name}", url.scheme())));
    }
    // The client silently ignores a proxy that its matcher does not accept, and would then connect directly. Any
    // https address will do for this check, because the proxy applies to all of them.
    let accepted = Matcher::builder().all(url.as_str()).build().intercept(&Uri::from_static("https://any.invalid"));
    if accepted.is_none() { Err(SettingError::Invalid) } else { Ok((url, name)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn rule(variables: &[(&str, &str)]) -> ProxyRule {
        let value =
            |name: &str| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into());
        ProxyRule::new(&ProxySettings::from_variables(value))
    }

    fn proxy_for(rule: &ProxyRule, url: &str) -> Result<Option<String>, (ProxyFault, String)> {
        rule.proxy_for(&Url::parse(url).unwrap())
    }

    const API: &str = "https://api.example.com/v1";

    #[test]
    fn common_spellings_of_a_proxy_are_accepted_and_its_name_has_no_credentials() {
        for (value, name) in [
            ("http://proxy.example.com:3128", "proxy.example.com:3128"),
            ("proxy.example.com:3128", "proxy.example.com:3128"),
            ("https://proxy.example.com:8443/", "proxy.example.com:8443"),
            (" http://me:s%3Acret@proxy.example.com:3128\n", "proxy.example.com:3128"),
            ("me:s@cret@proxy.example.com:3128", "proxy.example.com:3128"),
            ("proxy", "proxy"),
            ("[::1]:3128", "[::1]:3128"),
        ] {
            assert_eq!(proxy_for(&rule(&[("HTTPS_PROXY", value)]), API), Ok(Some(name.into())), "{value}");
        }
    }

    #[test]
    fn an_invalid_setting_is_reported_with_its_variable() {
        for value in [
            "http://",
            "http://proxy.example.com:port",
            "http://proxy.example.com:99999",
            "http://pro xy:3128",
            "http://pro\txy:3128",
            "http://me:pa#ss@proxy.example.com:3128",
            "http://me:12#x@proxy.example.com:3128",
            "http://me:12/x@proxy.example.com:3128",
            "http://me:12?x@proxy.example.com:3128",
            "http://proxy.example.com/proxy.pac",
            "socks5://me:2024#secret@proxy.example.com:1080",
            "socks5://me:2024/secret@proxy.example.com:1080",
            "ftp://me:2024?secret@proxy.example.com",
            "http://[::1",
            "://",
            " ",
        ] {
            for variable in PROXY_VARIABLES {
                assert_eq!(
                    proxy_for(&rule(&[(variable, value)]), API),
                    Err((ProxyFault::Setting, variable.into())),
                    "{value}"
                );
            }
        }
    }

    #[test]
    fn an_unsupported_kind_of_proxy_is_reported_as_unsupported() {
        for kind in ["socks4", "socks4a", "socks5", "socks5h", "quic", "ftp"] {
            let rule = rule(&[("ALL_PROXY", &format!("{kind}://me:secret@proxy.example.com:1080"))]);
            assert_eq!(proxy_for(&rule, API), Err((ProxyFault::Kind, format!("{kind}://proxy.example.com:1080"))));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_setting_that_is_not_unicode_is_reported() {
        use std::os::unix::ffi::OsStringExt;
        let settings =
            ProxySettings::from_variables(|name| (name == "https_proxy").then(|| OsString::from_vec(vec![b'p', 0xff])));
        let rule = ProxyRule::new(&settings);
        assert_eq!(proxy_for(&rule, API), Err((ProxyFault::Setting, "https_proxy".into())));
    }

    #[test]
    fn the_first_variable_that_is_not_empty_is_used() {
        let all = [("HTTPS_PROXY", "a"), ("https_proxy", "b"), ("ALL_PROXY", "c"), ("all_proxy", "d")];
        for (first, (_, name)) in all.iter().enumerate() {
            assert_eq!(proxy_for(&rule(&all[first..]), API), Ok(Some((*name).into())));
        }
        assert_eq!(proxy_for(&rule(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "c")]), API), Ok(Some("c".into())));
        // If the first variable is invalid, the next one is not used instead.
        assert!(proxy_for(&rule(&[("HTTPS_PROXY", "http://"), ("ALL_PROXY", "c")]), API).is_err());
        // HTTP_PROXY never applies.
        assert_eq!(proxy_for(&rule(&[("HTTP_PROXY", "http://")]), API), Ok(None));
        assert_eq!(proxy_for(&rule(&[]), API), Ok(None));
    }

    #[test]
    fn exceptions_are_reached_directly_even_with_an_invalid_setting() {
        for value in ["proxy.example.com:3128", "http://", "socks5://proxy.example.com"] {
            let rule = rule(&[("HTTPS_PROXY", value), ("NO_PROXY", "example.com, 192.0.2.0/24,[2001:db8::1]")]);
            for url in [API, "https://example.com", "https://EXAMPLE.com:8443/v1", "https://192.0.2.7/v1"] {
                assert_eq!(proxy_for(&rule, url), Ok(None), "{url} with {value}");
            }
            for url in ["https://example.org/v1", "https://192.0.3.7/v1"] {
                assert_ne!(proxy_for(&rule, url), Ok(None), "{url} with {value}");
            }
        }
        assert_eq!(proxy_for(&rule(&[("HTTPS_PROXY", "http://"), ("no_proxy", "*")]), API), Ok(None));
    }

    #[test]
    fn debug_output_contains_no_password() {
        let settings = ProxySettings::from_variables(|_| Some("http://me:hunter2@proxy.example.com".into()));
        let broken = ProxySettings::from_variables(|_| Some("http://me:hunter2@".into()));
        let shown =
            format!("{settings:?} {:?} {:?}", ProxyRule::new(&settings), proxy_for(&ProxyRule::new(&broken), API));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
