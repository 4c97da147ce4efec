//! Classifies TLS failures by what the user can do about them.

use rustls::{CertificateError, Error};

use crate::certificate::Certificate;

/// Why TLS failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsFault {
    /// The certificate or its issuer's certificate has expired, or this computer's clock is ahead.
    Expired,
    /// The certificate is not valid yet, or this computer's clock is behind.
    NotYetValid,
    /// The certificate is for other hosts.
    OtherHost,
    /// This computer does not trust the certificate's issuer.
    UnknownIssuer,
    /// The certificate is a CA certificate, or is issued for a purpose other than servers.
    NotForServers,
    /// The issuer has revoked the certificate.
    Revoked,
    /// The peer does not speak TLS.
    NoTls,
    /// Both sides speak TLS but found no common parameters.
    Handshake,
    /// The certificate was rejected for another reason.
    Untrusted,
}

/// Classifies a TLS error. `certificate` is the rejected certificate; `now` is this computer's clock in milliseconds
/// since 1970.
pub(crate) fn tls_fault(error: &Error, certificate: Option<&Certificate>, now: i64) -> TlsFault {
    match error {
        Error::InvalidCertificate(reason) => certificate_fault(reason, certificate, now),
        // Not a TLS record, for example an HTTP response.
        Error::InvalidMessage(_) => TlsFault::NoTls,
        Error::AlertReceived(_) | Error::PeerIncompatible(_) => TlsFault::Handshake,
        _ => TlsFault::Untrusted,
    }
}

fn certificate_fault(reason: &CertificateError, certificate: Option<&Certificate>, now: i64) -> TlsFault {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => TlsFault::OtherHost,
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => TlsFault::NotForServers,
        CertificateError::Revoked => TlsFault::Revoked,
        // Platform verifiers report some reasons with codes of their own, and so does WebPKI for CA certificates.
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
    fn each_rustls_error_has_a_fault() {
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
    fn an_unknown_reason_is_derived_from_the_certificate() {
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
