//! An isolated desktop for one app under test: screen, session bus and keyring in a temporary home.
//!
//! It cannot reach the host's desktop: the environment starts empty, and the session bus does not activate services.

mod environment;
pub(crate) mod keyring_daemon;
mod screen;

use std::fs;
use std::process::Stdio;

use tokio::process::Command;

pub use self::screen::{Screen, WindowManager};
use self::{environment::Environment, keyring_daemon::Keyring, screen::RunningScreen};
use crate::{
    Result, TestError,
    home::TemporaryHome,
    program::Program,
    waiting::{PATIENCE, until},
};

/// Debian's path; no package puts it into PATH.
const ASSISTIVE_BUS: &str = "/usr/libexec/at-spi-bus-launcher";

/// State of the keyring when the app starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyringAtStart {
    /// Running and unlocked.
    Unlocked,
    /// Running, but nobody has created a keyring for entries.
    NotSetUp,
    /// Not running, and the bus cannot activate one.
    Absent,
}

/// A running desktop. Dropping it stops all its programs.
pub struct Desktop {
    keyring: Option<Keyring>,
    assistive: Option<Program>,
    // Kept only to be dropped. Fields are dropped from top to bottom, so each program stops before those it needs.
    _screen: RunningScreen,
    _bus: Program,
    environment: Environment,
}

impl Desktop {
    /// Starts all programs of the desktop. Fails when one of them is not installed.
    pub async fn start(keyring: KeyringAtStart) -> Result<Self> {
        Self::start_with(keyring, &Screen::default()).await
    }

    /// Like [`Desktop::start`], with another screen.
    pub async fn start_with(keyring: KeyringAtStart, screen: &Screen) -> Result<Self> {
        let mut environment = Environment::new()?;
        let mut bus = environment.command("dbus-daemon");
        let configuration = environment.home().root().join("logs/bus.conf");
        fs::write(&configuration, bus_configuration(environment.home()))
            .map_err(TestError::io("the bus configuration"))?;
        bus.arg(format!("--config-file={}", configuration.display())).args(["--nofork", "--print-address=1"]);
        bus.stdout(Stdio::piped());
        let mut bus = Program::start("dbus-daemon", bus, &environment.home().log("bus"))?;
        environment.set("DBUS_SESSION_BUS_ADDRESS", &bus.first_line().await?);
        let screen = RunningScreen::start(&mut environment, screen).await?;

        let mut desktop = Self { keyring: None, assistive: None, _screen: screen, _bus: bus, environment };
        match keyring {
            KeyringAtStart::Unlocked => desktop.start_keyring().await?,
            KeyringAtStart::NotSetUp => desktop.keyring = Some(Keyring::start(&desktop.environment, false).await?),
            KeyringAtStart::Absent => {}
        }
        Ok(desktop)
    }

    /// The home of this desktop.
    pub fn home(&self) -> &TemporaryHome {
        self.environment.home()
    }

    /// The running keyring, or an error when none is running.
    pub fn keyring(&self) -> Result<&Keyring> {
        self.keyring.as_ref().ok_or_else(|| TestError::Failed("this desktop has no keyring".to_owned()))
    }

    /// Starts the bus of assistive technology, so that programs that start later can be read by it. The usual tests do without,
    /// because it slows the app down.
    pub async fn start_assistive_technology(&mut self) -> Result<()> {
        let mut launcher = self.environment.command(ASSISTIVE_BUS);
        launcher.arg("--launch-immediately").stdout(Stdio::null());
        self.assistive = Some(Program::start("at-spi-bus-launcher", launcher, &self.environment.home().log("at-spi"))?);
        let socket = self.environment.home().runtime().join("at-spi");
        until("the bus of assistive technology", PATIENCE, async || Ok(socket.exists().then_some(()))).await?;
        self.environment.remove("NO_AT_BRIDGE");
        Ok(())
    }

    /// Stops the keyring.
    pub async fn stop_keyring(&mut self) {
        if let Some(keyring) = self.keyring.take() {
            keyring.stop().await;
        }
    }

    /// Starts the keyring unlocked.
    pub async fn start_keyring(&mut self) -> Result<()> {
        let keyring = Keyring::start(&self.environment, true).await?;
        self.keyring = Some(keyring);
        Ok(())
    }

    /// A command that gets the environment variables of this desktop and no others.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        self.environment.command(program)
    }
}

/// A session bus configuration without service activation, so that a stopped keyring is not started again.
fn bus_configuration(home: &TemporaryHome) -> String {
    let socket = home.runtime().join("bus");
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}
