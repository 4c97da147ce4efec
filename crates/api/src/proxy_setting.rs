//! Which proxy the settings of this computer name for a server, judged before anything is sent: a setting that cannot be
//! used must not lead past the proxy.

use std::ffi::OsString;
use std::fmt;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy, Proxy};
use url::Url;

/// Variables that name a proxy for https, in the order in which they count. Lapel speaks http with this computer only, and
/// so HTTP_PROXY never applies.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// Variables that name hosts to be reached without a proxy.
const EXCEPTION_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What is wrong with the proxy on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProxyFault {
    /// The setting cannot be read; nothing was sent.
    Setting,
    /// A kind of proxy that Lapel does not speak with, such as SOCKS; nothing was sent.
    Kind,
    /// The proxy does not answer.
    Unreachable,
    /// The proxy wants a user name and a password, or others: 407.
    Credentials,
    /// The proxy answered that it does not connect to the server.
    Refused,
    /// The certificate of an https proxy is not trusted.
    Untrusted,
}

/// What the settings say about proxies, unread. They may hold a password, and so do not show themselves.
#[derive(Clone, Default)]
pub struct ProxySettings {
    /// The variable and its value.
    proxy: Option<(&'static str, OsString)>,
    exceptions: String,
    /// Whether the system's own settings count where no variable names a proxy (macOS, Windows).
    system: bool,
}

impl ProxySettings {
    /// The settings of this process and of the system.
    pub fn from_environment() -> Self {
        Self { system: true, ..Self::from_variables(|name| std::env::var_os(name)) }
    }

    /// The settings in variables alone: HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy, NO_PROXY and no_proxy. An empty one
    /// counts as none.
    pub fn from_variables(value_of: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name: &&'static str| value_of(name).filter(|value| !value.is_empty()).map(|value| (*name, value));
        let proxy = PROXY_VARIABLES.iter().find_map(given);
        let exceptions = EXCEPTION_VARIABLES.iter().find_map(given);
        // A list that cannot be read excepts nobody: then the proxy is used, which is the safe side.
        let exceptions = exceptions.and_then(|(_, list)| list.into_string().ok()).unwrap_or_default();
        Self { proxy, exceptions, system: false }
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxySettings").finish_non_exhaustive()
    }
}

/// The settings as read: one for all servers, but for the exceptions.
pub(crate) struct ProxyRule {
    choice: Choice,
    exceptions: String,
    /// Intercepts every address but the exceptions.
    but_exceptions: Matcher,
}

enum Choice {
    Direct,
    System(Box<Matcher>),
    /// The proxy with its credentials, and its name without them.
    Proxy(Url, String),
    /// Why the setting cannot be used, and what to call it.
    Unusable(ProxyFault, String),
}

impl ProxyRule {
    pub(crate) fn new(settings: &ProxySettings) -> Self {
        let choice = match &settings.proxy {
            None if settings.system => Choice::System(Box::new(Matcher::from_system())),
            None => Choice::Direct,
            Some((variable, value)) => match value.to_str().map_or(Err(Unusable::Unreadable), read) {
                Ok((proxy, name)) => Choice::Proxy(proxy, name),
                Err(Unusable::Kind(name)) => Choice::Unusable(ProxyFault::Kind, name),
                Err(Unusable::Unreadable) => Choice::Unusable(ProxyFault::Setting, (*variable).to_owned()),
            },
        };
        if let Choice::Unusable(_, name) = &choice {
            tracing::warn!(%name, "the proxy setting cannot be used, so nothing is sent past it");
        }
        let but_exceptions = Matcher::builder().all("http://proxy.invalid").no(&settings.exceptions).build();
        Self { choice, exceptions: settings.exceptions.clone(), but_exceptions }
    }

