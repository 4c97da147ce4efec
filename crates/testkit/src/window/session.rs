//! Starts a WebDriver session.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::{net::TcpStream, time::timeout};

use crate::{
    Result, TestError,
    waiting::{PATIENCE, until},
};

/// How long the app may take to start under the driver.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A currently free port.
pub(super) fn free_port() -> Result<u16> {
    let what = || TestError::io("a free port for the driver");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(what())?;
    Ok(listener.local_addr().map_err(what())?.port())
}

/// Waits for the driver on `port` and starts the app through it.
pub(super) async fn start(port: u16, binary: &Path) -> Result<Client> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    until("the driver of the window", PATIENCE, async || Ok(TcpStream::connect(address).await.ok())).await?;
    let capabilities = json!({ "webkitgtk:browserOptions": { "binary": binary, "args": [] } });
    let capabilities = capabilities.as_object().cloned().unwrap_or_default();
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let url = format!("http://{address}");
    match timeout(START_TIMEOUT, builder.connect(&url)).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error)) => Err(TestError::Failed(format!("the app did not start under the driver: {error}"))),
        Err(_) => Err(TestError::TimedOut("the app's window under the driver".to_owned())),
    }
}
