//! The demo server inside the app.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lapel_core::{DemoServer, StartSandbox};
use lapel_sandbox::{Config, Database, Sandbox};

/// A function that starts the demo server on this database and keeps it running until the process exits.
pub(crate) fn starter(database: PathBuf) -> StartSandbox {
    let running: Arc<Mutex<Option<Sandbox>>> = Arc::default();
    Arc::new(move || {
        let (running, config) = (Arc::clone(&running), Config::demo(Database::Own(database.clone())));
        Box::pin(async move {
            let sandbox = Sandbox::start(config).await.map_err(|error| error.to_string())?;
            let (address, handle) = (sandbox.base_url(), sandbox.handle());
            *running.lock().unwrap_or_else(PoisonError::into_inner) = Some(sandbox);
            Ok(DemoServer { address, last_link: Arc::new(move |email| handle.last_password_link(email)) })
        })
    })
}
