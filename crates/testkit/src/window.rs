//! The driver of the real window, in the language of people: roles, labels, texts.
//!
//! One [`Window`] is one running app. What the app is told and where it keeps its things is the desktop's part.

mod actions;
mod app;
mod audit;
mod elements;
mod session;

use std::{path::PathBuf, time::Duration};

use fantoccini::Client;
use serde_json::Value;

pub use self::app::App;
use crate::{
    Outcome, Trouble,
    desktop::Desktop,
    program::Program,
    waiting::{PATIENCE, until},
};

/// What the app is started with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// LAPEL_API_URL, the server offered first.
    pub api_url: String,
    /// More environment.
    pub environment: Vec<(String, String)>,
}

/// The open window of one running app. Dropping it kills the app.
pub struct Window {
    client: Client,
    app: App,
    log: PathBuf,
    /// Held for its Drop: the app belongs to its process group.
    driver: Program,
}

impl Window {
    /// Starts the app on `desktop` and waits until its window shows a page.
    ///
    /// # Errors
    /// [`Trouble::Missing`] without LAPEL_BIN; others where the app or its driver does not start.
    pub async fn open(desktop: &Desktop, opening: &Opening) -> Outcome<Self> {
        let binary = binary()?;
        let log = desktop.home().log("app");
        let mut command = desktop.command("WebKitWebDriver");
        let port = session::free_port()?;
        command.arg(format!("--port={port}")).stdout(std::process::Stdio::null());
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        command.env("LAPEL_API_URL", &opening.api_url).env("LAPEL_LOG", "info");
        if audit::screenshots().is_some() {
            // Drawn in the way that computers without a GPU need, WebKit never answers a screenshot.
            command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "0");
        }
        command.envs(opening.environment.iter().cloned());
        let driver = Program::start("WebKitWebDriver", command, &log)?;
        let said = || std::fs::read_to_string(&log).unwrap_or_default();
        let client = session::start(port, &binary).await;
        let client = client.map_err(|trouble| Trouble::NotSeen(format!("{trouble}; the app said: {}", said())))?;
        let app = App::started_by(driver.id(), &binary)?;
        let window = Self { client, app, log, driver };
        until("the first page", PATIENCE, async || {
            let ready = window.execute("return document.body.innerText.trim().length > 0").await?;
            Ok((ready == Value::Bool(true)).then_some(()))
        })
        .await
        .map_err(|trouble| Trouble::NotSeen(format!("{trouble}; the app said: {}", window.log_text())))?;
        Ok(window)
    }

    /// The running app.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What the app has logged so far, over all its starts on this desktop.
    pub fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Runs a script (the body of a function) in the page.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where it throws.
    pub async fn execute(&self, script: &str) -> Outcome<Value> {
        self.execute_with(script, Vec::new()).await
    }

    /// Runs a script with `arguments` in the page.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where it throws, [`Trouble::NotSeen`] where the page does not answer for 15 s.
    pub async fn execute_with(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        bounded("an answer of the page", self.client.execute(script, arguments)).await
    }

    /// Waits up to 15 s until `script` (the body of a function) answers true.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] with `what`.
    pub async fn wait_until(&self, what: &str, script: &str) -> Outcome<()> {
        until(what, PATIENCE, async || Ok((self.execute(script).await? == Value::Bool(true)).then_some(()))).await
    }

    /// All the text that a person can see.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn text(&self) -> Outcome<String> {
        let text = self.execute("return document.body.innerText").await?;
        Ok(text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Waits up to 15 s until `text` can be read in the window, however its white space falls.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] with what can be read instead.
    pub async fn see(&self, text: &str) -> Outcome<()> {
        self.see_within(text, PATIENCE).await
    }

    /// The same with another patience, for what is meant to take its time.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] with what can be read instead.
    pub async fn see_within(&self, text: &str, patience: Duration) -> Outcome<()> {
        let mut seen = String::new();
        let found = until(text, patience, async || Ok(self.text().await?.contains(text).then_some(()))).await;
        if found.is_err() {
            seen = self.text().await.unwrap_or_default();
        }
        found.map_err(|_| Trouble::NotSeen(format!("the text \"{text}\"; instead: {seen}")))
    }

    /// Waits up to 15 s until `text` can no longer be read.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it stays.
    pub async fn see_no_more(&self, text: &str) -> Outcome<()> {
        let what = format!("the end of the text \"{text}\"");
        until(&what, PATIENCE, async || Ok((!self.text().await?.contains(text)).then_some(()))).await
    }

    /// Sets the window's size in pixels.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the window cannot be resized.
    pub async fn resize(&self, width: u32, height: u32) -> Outcome<()> {
        bounded("a resized window", self.client.set_window_size(width, height)).await
    }

    /// Closes the window as a person does, and waits for the app's end.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where the app goes on for 15 s.
    pub async fn close(self, desktop: &Desktop) -> Outcome<()> {
        self.app.close(desktop).await?;
        self.driver.end().await;
        Ok(())
    }

    /// Kills the app as a crash or a power cut does.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it survives.
    pub async fn kill(self) -> Outcome<()> {
        self.app.kill().await?;
        self.driver.end().await;
        Ok(())
    }
}

/// The app under test.
///
/// # Errors
/// [`Trouble::Missing`] where LAPEL_BIN names none.
pub fn binary() -> Outcome<PathBuf> {
    let path = std::env::var_os("LAPEL_BIN").map(PathBuf::from).filter(|path| path.is_file());
    let missing = "LAPEL_BIN must name the built app (./dev test sets it to target/debug/lapel); these tests drive the real window";
    let path = path.ok_or_else(|| Trouble::Missing(missing.to_owned()))?;
    path.canonicalize().map_err(Trouble::io("LAPEL_BIN"))
}

/// A command to the driver, which may itself hang, within 15 s.
async fn bounded<T>(what: &str, command: impl Future<Output = Result<T, fantoccini::error::CmdError>>) -> Outcome<T> {
    match tokio::time::timeout(PATIENCE, command).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Trouble::NotSeen(what.to_owned())),
    }
}

/// How long the app may take from its start to the first command of the driver.
const START: Duration = Duration::from_secs(60);
