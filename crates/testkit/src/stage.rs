//! A whole scene: the server, the network before it, the desktop, the open window, and a way to look from outside.

use tokio::sync::{Mutex, MutexGuard};

use lapel_sandbox::{Config, Database, PasswordCost, Sandbox};

use crate::{
    Outcome, Trouble,
    desktop::{Desktop, KeyringAtStart},
    person::{DEMO_PASSWORD, Person},
    proxy::Proxy,
    search::{files_with, text_with},
    window::{Opening, Window},
};

/// The demo person whom most tests play: user role admin, team role owner.
pub const OWNER: &str = "owner@example.com";

/// One window at a time: two would slow each other down until a wait is over.
static TURN: Mutex<()> = Mutex::const_new(());

/// Everything around one app under test. Dropping it ends all of it.
pub struct Stage {
    /// The open window; gone between [`Stage::kill`] or [`Stage::close`] and [`Stage::open`].
    window: Option<Window>,
    /// The desktop.
    pub desktop: Desktop,
    /// The network between the app and the server.
    pub proxy: Proxy,
    /// The server; none between [`Stage::stop_server`] and [`Stage::start_server`].
    sandbox: Option<Sandbox>,
    server: Config,
    opening: Opening,
    /// Held for its Drop, which comes last.
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    /// A server with the demo people, a network that works, a desktop with an open keyring, and the app at its
    /// sign-in page.
    ///
    /// # Errors
    /// [`Trouble`] where a part does not start.
    pub async fn new() -> Outcome<Self> {
        Self::with(KeyringAtStart::Unlocked, demo()).await
    }

    /// The same with another keyring or server.
    ///
    /// # Errors
    /// [`Trouble`] where a part does not start.
    pub async fn with(keyring: KeyringAtStart, server: Config) -> Outcome<Self> {
        let mut stage = Self::without_window(keyring, server).await?;
        stage.open().await?;
        Ok(stage)
    }

    /// The same, with the app not started yet.
    ///
    /// # Errors
    /// [`Trouble`] where a part does not start.
    pub async fn without_window(keyring: KeyringAtStart, server: Config) -> Outcome<Self> {
        let turn = TURN.lock().await;
        let sandbox = start(server.clone()).await?;
        let server = Config { port: sandbox.address().port(), ..server };
        let proxy = Proxy::start(sandbox.address()).await?;
        let desktop = Desktop::start(keyring).await?;
        let opening = Opening { api_url: proxy.base_url(), environment: Vec::new() };
        Ok(Self { window: None, desktop, proxy, sandbox: Some(sandbox), server, opening, _turn: turn })
    }

    /// The open window.
    ///
    /// # Errors
    /// [`Trouble::Missing`] while the app is not running.
    pub fn window(&self) -> Outcome<&Window> {
        self.window.as_ref().ok_or_else(|| Trouble::Missing("the app is not running".to_owned()))
    }

    /// The server.
    ///
    /// # Errors
    /// [`Trouble::Missing`] while it is stopped.
    pub fn sandbox(&self) -> Outcome<&Sandbox> {
        self.sandbox.as_ref().ok_or_else(|| Trouble::Missing("the server is stopped".to_owned()))
    }

    /// Stops the server. What it knows lasts where its database is a file.
    pub async fn stop_server(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            sandbox.stop().await;
        }
    }

    /// Starts it again at the same place.
    ///
    /// # Errors
    /// [`Trouble`] where it does not start.
    pub async fn start_server(&mut self) -> Outcome<()> {
        self.sandbox = Some(start(self.server.clone()).await?);
        Ok(())
    }

    /// Sets a variable for the starts of the app from now on.
    pub fn set(&mut self, variable: &str, value: &str) {
        self.opening.environment.push((variable.to_owned(), value.to_owned()));
    }

    /// Starts the app.
    ///
    /// # Errors
    /// [`Trouble`] where it does not start.
    pub async fn open(&mut self) -> Outcome<&Window> {
        let window = Window::open(&self.desktop, &self.opening).await?;
        Ok(self.window.insert(window))
    }

    /// Closes the window as a person does.
    ///
    /// # Errors
    /// [`Trouble`] where the app goes on, or its page holds a token.
    pub async fn close(&mut self) -> Outcome<()> {
        match self.window.take() {
            Some(window) => {
                self.page_holds_no_token(&window).await?;
                window.close(&self.desktop).await
            }
            None => Ok(()),
        }
    }

    /// Kills the app without warning.
    ///
    /// # Errors
    /// [`Trouble`] where it survives, or its page holds a token.
    pub async fn kill(&mut self) -> Outcome<()> {
        match self.window.take() {
            Some(window) => {
                self.page_holds_no_token(&window).await?;
                window.kill().await
            }
            None => Ok(()),
        }
    }

    async fn page_holds_no_token(&self, window: &Window) -> Outcome<()> {
        let tokens = self.proxy.tokens();
        let page = window.everything_held().await?;
        match text_with(&page, &tokens.iter().map(String::as_str).collect::<Vec<_>>()) {
            true => Err(Trouble::Missing("the page holds a token".to_owned())),
            false => Ok(()),
        }
    }

    /// Files of the data folder and logs that hold one of the tokens in use so far.
    ///
    /// # Errors
    /// [`Trouble::Io`] where a folder cannot be read.
    pub fn files_with_a_token(&self) -> Outcome<Vec<String>> {
        let (home, tokens) = (self.desktop.home(), self.proxy.tokens());
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        Ok([files_with(&home.data_dir(), &tokens)?, files_with(&home.logs(), &tokens)?].concat())
    }

    /// Signs in by the form with email and password and waits for the profile.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where the profile does not come.
    pub async fn sign_in(&self, email: &str) -> Outcome<&Window> {
        let window = self.window()?;
        window.fill("Email", email).await?;
        window.fill("Password", DEMO_PASSWORD).await?;
        window.click("button", "Sign in").await?;
        window.by_label("First name").await?;
        Ok(window)
    }

    /// The same person by a client of their own, straight at the server.
    ///
    /// # Errors
    /// [`Trouble`] where the server refuses.
    pub async fn person(&self, email: &str) -> Outcome<Person> {
        Person::sign_in(&self.sandbox()?.base_url(), email, DEMO_PASSWORD).await
    }
}

/// Whatever a test was about: no token is left in a file of the app or in a log.
impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let found = self.files_with_a_token();
            assert!(found.as_ref().is_ok_and(Vec::is_empty), "tokens where none may be: {found:?}");
        }
    }
}

async fn start(server: Config) -> Outcome<Sandbox> {
    let sandbox = Sandbox::start(server).await;
    sandbox.map_err(|error| Trouble::Missing(format!("the sandbox did not start: {error}")))
}

/// A server with the demo people that forgets everything and hashes passwords quickly.
pub fn demo() -> Config {
    Config { password_cost: PasswordCost::Minimal, ..Config::demo(Database::Memory) }
}
