//! Reads certificates for display. Only the verifier decides whether a certificate is trusted.

use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};

/// Maximum number of host names read from a certificate; some contain hundreds.
const MAX_NAMES: usize = 20;
/// Maximum length of a text read from a certificate, in characters.
const MAX_TEXT_LENGTH: usize = 253;

/// A certificate presented by a server or a proxy. Its contents are not verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The name of its owner; empty if missing.
    pub subject: String,
    /// The hosts it is valid for, at most 20.
    pub names: Vec<String>,
    /// The name of its issuer; empty if missing.
    pub issuer: String,
    /// Start of its validity, in milliseconds since 1970.
    pub not_before: i64,
    /// End of its validity, in milliseconds since 1970.
    pub not_after: i64,
    /// Whether a server may use it: it is not a CA certificate and not issued for another purpose.
    pub for_servers: bool,
}

impl Certificate {
    /// Parses a certificate; `None` if the bytes are not one.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let for_servers = match certificate.extended_key_usage() {
            Ok(Some(usage)) => usage.value.server_auth || usage.value.any,
            // Without this extension the certificate is valid for every purpose.
            Ok(None) | Err(_) => true,
        };
        let validity = certificate.validity();
        Some(Self {
            subject: display_name(certificate.subject()),
            names: host_names(&certificate),
            issuer: display_name(certificate.issuer()),
            not_before: validity.not_before.timestamp().saturating_mul(1000),
            not_after: validity.not_after.timestamp().saturating_mul(1000),
            for_servers: for_servers && !certificate.is_ca(),
        })
    }
}

/// The host names and IP addresses of a certificate. The common name does not count as a host name (RFC 9525).
fn host_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternatives)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = alternatives.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(sanitize(name)),
        GeneralName::IPAddress(bytes) => ip_address(bytes),
        _ => None,
    });
    names.take(MAX_NAMES).collect()
}

fn ip_address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(bytes).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string())
}

/// A readable form of a distinguished name: `Example Proxy CA (Example Inc.)`.
fn display_name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().find_map(|part| part.as_str().ok()).map(sanitize);
    let organization = name.iter_organization().find_map(|part| part.as_str().ok()).map(sanitize);
    match (common, organization) {
        (Some(common), Some(organization)) if common != organization => format!("{common} ({organization})"),
        (Some(only), _) | (None, Some(only)) => only,
        (None, None) => sanitize(&name.to_string()),
    }
}

/// Makes an untrusted text safe to show and copy: shortens it and replaces control characters and characters that
/// change the text direction.
fn sanitize(text: &str) -> String {
    let replace_unsafe = |c: char| if c.is_control() || lapel_domain::is_bidi_control(c) { '\u{fffd}' } else { c };
    text.chars().take(MAX_TEXT_LENGTH).map(replace_unsafe).collect()
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
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Certificate::read(certificate.der()).unwrap()
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
    fn the_purpose_is_read() {
        assert!(!read(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]).for_servers);
        assert!(!read(|params| params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained)).for_servers);
        for usage in [ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::Any] {
            assert!(read(|params| params.extended_key_usages = vec![usage]).for_servers);
        }
    }

    #[test]
    fn texts_of_hostile_certificates_are_shortened_and_sanitized() {
        let certificate = read(|params| {
            params.distinguished_name.push(DnType::CommonName, "\u{1b}[2J\u{202e}".to_owned() + &"x".repeat(1000));
            let names = (0..100).map(|n| rcgen::SanType::DnsName(format!("h{n}.example.com").try_into().unwrap()));
            params.subject_alt_names = names.collect();
        });
        assert!(certificate.subject.starts_with("\u{fffd}[2J\u{fffd}x"), "{}", certificate.subject);
        assert_eq!(certificate.subject.chars().count(), 253);
        assert_eq!(certificate.names.len(), 20);
        assert_eq!(Certificate::read(b"no certificate"), None);
    }
}
