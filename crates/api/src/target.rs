//! The server that a request goes to and the proxy on the way, for telling which of them a failure is about. What a failed
//! connection means for the request itself is in `request`.

use std::error::Error;
use std::time::SystemTime;

use url::Url;

use crate::proxy_setting::ProxyFault;
use crate::request::{broken, causes};
use crate::tls_failure::tls_fault;
use crate::wire::millis;
use crate::{ApiError, ApiErrorKind, Delivery, Http, endpoint};

/// Where a request goes.
pub(crate) struct Target<'a> {
    http: &'a Http,
    /// The host as the certificate has to name it.
    name: String,
    /// The host with its port where that is not the scheme's usual one.
    host: String,
    proxy: Option<String>,
}

impl<'a> Target<'a> {
    /// The target of an address.
    ///
    /// # Errors
    /// Where the proxy setting that applies cannot be used: then nothing may be sent.
    pub(crate) fn of(http: &'a Http, url: &Url) -> Result<Self, ApiError> {
        let name = url.host_str().unwrap_or_default().to_owned();
        let host = url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}"));
        let proxy = if endpoint::is_loopback(url) { Ok(None) } else { http.proxy_rule.on_the_way_to(url) };
        match proxy {
            Ok(proxy) => Ok(Self { http, name, host, proxy }),
            Err((fault, proxy)) => {
                let error = ApiError::new(ApiErrorKind::Proxy(fault), Delivery::NotSent);
                Err(ApiError { host: Some(host), proxy: Some(proxy.into()), ..error })
            }
        }
    }

    /// The host, with its port where that is not the scheme's usual one.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// What a failure of the connection means, and whose it is.
    pub(crate) fn failure(&self, error: &reqwest::Error) -> ApiError {
        let mut failure = broken(error);
        if let (Some(proxy), Some(fault)) = (&self.proxy, self.proxy_fault(error)) {
            failure.kind = ApiErrorKind::Proxy(fault);
            failure.proxy = Some(proxy.as_str().into());
            if fault == ProxyFault::Untrusted {
                failure.certificate = self.http.refused.take(host_of(proxy)).map(Box::new);
            }
        } else if let Some(tls) = cause::<rustls::Error>(error) {
            let refused =
                matches!(tls, rustls::Error::InvalidCertificate(_)).then(|| self.http.refused.take(&self.name));
            let certificate = refused.flatten();
            failure.kind = ApiErrorKind::Tls(tls_fault(tls, certificate.as_ref(), millis(SystemTime::now())));
            failure.certificate = certificate.map(Box::new);
        }
        failure
    }

    /// What is wrong with the proxy; none where the failure lies beyond it. The library has no public type for this and
    /// words it itself (`a_proxy_that_*` in the tests would notice other words).
    fn proxy_fault(&self, error: &reqwest::Error) -> Option<ProxyFault> {
        const TUNNEL: &str = "tunnel error: ";
        let says = |words: &str| causes(error).any(|cause| cause.to_string() == format!("{TUNNEL}{words}"));
        if says("proxy authorization required") {
            Some(ProxyFault::Credentials)
        } else if says("failed to create underlying connection") {
            let tls = cause::<rustls::Error>(error).is_some();
            Some(if tls { ProxyFault::Untrusted } else { ProxyFault::Unreachable })
        } else if causes(error).any(|cause| cause.to_string().starts_with(TUNNEL)) {
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

/// The first cause of a type.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}
