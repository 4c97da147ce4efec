//! Remembers the certificates that the verifier has refused, so that people can be told whose they were. The verifier's
//! answers are handed on as they are; what a certificate says is read in `certificate`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use crate::certificate::Certificate;

/// Most refused certificates that are remembered; the oldest goes first. One that no request asks about stays until then.
const MOST: usize = 8;

/// The certificates that were refused and are not asked about yet, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct RefusedCertificates(Mutex<VecDeque<(String, CertificateDer<'static>)>>);

impl RefusedCertificates {
    fn remember(&self, host: &ServerName<'_>, certificate: &CertificateDer<'_>) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() == MOST {
            refused.pop_front();
        }
        refused.push_back((host.to_str().into_owned(), certificate.clone().into_owned()));
    }

    /// The last one that was refused for a host, named as in an address.
    pub(crate) fn take(&self, host: &str) -> Option<Certificate> {
        let host = ServerName::try_from(host.trim_matches(['[', ']'])).ok()?;
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = refused.iter().rposition(|(known, _)| *known == *host.to_str())?;
        let (_, certificate) = refused.remove(last)?;
        Certificate::read(&certificate)
    }
}

/// A verifier whose refusals are remembered.
#[derive(Debug)]
pub(crate) struct ObservedVerifier {
    /// Decides.
    pub(crate) verifier: Arc<dyn ServerCertVerifier>,
    /// What it has refused.
    pub(crate) refused: Arc<RefusedCertificates>,
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
        let verdict = self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verdict.inspect_err(|_| self.refused.remember(server_name, end_entity))
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
