//! What a certificate says of itself, for people. Whether it is to be trusted is decided by the verifier alone.

use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};

/// Most hosts of a certificate that are kept; some name hundreds.
const MOST_NAMES: usize = 20;
/// Longest text of a certificate that is kept, in characters.
const LONGEST_TEXT: usize = 253;

/// A certificate that a server or a proxy has shown. Nobody vouches for what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it was made out to; empty where it says nothing.
    pub subject: String,
    /// The hosts that it is valid for, at most 20.
    pub names: Vec<String>,
    /// Who issued it; empty where it says nothing.
    pub issuer: String,
    /// The moment from which it is valid, in milliseconds since 1970.
    pub not_before: i64,
    /// The moment after which it is no longer valid, in milliseconds since 1970.
    pub not_after: i64,
    /// Whether it may be used by a server: neither an authority's own nor made for something else.
    pub for_servers: bool,
}

impl Certificate {
    /// Reads a certificate; none where it is not one.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let for_servers = match certificate.extended_key_usage() {
            Ok(Some(usage)) => usage.value.server_auth || usage.value.any,
            // Without this extension it may be used for everything.
            Ok(None) | Err(_) => true,
        };
        let validity = certificate.validity();
        Some(Self {
            subject: distinguished(certificate.subject()),
            names: names(&certificate),
            issuer: distinguished(certificate.issuer()),
            not_before: validity.not_before.timestamp().saturating_mul(1000),
            not_after: validity.not_after.timestamp().saturating_mul(1000),
            for_servers: for_servers && !certificate.is_ca(),
        })
    }
}

/// The hosts of a certificate; its common name is none by today's rules (RFC 9525).
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternatives)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = alternatives.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(shown(name)),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    });
    names.take(MOST_NAMES).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(bytes).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string())
}

/// A name as people say it: `Example Proxy CA (Example Inc.)`.
fn distinguished(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().find_map(|part| part.as_str().ok()).map(shown);
    let organization = name.iter_organization().find_map(|part| part.as_str().ok()).map(shown);
    match (common, organization) {
        (Some(common), Some(organization)) if common != organization => format!("{common} ({organization})"),
        (Some(only), _) | (None, Some(only)) => only,
        (None, None) => shown(&name.to_string()),
    }
}

/// A text of a stranger as it may be shown and copied: short, and without characters that command a terminal or turn the
/// direction of what follows.
fn shown(text: &str) -> String {
    let harmless = |c: char| if c.is_control() || lapel_domain::is_bidi_control(c) { '\u{fffd}' } else { c };
    text.chars().take(LONGEST_TEXT).map(harmless).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};

    use super::*;

    fn read(configure: impl FnOnce(&mut CertificateParams)) -> Certificate {
        let names =
            ["api.example.com".to_owned(), "*.example.com".to_owned(), "192.0.2.1".to_owned(), "::1".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, "Example API");
        params.not_before = date_time_ymd(2024, 1, 1);
        params.not_after = date_time_ymd(2025, 1, 1);
        configure(&mut params);
        let own = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Certificate::read(own.der()).unwrap()
    }

    #[test]
    fn names_dates_and_issuer_are_read() {
        let certificate = read(|params| params.distinguished_name.push(DnType::OrganizationName, "Example Inc."));
        assert_eq!(certificate.subject, "Example API (Example Inc.)");
        assert_eq!(certificate.issuer, certificate.subject);
        assert_eq!(certificate.names, ["api.example.com", "*.example.com", "192.0.2.1", "::1"]);
        assert_eq!((certificate.not_before, certificate.not_after), (1_704_067_200_000, 1_735_689_600_000));
        assert!(certificate.for_servers);
    }

    #[test]
    fn what_it_is_made_for_is_read() {
        assert!(!read(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]).for_servers);
        assert!(!read(|params| params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained)).for_servers);
        for usage in [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::Any] {
            assert!(read(|params| params.extended_key_usages = vec![usage]).for_servers);
        }
    }

    #[test]
    fn hostile_certificates_stay_short_and_harmless() {
        let certificate = read(|params| {
            params.distinguished_name.push(DnType::CommonName, "\u{1b}[2J\u{202e}".to_owned() + &"x".repeat(1000));
            let many = (0..100).map(|n| rcgen::SanType::DnsName(format!("h{n}.example.com").try_into().unwrap()));
            params.subject_alt_names = many.collect();
        });
        assert!(certificate.subject.starts_with("\u{fffd}[2J\u{fffd}x"), "{}", certificate.subject);
        assert_eq!(certificate.subject.chars().count(), 253);
        assert_eq!(certificate.names.len(), 20);
        assert_eq!(Certificate::read(b"no certificate"), None);
    }
}
