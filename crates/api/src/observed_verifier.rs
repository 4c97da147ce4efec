//! A certificate verifier that remembers rejected certificates, so that an error can show them. It does not change
//! the decisions of the verifier it wraps. `certificate` reads the contents of a certificate.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use crate::certificate::Certificate;

/// Maximum number of remembered certificates; the oldest is dropped first. Without a limit, certificates that no
/// request takes would accumulate.
const MAX_REMEMBERED: usize = 8;

/// Rejected certificates with their hosts, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RejectedCertificates(Mutex<VecDeque<(String, CertificateDer<'static>)>>);

impl RejectedCertificates {
    fn remember(&self, host: &ServerName<'_>, certificate: &CertificateDer<'_>) {
        let mut rejected = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rejected.len() == MAX_REMEMBERED {
            rejected.pop_front();
        }
        rejected.push_back((host.to_str().into_owned(), certificate.clone().into_owned()));
    }

    /// Removes the certificate rejected last for `host` and parses it. `host` is written as in a URL, so an IPv6
    /// address has brackets.
    pub(crate) fn take(&self, host: &str) -> Option<Certificate> {
        let host = ServerName::try_from(host.trim_matches(['[', ']'])).ok()?;
        let mut rejected = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = rejected.iter().rposition(|(rejected_host, _)| *rejected_host == *host.to_str())?;
        let (_, certificate) = rejected.remove(last)?;
        Certificate::read(&certificate)
    }
}

/// Wraps a verifier and remembers the certificates it rejects.
#[derive(Debug)]
pub(crate) struct ObservedVerifier {
    pub(crate) verifier: Arc<dyn ServerCertVerifier>,
    pub(crate) rejected_certificates: Arc<RejectedCertificates>,
}

impl ServerCertVerifier for ObservedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let result = self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        result.inspect_err(|_| self.rejected_certificates.remember(server_name, end_entity))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.verifier.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.verifier.root_hint_subjects()
    }
}
