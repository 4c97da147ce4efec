//! The HTTP clients. They are made at first use: reading the system's certificates takes longer than the first paint may.

use std::sync::OnceLock;

use lapel_api::{Http, HttpOptions, PictureFetcher, ProxySettings, Timeouts};

use crate::views::{AppError, ErrorCode};

/// Everything that sends requests.
pub(crate) struct Network {
    timeouts: Timeouts,
    proxies: ProxySettings,
    clients: OnceLock<Clients>,
}

struct Clients {
    http: Http,
    fetcher: PictureFetcher,
}

impl Network {
    pub(crate) fn new(timeouts: Timeouts, proxies: ProxySettings) -> Self {
        Self { timeouts, proxies, clients: OnceLock::new() }
    }

    /// The client for the API.
    pub(crate) fn http(&self) -> Result<&Http, AppError> {
        Ok(&self.clients()?.http)
    }

    /// The client for pictures, which sends no credentials.
    pub(crate) fn fetcher(&self) -> Result<&PictureFetcher, AppError> {
        Ok(&self.clients()?.fetcher)
    }

    fn clients(&self) -> Result<&Clients, AppError> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let failed = |error: &dyn std::error::Error| AppError::new(ErrorCode::Internal, error.to_string());
        let options = HttpOptions { timeouts: self.timeouts, proxies: self.proxies.clone(), authorities: None };
        let http = Http::with(&options).map_err(|error| failed(&error))?;
        let fetcher = PictureFetcher::new(http.clone()).map_err(|error| failed(&error))?;
        Ok(self.clients.get_or_init(|| Clients { http, fetcher }))
    }
}
