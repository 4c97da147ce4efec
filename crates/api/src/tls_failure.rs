//! Why TLS with a server did not come about, in the kinds that people can do something about.

use rustls::{CertificateError, Error};

use crate::certificate::Certificate;

/// Why TLS did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsFault {
    /// The certificate, or that of its issuer, is too old; or this computer's clock is ahead.
    Expired,
    /// The certificate is not valid yet; or this computer's clock is behind.
    NotYetValid,
    /// The certificate is for other hosts.
    OtherHost,
    /// Nobody whom this computer trusts has issued the certificate.
    UnknownIssuer,
    /// The certificate is an authority's own, or made for something else than servers.
    NotForServers,
    /// The issuer has withdrawn the certificate.
    Revoked,
    /// What answered does not speak TLS.
    NoTls,
    /// Both sides speak TLS and could not agree how.
    Handshake,
    /// The certificate is refused for another reason.
    Untrusted,
}

/// What an error of TLS means, with the certificate that was refused. `now` is this computer's clock in milliseconds since
/// 1970.
pub(crate) fn tls_fault(error: &Error, certificate: Option<&Certificate>, now: i64) -> TlsFault {
    match error {
        Error::InvalidCertificate(reason) => by_reason(reason, certificate, now),
        // Bytes that are no record of TLS, such as a page of HTTP.
        Error::InvalidMessage(_) => TlsFault::NoTls,
        Error::AlertReceived(_) | Error::PeerIncompatible(_) => TlsFault::Handshake,
        _ => TlsFault::Untrusted,
    }
}

fn by_reason(reason: &CertificateError, certificate: Option<&Certificate>, now: i64) -> TlsFault {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => TlsFault::OtherHost,
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => TlsFault::NotForServers,
        CertificateError::Revoked => TlsFault::Revoked,
        // The verifiers of the systems word some of these in their own way, and so does WebPKI for authorities.
        _ => match certificate {
            Some(certificate) if !certificate.for_servers => TlsFault::NotForServers,
            Some(certificate) if now > certificate.not_after => TlsFault::Expired,
            Some(certificate) if now < certificate.not_before => TlsFault::NotYetValid,
            _ => TlsFault::Untrusted,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{AlertDescription, InvalidMessage, OtherError, PeerIncompatible};

    use super::*;

    #[test]
    fn each_reason_of_the_library_is_a_kind() {
        for (reason, fault) in [
            (CertificateError::Expired, TlsFault::Expired),
            (CertificateError::NotValidYet, TlsFault::NotYetValid),
            (CertificateError::NotValidForName, TlsFault::OtherHost),
            (CertificateError::UnknownIssuer, TlsFault::UnknownIssuer),
            (CertificateError::InvalidPurpose, TlsFault::NotForServers),
            (CertificateError::Revoked, TlsFault::Revoked),
            (CertificateError::BadSignature, TlsFault::Untrusted),
        ] {
            assert_eq!(tls_fault(&reason.into(), None, 0), fault);
        }
        for (error, fault) in [
            (Error::from(InvalidMessage::InvalidContentType), TlsFault::NoTls),
            (Error::AlertReceived(AlertDescription::HandshakeFailure), TlsFault::Handshake),
            (Error::from(PeerIncompatible::NoCipherSuitesInCommon), TlsFault::Handshake),
            (Error::NoCertificatesPresented, TlsFault::Untrusted),
        ] {
            assert_eq!(tls_fault(&error, None, 0), fault);
        }
    }

    #[test]
    fn a_reason_in_the_words_of_a_system_is_read_from_the_certificate() {
        let other = Error::from(CertificateError::Other(OtherError(Arc::new(std::io::Error::other("0x800B0101")))));
        let certificate = Certificate { not_before: 100, not_after: 200, for_servers: true, ..Certificate::default() };
        let client = Certificate { for_servers: false, ..certificate.clone() };
        for (certificate, now, fault) in [
            (Some(&certificate), 99, TlsFault::NotYetValid),
            (Some(&certificate), 150, TlsFault::Untrusted),
            (Some(&certificate), 201, TlsFault::Expired),
            (Some(&client), 201, TlsFault::NotForServers),
            (None, 201, TlsFault::Untrusted),
        ] {
            assert_eq!(tls_fault(&other, certificate, now), fault);
        }
    }
}
