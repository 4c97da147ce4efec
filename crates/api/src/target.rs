//! The server and the proxy of a request. When a connection fails, this module decides which of the two caused it;
//! `connection_failure` classifies all other failures.

use std::error::Error;
use std::time::SystemTime;

use url::Url;

use crate::base_address::is_loopback;
use crate::connection_failure::{causes, connection_error};
use crate::proxy_setting::ProxyFault;
use crate::tls_failure::tls_fault;
use crate::wire::millis;
use crate::{ApiError, ApiErrorKind, Delivery, Http};

/// The server and the proxy of a request.
pub(crate) struct Target<'a> {
    http: &'a Http,
    /// The host without a port, as the certificate must name it.
    host_name: String,
    /// The host, with its port unless it is the scheme's default port.
    host: String,
    proxy: Option<String>,
}

impl<'a> Target<'a> {
    /// Fails if the proxy setting for this address cannot be used. Nothing may be sent then.
    pub(crate) fn new(http: &'a Http, url: &Url) -> Result<Self, ApiError> {
        let host_name = url.host_str().unwrap_or_default().to_owned();
        let host = url.port().map_or_else(|| host_name.clone(), |port| format!("{host_name}:{port}"));
        let proxy = if is_loopback(url) { Ok(None) } else { http.proxy_rule.proxy_for(url) };
        match proxy {
            Ok(proxy) => Ok(Self { http, host_name, host, proxy }),
            Err((fault, proxy)) => {
                let error = ApiError::new(ApiErrorKind::Proxy(fault), Delivery::NotSent);
                Err(ApiError { host: Some(host), proxy: Some(proxy.into()), ..error })
            }
        }
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Converts a connection failure into an error that names the server or the proxy as its cause.
    pub(crate) fn to_api_error(&self, error: &reqwest::Error) -> ApiError {
        let mut failure = connection_error(error);
        if let (Some(proxy), Some(fault)) = (&self.proxy, self.proxy_fault(error)) {
            failure.kind = ApiErrorKind::Proxy(fault);
            failure.proxy = Some(proxy.as_str().into());
            if fault == ProxyFault::Untrusted {
                failure.certificate = self.http.rejected_certificates.take(host_of(proxy)).map(Box::new);
            }
        } else if let Some(tls) = find_cause::<rustls::Error>(error) {
            let rejected = matches!(tls, rustls::Error::InvalidCertificate(_))
                .then(|| self.http.rejected_certificates.take(&self.host_name));
            let certificate = rejected.flatten();
            failure.kind = ApiErrorKind::Tls(tls_fault(tls, certificate.as_ref(), millis(SystemTime::now())));
            failure.certificate = certificate.map(Box::new);
        }
        failure
    }

    /// What is wrong with the proxy; `None` if the proxy did not cause the failure. hyper-util has no public type for
    /// these errors, so this compares their messages; tests/api/proxies.rs fails if a new version changes them.
    fn proxy_fault(&self, error: &reqwest::Error) -> Option<ProxyFault> {
        const TUNNEL_ERROR: &str = "tunnel error: ";
        let has_message =
            |message: &str| causes(error).any(|cause| cause.to_string() == format!("{TUNNEL_ERROR}{message}"));
        if has_message("proxy authorization required") {
            Some(ProxyFault::Credentials)
        } else if has_message("failed to create underlying connection") {
            let is_tls_error = find_cause::<rustls::Error>(error).is_some();
            Some(if is_tls_error { ProxyFault::Untrusted } else { ProxyFault::Unreachable })
        } else if causes(error).any(|cause| cause.to_string().starts_with(TUNNEL_ERROR)) {
            Some(ProxyFault::Refused)
        } else {
            (error.is_connect() && error.is_timeout()).then_some(ProxyFault::Unreachable)
        }
    }
}

/// The host in `host:port`.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn find_cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}