    /// The name of the proxy on the way to an https address; none where there is none.
    ///
    /// # Errors
    /// Where the setting that applies cannot be used, with what to call it.
    pub(crate) fn on_the_way_to(&self, url: &Url) -> Result<Option<String>, (ProxyFault, String)> {
        let uri: Uri = url[..url::Position::BeforePath].parse().unwrap_or_default();
        if self.but_exceptions.intercept(&uri).is_none() {
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

    /// The client that goes by this rule.
    pub(crate) fn apply(&self, client: ClientBuilder) -> Result<ClientBuilder, reqwest::Error> {
        let proxy = match &self.choice {
            Choice::Direct => return Ok(client.no_proxy()),
            Choice::System(_) => return Ok(client),
            Choice::Proxy(proxy, _) => Proxy::all(proxy.clone())?,
            // Requests to the API are refused before this, but for exceptions. Pictures of other servers are not, and this
            // leads them nowhere.
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
enum Unusable {
    Unreadable,
    /// Its name, with its kind.
    Kind(String),
}

/// Reads `[http[s]://][user[:password]@]host[:port]`: the address with all of that, and the name without the credentials.
fn read(value: &str) -> Result<(Url, String), Unusable> {
    let value = value.trim();
    // The parser would take such characters out, and a wrong host would be left.
    if value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Unusable::Unreadable);
    }
    let absolute = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&absolute).map_err(|_| Unusable::Unreadable)?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Unusable::Unreadable)?;
    let name = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    // A password with an unescaped `/`, `?` or `#` ends the host early: what stands there is a part of the credentials then,
    // and must not be named.
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(Unusable::Unreadable);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Unusable::Kind(format!("{}://{name}", url.scheme())));
    }
    // What the client would not take it would pass by in silence.
    let taken = Matcher::builder().all(url.as_str()).build().intercept(&Uri::from_static("https://any.invalid"));
    if taken.is_none() { Err(Unusable::Unreadable) } else { Ok((url, name)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn rule(variables: &[(&str, &str)]) -> ProxyRule {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        ProxyRule::new(&ProxySettings::from_variables(value))
    }

    fn way(rule: &ProxyRule, url: &str) -> Result<Option<String>, (ProxyFault, String)> {
        rule.on_the_way_to(&Url::parse(url).unwrap())
    }

    const API: &str = "https://api.example.com/v1";

    #[test]
    fn a_proxy_is_read_as_people_write_it_and_named_without_its_credentials() {
        for (value, name) in [
            ("http://proxy.example.com:3128", "proxy.example.com:3128"),
            ("proxy.example.com:3128", "proxy.example.com:3128"),
            ("https://proxy.example.com:8443/", "proxy.example.com:8443"),
            (" http://me:s%3Acret@proxy.example.com:3128\n", "proxy.example.com:3128"),
            ("me:s@cret@proxy.example.com:3128", "proxy.example.com:3128"),
            ("proxy", "proxy"),
            ("[::1]:3128", "[::1]:3128"),
        ] {
            assert_eq!(way(&rule(&[("HTTPS_PROXY", value)]), API), Ok(Some(name.into())), "{value}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_read_is_named_by_its_variable() {
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
                    way(&rule(&[(variable, value)]), API),
                    Err((ProxyFault::Setting, variable.into())),
                    "{value}"
                );
            }
        }
    }

    #[test]
    fn a_kind_that_lapel_does_not_speak_is_told_apart() {
        for kind in ["socks4", "socks4a", "socks5", "socks5h", "quic", "ftp"] {
            let rule = rule(&[("ALL_PROXY", &format!("{kind}://me:secret@proxy.example.com:1080"))]);
            assert_eq!(way(&rule, API), Err((ProxyFault::Kind, format!("{kind}://proxy.example.com:1080"))));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_setting_that_is_no_text_is_not_passed_by() {
        use std::os::unix::ffi::OsStringExt;
        let settings =
            ProxySettings::from_variables(|name| (name == "https_proxy").then(|| OsString::from_vec(vec![b'p', 0xff])));
        let rule = ProxyRule::new(&settings);
        assert_eq!(way(&rule, API), Err((ProxyFault::Setting, "https_proxy".into())));
    }

    #[test]
    fn the_first_setting_that_says_something_counts() {
        let all = [("HTTPS_PROXY", "a"), ("https_proxy", "b"), ("ALL_PROXY", "c"), ("all_proxy", "d")];
        for (n, (_, name)) in all.iter().enumerate() {
            assert_eq!(way(&rule(&all[n..]), API), Ok(Some((*name).into())));
        }
        assert_eq!(way(&rule(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "c")]), API), Ok(Some("c".into())));
        // A broken one is not mended by the next.
        assert!(way(&rule(&[("HTTPS_PROXY", "http://"), ("ALL_PROXY", "c")]), API).is_err());
        assert_eq!(way(&rule(&[("HTTP_PROXY", "http://")]), API), Ok(None));
        assert_eq!(way(&rule(&[]), API), Ok(None));
    }

    #[test]
    fn exceptions_are_reached_without_a_proxy_whatever_the_setting() {
        for value in ["proxy.example.com:3128", "http://", "socks5://proxy.example.com"] {
            let rule = rule(&[("HTTPS_PROXY", value), ("NO_PROXY", "example.com, 192.0.2.0/24,[2001:db8::1]")]);
            for url in [API, "https://example.com", "https://EXAMPLE.com:8443/v1", "https://192.0.2.7/v1"] {
                assert_eq!(way(&rule, url), Ok(None), "{url} with {value}");
            }
            for url in ["https://example.org/v1", "https://192.0.3.7/v1"] {
                assert_ne!(way(&rule, url), Ok(None), "{url} with {value}");
            }
        }
        assert_eq!(way(&rule(&[("HTTPS_PROXY", "http://"), ("no_proxy", "*")]), API), Ok(None));
    }

    #[test]
    fn nothing_shows_a_password() {
        let settings = ProxySettings::from_variables(|_| Some("http://me:hunter2@proxy.example.com".into()));
        let broken = ProxySettings::from_variables(|_| Some("http://me:hunter2@".into()));
        let shown = format!("{settings:?} {:?} {:?}", ProxyRule::new(&settings), way(&ProxyRule::new(&broken), API));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
