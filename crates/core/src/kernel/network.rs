//! The HTTP clients. They are created at first use, because reading the system's certificates would delay the first paint.

use std::sync::OnceLock;

use lapel_api::{Http, HttpOptions, PictureFetcher, ProxySettings, Timeouts};

use super::error::Failure;

/// The HTTP clients and their settings.
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

    /// A client for the API with connections of its own. They are closed when it is dropped, so that no buffer keeps a password
    /// or a token longer than the request or the session.
    pub(crate) fn http(&self) -> Result<Http, Failure> {
        self.clients()?.http.separate().map_err(Failure::internal)
    }

    /// The client for pictures, which sends no credentials.
    pub(crate) fn fetcher(&self) -> Result<&PictureFetcher, Failure> {
        Ok(&self.clients()?.fetcher)
    }

    fn clients(&self) -> Result<&Clients, Failure> {
        if let Some(clients) = self.clients.get() {
            return Ok(clients);
        }
        let options = HttpOptions { timeouts: self.timeouts, proxies: self.proxies.clone(), authorities: None };
        let http = Http::with(&options).map_err(Failure::internal)?;
        let fetcher = PictureFetcher::new(http.clone()).map_err(Failure::internal)?;
        Ok(self.clients.get_or_init(|| Clients { http, fetcher }))
    }
}
