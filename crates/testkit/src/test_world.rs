//! Everything an end-to-end test needs: demo server, proxy, desktop, running app, and a second API client.

use std::path::PathBuf;

use tokio::sync::{Mutex, MutexGuard};

use lapel_sandbox::{Config, Database, PasswordCost, Sandbox};

use crate::{
    Result, TestError,
    desktop::{Desktop, KeyringAtStart, Screen},
    other_client::{DEMO_PASSWORD, OtherClient},
    proxy::Proxy,
    search::{files_with, text_with},
    window::{LaunchOptions, Signal, Window},
};

/// The demo user of most tests: user role admin, team role owner.
pub const OWNER: &str = "owner@example.com";

/// Allows one window at a time; several would slow each other down until waits time out.
static WINDOW_LOCK: Mutex<()> = Mutex::const_new(());

/// One app under test with its surroundings. Dropping it stops everything and asserts that no token was written to
/// the app's files or logs.
pub struct TestWorld {
    /// The open window. `None` between [`TestWorld::kill`] or [`TestWorld::close`] and [`TestWorld::open`].
    window: Option<Window>,
    /// The desktop.
    pub desktop: Desktop,
    /// The proxy between the app and the server.
    pub proxy: Proxy,
    /// The server. `None` between [`TestWorld::stop_server`] and [`TestWorld::start_server`].
    sandbox: Option<Sandbox>,
    server: Config,
    launch_options: LaunchOptions,
    /// Declared last so that it is released last.
    _window_lock: MutexGuard<'static, ()>,
}

impl TestWorld {
    /// Starts the demo server, a proxy without faults, a desktop with an unlocked keyring, and the app on its sign-in
    /// page.
    pub async fn new() -> Result<Self> {
        Self::with(KeyringAtStart::Unlocked, demo_config()).await
    }

    /// Like [`TestWorld::new`], with another keyring state or server.
    pub async fn with(keyring: KeyringAtStart, server: Config) -> Result<Self> {
        let mut world = Self::without_window(keyring, server).await?;
        world.open().await?;
        Ok(world)
    }

    /// Like [`TestWorld::with`], but does not start the app.
    pub async fn without_window(keyring: KeyringAtStart, server: Config) -> Result<Self> {
        Self::on_screen(&Screen::default(), keyring, server).await
    }

    /// Like [`TestWorld::without_window`], with another screen.
    pub async fn on_screen(screen: &Screen, keyring: KeyringAtStart, server: Config) -> Result<Self> {
        let window_lock = WINDOW_LOCK.lock().await;
        let sandbox = start_sandbox(server.clone()).await?;
        let server = Config { port: sandbox.address().port(), ..server };
        let proxy = Proxy::start(sandbox.address()).await?;
        let desktop = Desktop::start_with(keyring, screen).await?;
        let launch_options = LaunchOptions { api_url: proxy.base_url(), environment: Vec::new(), program: None };
        let sandbox = Some(sandbox);
        Ok(Self { window: None, desktop, proxy, sandbox, server, launch_options, _window_lock: window_lock })
    }

    /// The open window, or an error while the app is not running.
    pub fn window(&self) -> Result<&Window> {
        self.window.as_ref().ok_or_else(|| TestError::Failed("the app is not running".to_owned()))
    }

    /// The server, or an error while it is stopped.
    pub fn sandbox(&self) -> Result<&Sandbox> {
        self.sandbox.as_ref().ok_or_else(|| TestError::Failed("the server is stopped".to_owned()))
    }

    /// Stops the server. Its data survives only if its database is a file.
    pub async fn stop_server(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            sandbox.stop().await;
        }
    }

    /// Starts the server again on the same port.
    pub async fn start_server(&mut self) -> Result<()> {
        self.sandbox = Some(start_sandbox(self.server.clone()).await?);
        Ok(())
    }

    /// Sets the program for later starts of the app.
    pub fn set_program(&mut self, program: PathBuf) {
        self.launch_options.program = Some(program);
    }

    /// Sets an environment variable for later starts of the app.
    pub fn set_env(&mut self, variable: &str, value: &str) {
        self.launch_options.environment.push((variable.to_owned(), value.to_owned()));
    }

    /// Starts the app.
    pub async fn open(&mut self) -> Result<&Window> {
        let window = Window::open(&self.desktop, &self.launch_options).await?;
        Ok(self.window.insert(window))
    }

    /// Closes the window as a user does and waits for the app to exit. Fails if the page contains a token.
    pub async fn close(&mut self) -> Result<()> {
        match self.window.take() {
            Some(window) => {
                self.check_page_for_tokens(&window).await?;
                window.close(&self.desktop).await
            }
            None => Ok(()),
        }
    }

    /// Kills the app. Fails if the page contains a token.
    pub async fn kill(&mut self) -> Result<()> {
        match self.window.take() {
            Some(window) => {
                self.check_page_for_tokens(&window).await?;
                window.kill().await
            }
            None => Ok(()),
        }
    }

    /// Sends a signal that ends the app and waits for its exit. Does not look for tokens, which would take time between
    /// the test's last action and the signal.
    pub async fn end(&mut self, signal: Signal) -> Result<()> {
        match self.window.take() {
            Some(window) => window.end(signal).await,
            None => Ok(()),
        }
    }

    async fn check_page_for_tokens(&self, window: &Window) -> Result<()> {
        let tokens = self.proxy.tokens();
        let page = window.page_memory().await?;
        match text_with(&page, &tokens.iter().map(String::as_str).collect::<Vec<_>>()) {
            true => Err(TestError::Failed("the page contains a token".to_owned())),
            false => Ok(()),
        }
    }

    /// Files in the data folder and the log folder that contain a token that has passed through the proxy.
    pub fn files_with_a_token(&self) -> Result<Vec<String>> {
        let (home, tokens) = (self.desktop.home(), self.proxy.tokens());
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        Ok([files_with(&home.data_dir(), &tokens)?, files_with(&home.logs(), &tokens)?].concat())
    }

    /// Signs in through the form with the demo password and waits for the profile form.
    pub async fn sign_in(&self, email: &str) -> Result<&Window> {
        let window = self.enter_password(email).await?;
        window.by_label("First name").await?;
        Ok(window)
    }

    /// Enters the email address and the password of this demo user on the sign-in page, and clicks "Sign in".
    pub async fn enter_password(&self, email: &str) -> Result<&Window> {
        let window = self.window()?;
        window.fill("Email", email).await?;
        window.fill("Password", DEMO_PASSWORD).await?;
        window.click("button", "Sign in").await?;
        Ok(window)
    }

    /// Signs in a second client of this demo user directly at the server, without the proxy.
    pub async fn other_client(&self, email: &str) -> Result<OtherClient> {
        OtherClient::sign_in(&self.sandbox()?.base_url(), email, DEMO_PASSWORD).await
    }
}

impl Drop for TestWorld {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let found = self.files_with_a_token();
            assert!(found.as_ref().is_ok_and(Vec::is_empty), "files with tokens: {found:?}");
        }
    }
}

async fn start_sandbox(server: Config) -> Result<Sandbox> {
    let sandbox = Sandbox::start(server).await;
    sandbox.map_err(|error| TestError::Failed(format!("the sandbox did not start: {error}")))
}

/// Configuration of a demo server with an in-memory database and fast password hashing.
pub fn demo_config() -> Config {
    Config { password_cost: PasswordCost::Minimal, ..Config::demo(Database::Memory) }
}
