//! Drives the real app window by WebDriver. Elements are found by role, label or text instead of by CSS selector.
//!
//! One [`Window`] is one running app. The [`Desktop`] provides its environment and folders. Methods wait up to 15 s
//! and then return [`TestError::TimedOut`]; only the start of the app may take 60 s. A failed WebDriver command returns
//! [`TestError::Driver`].

mod actions;
mod app;
mod audit;
mod elements;
mod memory;
mod screenshots;
mod session;

use std::{path::PathBuf, time::Duration};

use fantoccini::Client;
use serde_json::Value;

pub use rustix::process::Signal;

pub use self::{app::App, memory::MemoryCopy};
use crate::{
    Result, TestError,
    desktop::Desktop,
    program::Program,
    waiting::{PATIENCE, until},
};

/// The program and the environment of the app.
#[derive(Clone, Debug, Default)]
pub struct LaunchOptions {
    /// LAPEL_API_URL, the server that the sign-in page offers first.
    pub api_url: String,
    /// More environment variables.
    pub environment: Vec<(String, String)>,
    /// The program; by default the one that LAPEL_BIN names.
    pub program: Option<PathBuf>,
}

/// The window of one running app. Dropping it kills the app.
pub struct Window {
    client: Client,
    app: App,
    log: PathBuf,
    /// Dropping the driver also kills the app, because both are in the same process group.
    driver: Program,
}

impl Window {
    /// Starts the app on `desktop` and waits until its window shows text. Needs LAPEL_BIN, see [`binary`].
    pub async fn open(desktop: &Desktop, options: &LaunchOptions) -> Result<Self> {
        let binary = options.program.clone().map_or_else(binary, Ok)?;
        let log = desktop.home().log("app");
        let mut command = desktop.command("WebKitWebDriver");
        let port = session::free_port()?;
        command.arg(format!("--port={port}")).stdout(std::process::Stdio::null());
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        command.env("LAPEL_API_URL", &options.api_url).env("LAPEL_LOG", "info");
        if screenshots::folder().is_some() {
            // Without this renderer, WebKit never returns screenshots. The app disables it on computers without a GPU.
            command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "0");
        }
        command.envs(options.environment.iter().cloned());
        let driver = Program::start("WebKitWebDriver", command, &log)?;
        let log_text = || std::fs::read_to_string(&log).unwrap_or_default();
        let client = session::start(port, &binary).await;
        let client = client.map_err(|error| TestError::TimedOut(format!("{error}; log of the app: {}", log_text())))?;
        let app = App::started_by(driver.id(), &binary)?;
        let window = Self { client, app, log, driver };
        until("the first page", PATIENCE, async || {
            let ready = window
                .execute("return document.body.innerText.trim().length > 0 && !document.getElementById('app').inert")
                .await?;
            Ok((ready == Value::Bool(true)).then_some(()))
        })
        .await
        .map_err(|error| TestError::TimedOut(format!("{error}; log of the app: {}", window.log_text())))?;
        Ok(window)
    }

    /// The running app.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The app's log on this desktop, including the logs of earlier starts.
    pub fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Runs a script (a function body) in the page.
    pub async fn execute(&self, script: &str) -> Result<Value> {
        self.execute_with(script, Vec::new()).await
    }

    /// Runs a script (a function body) with `arguments` in the page.
    pub async fn execute_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        bounded("the result of a script", self.client.execute(script, arguments)).await
    }

    /// Waits until `script` (a function body) returns true. `what` describes the condition in the timeout error.
    pub async fn wait_until(&self, what: &str, script: &str) -> Result<()> {
        until(what, PATIENCE, async || Ok((self.execute(script).await? == Value::Bool(true)).then_some(()))).await
    }

    /// The visible text of the page, with runs of white space collapsed.
    pub async fn text(&self) -> Result<String> {
        let text = self.execute("return document.body.innerText").await?;
        Ok(text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Waits until the page shows `text`, as [`Window::text`] returns it: with single spaces.
    pub async fn see(&self, text: &str) -> Result<()> {
        self.see_within(text, PATIENCE).await
    }

    /// Like [`Window::see`], with another time limit.
    pub async fn see_within(&self, text: &str, patience: Duration) -> Result<()> {
        let mut seen = String::new();
        let found = until(text, patience, async || Ok(self.text().await?.contains(text).then_some(()))).await;
        if found.is_err() {
            seen = self.text().await.unwrap_or_default();
        }
        found.map_err(|_| TestError::TimedOut(format!("the text \"{text}\"; instead: {seen}")))
    }

    /// Waits until the page no longer shows `text`.
    pub async fn wait_until_text_gone(&self, text: &str) -> Result<()> {
        let what = format!("the text \"{text}\" to disappear");
        until(&what, PATIENCE, async || Ok((!self.text().await?.contains(text)).then_some(()))).await
    }

    /// Sets the window's size in pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        bounded("a resized window", self.client.set_window_size(width, height)).await
    }

    /// Maximizes the window.
    pub async fn maximize(&self) -> Result<()> {
        bounded("a maximized window", self.client.maximize_window()).await
    }

    /// Closes the window as a user does and waits for the app to exit.
    pub async fn close(self, desktop: &Desktop) -> Result<()> {
        self.app.close(desktop).await?;
        self.driver.stop().await;
        Ok(())
    }

    /// Sends a signal that ends the app and waits for its exit.
    pub async fn end(self, signal: Signal) -> Result<()> {
        self.app.signal(signal)?;
        self.app.wait_for_exit().await?;
        self.driver.stop().await;
        Ok(())
    }

    /// Kills the app (SIGKILL), as in a crash.
    pub async fn kill(self) -> Result<()> {
        self.app.kill().await?;
        self.driver.stop().await;
        Ok(())
    }
}

/// Path of the app under test, from LAPEL_BIN.
pub fn binary() -> Result<PathBuf> {
    let path = std::env::var_os("LAPEL_BIN").map(PathBuf::from).filter(|path| path.is_file());
    let missing = "LAPEL_BIN must name the built app (./dev test sets it to target/debug/lapel); these tests drive the real window";
    let path = path.ok_or_else(|| TestError::Failed(missing.to_owned()))?;
    path.canonicalize().map_err(TestError::io("LAPEL_BIN"))
}

/// Runs a WebDriver command with a 15 s limit, because the driver itself may hang.
async fn bounded<T>(what: &str, command: impl Future<Output = Result<T, fantoccini::error::CmdError>>) -> Result<T> {
    match tokio::time::timeout(PATIENCE, command).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(TestError::TimedOut(what.to_owned())),
    }
}
