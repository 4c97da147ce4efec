//! The screen of a desktop: an X server with or without a window manager, or a Wayland compositor.

use std::{fs, process::Stdio};

use super::environment::Environment;
use crate::{
    Result, TestError,
    program::Program,
    waiting::{PATIENCE, until},
};

/// What places the windows, and draws their frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowManager {
    /// openbox on an X server.
    Openbox,
    /// Nothing, on an X server. Windows have no frame.
    None,
    /// weston, a Wayland compositor. Programs draw their own frames. xdotool and wmctrl do not work.
    Weston,
}

/// A screen and its settings.
#[derive(Clone, Debug)]
pub struct Screen {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// What places the windows.
    pub window_manager: WindowManager,
    /// The dots per inch of texts, as a desktop's setting for larger texts changes them. 96 is usual.
    pub text_dpi: Option<u32>,
}

impl Default for Screen {
    fn default() -> Self {
        Self { size: (1280, 960), window_manager: WindowManager::Openbox, text_dpi: None }
    }
}

/// The running programs. Dropped from top to bottom, so each stops before those that it needs.
pub(super) struct RunningScreen {
    _settings: Option<Program>,
    _window_manager: Option<Program>,
    _display: Program,
}

impl RunningScreen {
    pub(super) async fn start(environment: &mut Environment, screen: &Screen) -> Result<Self> {
        let display = match screen.window_manager {
            WindowManager::Weston => start_weston(environment, screen.size).await?,
            WindowManager::Openbox | WindowManager::None => start_x_server(environment, screen.size).await?,
        };
        let settings = screen.text_dpi.map(|dpi| start_settings(environment, dpi)).transpose()?;
        let manager = match screen.window_manager {
            WindowManager::Openbox => {
                let mut command = environment.command("openbox");
                command.stdout(Stdio::null());
                Some(Program::start("openbox", command, &environment.home().log("openbox"))?)
            }
            WindowManager::None | WindowManager::Weston => None,
        };
        Ok(Self { _settings: settings, _window_manager: manager, _display: display })
    }
}

async fn start_x_server(environment: &mut Environment, (width, height): (u32, u32)) -> Result<Program> {
    let mut server = environment.command("Xvfb");
    server.args(["-displayfd", "1", "-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp", "-noreset"]);
    server.stdout(Stdio::piped());
    let mut server = Program::start("Xvfb", server, &environment.home().log("screen"))?;
    environment.set("DISPLAY", &format!(":{}", server.first_line().await?));
    Ok(server)
}

async fn start_weston(environment: &mut Environment, (width, height): (u32, u32)) -> Result<Program> {
    const SOCKET: &str = "wayland-lapel";
    let mut weston = environment.command("weston");
    weston.args(["--backend=headless-backend.so", "--no-config", "--idle-time=0"]);
    weston.args([format!("--socket={SOCKET}"), format!("--width={width}"), format!("--height={height}")]);
    weston.stdout(Stdio::null());
    let weston = Program::start("weston", weston, &environment.home().log("screen"))?;
    environment.set("WAYLAND_DISPLAY", SOCKET);
    let socket = environment.home().runtime().join(SOCKET);
    until("weston", PATIENCE, async || Ok(socket.exists().then_some(()))).await?;
    Ok(weston)
}

/// Starts the program that tells the settings of a desktop to all programs of an X server.
fn start_settings(environment: &Environment, text_dpi: u32) -> Result<Program> {
    let file = environment.home().root().join("logs/xsettings.conf");
    let text = format!("Xft/DPI {}\n", text_dpi * 1024);
    fs::write(&file, text).map_err(TestError::io("the settings of the desktop"))?;
    let mut command = environment.command("xsettingsd");
    command.arg("-c").arg(file).stdout(Stdio::null());
    Program::start("xsettingsd", command, &environment.home().log("settings"))
}
