//! The app's process and its native window: memory, geometry, closing, killing.

use std::{fs, path::Path};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::{
    Result, TestError,
    desktop::Desktop,
    process_memory::{is_web_process, memory_kib, parent},
    program,
    waiting::{PATIENCE, until},
};

/// The process of a running app.
#[derive(Clone, Copy, Debug)]
pub struct App {
    pub(super) id: Pid,
}

impl App {
    /// Finds the app among the child processes of the driver.
    pub(super) fn started_by(driver: u32, binary: &Path) -> Result<Self> {
        let children = fs::read_to_string(format!("/proc/{driver}/task/{driver}/children")).unwrap_or_default();
        // The children file covers one thread, but the driver may have started the app from any thread.
        let all = fs::read_dir("/proc").map_err(TestError::io("the list of processes"))?;
        let ids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let is_app = |id: &i32| {
            fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == binary)
                && (children.split(' ').any(|child| child == id.to_string())
                    || parent(*id) == i32::try_from(driver).ok())
        };
        let missing = || TestError::Failed("the app is not among the driver's processes".to_owned());
        ids.into_iter().find(is_app).and_then(Pid::from_raw).map(|id| Self { id }).ok_or_else(missing)
    }

    /// Peak resident memory (VmHWM) of the app's own process in KiB, without WebKit's helper processes.
    pub fn peak_memory_kib(&self) -> Result<u64> {
        peak_memory_kib(self.id.as_raw_nonzero().get())
    }

    /// Peak resident memory (VmHWM) of the WebKit process that runs the page, in KiB.
    pub fn page_peak_memory_kib(&self) -> Result<u64> {
        let peaks = self.page_processes()?.into_iter().filter_map(|id| peak_memory_kib(id).ok());
        // The unused process is the smaller one.
        peaks.max().ok_or_else(|| TestError::Failed("the app has no WebKit process".to_owned()))
    }

    /// Private memory of the WebKit process that runs the page, in KiB, without what it shares with other processes.
    pub fn page_memory_kib(&self) -> Result<u64> {
        let sizes = self.page_processes()?.into_iter().filter_map(|id| private_memory_kib(id).ok());
        // The unused process is the smaller one.
        sizes.max().ok_or_else(|| TestError::Failed("the app has no WebKit process".to_owned()))
    }

    /// Whether the app is an ancestor of this process.
    fn is_ancestor_of(&self, id: i32) -> bool {
        std::iter::successors(parent(id), |id| parent(*id)).any(|id| id == self.id.as_raw_nonzero().get())
    }

    /// Asks for a size that may be below the minimum of the window, which the window manager is made to forget.
    pub(super) async fn resize_below_minimum(&self, desktop: &Desktop, (width, height): (u32, u32)) -> Result<()> {
        for window in self.windows(desktop).await? {
            let mut command = desktop.command("xprop");
            command.args(["-id", &window, "-remove", "WM_NORMAL_HINTS"]);
            program::run("xprop", command).await?;
            xdotool(desktop, &["windowsize", &window, &width.to_string(), &height.to_string()]).await?;
        }
        Ok(())
    }

    /// Moves and resizes the window, in screen pixels.
    pub async fn set_geometry(&self, desktop: &Desktop, at: (i32, i32), size: (u32, u32)) -> Result<()> {
        for window in self.windows(desktop).await? {
            xdotool(desktop, &["windowsize", "--sync", &window, &size.0.to_string(), &size.1.to_string()]).await?;
            xdotool(desktop, &["windowmove", "--sync", &window, &at.0.to_string(), &at.1.to_string()]).await?;
        }
        Ok(())
    }

    /// Makes the window as small as it can be.
    pub async fn shrink(&self, desktop: &Desktop) -> Result<()> {
        for window in self.windows(desktop).await? {
            let mut command = desktop.command("wmctrl");
            command.args(["-i", "-r", &window, "-e", "0,-1,-1,1,1"]);
            program::run("wmctrl", command).await?;
        }
        Ok(())
    }

    /// Position and size of the window, as xdotool prints them.
    pub async fn geometry(&self, desktop: &Desktop) -> Result<String> {
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| TestError::Failed("the app shows no window".to_owned()))?;
        let output = xdotool(desktop, &["getwindowgeometry", window]).await?;
        Ok(output.lines().skip(1).map(str::trim).collect::<Vec<_>>().join(", "))
    }

    /// Maximizes or restores the window and waits until its geometry changes.
    pub async fn maximize(&self, desktop: &Desktop, maximized: bool) -> Result<()> {
        let before = self.geometry(desktop).await?;
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| TestError::Failed("the app shows no window".to_owned()))?;
        let change =
            if maximized { "add,maximized_vert,maximized_horz" } else { "remove,maximized_vert,maximized_horz" };
        let mut command = desktop.command("wmctrl");
        command.args(["-i", "-r", window, "-b", change]);
        program::run("wmctrl", command).await?;
        until("another window geometry", PATIENCE, async || Ok((self.geometry(desktop).await? != before).then_some(())))
            .await
    }

    /// Asks the window manager to close the window. Does not wait for the app to exit.
    pub async fn request_close(&self, desktop: &Desktop) -> Result<()> {
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| TestError::Failed("the app shows no window".to_owned()))?;
        // Not by a keyboard shortcut, which would go elsewhere if the window does not have the focus yet.
        let mut command = desktop.command("wmctrl");
        command.args(["-i", "-c", window]);
        program::run("wmctrl", command).await.map(drop)
    }

    /// Presses keys on the desktop, as xdotool names them. Unlike those of the driver, they go through the input method.
    pub async fn press_on_desktop(&self, desktop: &Desktop, keys: &[&str]) -> Result<()> {
        for key in keys {
            xdotool(desktop, &["key", key]).await?;
        }
        Ok(())
    }

    /// Moves the pointer of the desktop to a point of the window, in pixels, and does what `actions` of xdotool say.
    pub async fn point(&self, desktop: &Desktop, (x, y): (f64, f64), actions: &[&str]) -> Result<()> {
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| TestError::Failed("the app shows no window".to_owned()))?;
        let (x, y) = (x.round().to_string(), y.round().to_string());
        xdotool(desktop, &[&["mousemove", "--window", window, &x, &y], actions].concat()).await.map(drop)
    }

    /// Waits for the process to exit.
    pub async fn wait_for_exit(&self) -> Result<()> {
        until("the exit of the app", PATIENCE, async || Ok(self.is_gone().then_some(()))).await
    }

    /// Whether the app's window is the active one. Fails if no window is active.
    pub async fn is_active(&self, desktop: &Desktop) -> Result<bool> {
        let active = xdotool(desktop, &["getactivewindow", "getwindowpid"]).await?;
        Ok(active == self.id.to_string())
    }

    /// Minimizes the window.
    pub async fn minimize(&self, desktop: &Desktop) -> Result<()> {
        for window in self.windows(desktop).await? {
            xdotool(desktop, &["windowminimize", "--sync", &window]).await?;
        }
        Ok(())
    }

    /// Closes the window through the window manager and waits for the process to exit.
    pub(super) async fn close(&self, desktop: &Desktop) -> Result<()> {
        self.request_close(desktop).await?;
        self.wait_for_exit().await
    }

    pub(super) async fn kill(&self) -> Result<()> {
        self.signal(Signal::KILL)?;
        self.wait_for_exit().await
    }

    /// Sends a signal to the app's own process, without WebKit's helper processes.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let failed = |error| TestError::Failed(format!("sending a signal to the app: {error}"));
        kill_process(self.id, signal).map_err(failed)
    }

    /// Sends a signal to the WebKit process that runs the page.
    pub fn signal_page(&self, signal: Signal) -> Result<()> {
        let failed = |error| TestError::Failed(format!("sending a signal to the page: {error}"));
        self.page_processes()?
            .into_iter()
            .filter_map(Pid::from_raw)
            .try_for_each(|id| kill_process(id, signal))
            .map_err(failed)
    }

    /// WebKit's processes for pages. WebKit may have prestarted a second, unused process.
    fn page_processes(&self) -> Result<Vec<i32>> {
        let all = fs::read_dir("/proc").map_err(TestError::io("the list of processes"))?;
        let ids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        Ok(ids.filter(|id| is_web_process(*id) && self.is_ancestor_of(*id)).collect())
    }

    /// Whether the process has exited. A zombie counts as exited.
    fn is_gone(&self) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        test_kill_process(self.id).is_err() || status.lines().any(|line| line.starts_with("State:\tZ"))
    }

    /// Waits until the app has visible windows and returns their ids.
    async fn windows(&self, desktop: &Desktop) -> Result<Vec<String>> {
        let id = self.id.to_string();
        let found = until("a visible window of the app", PATIENCE, async || {
            xdotool(desktop, &["search", "--onlyvisible", "--pid", &id]).await.map(Some)
        });
        Ok(found.await?.split_whitespace().map(str::to_owned).collect())
    }
}

async fn xdotool(desktop: &Desktop, arguments: &[&str]) -> Result<String> {
    let mut command = desktop.command("xdotool");
    command.args(arguments);
    Ok(program::run(&format!("xdotool {}", arguments.join(" ")), command).await?.trim().to_owned())
}

fn peak_memory_kib(id: i32) -> Result<u64> {
    memory_kib(format!("/proc/{id}/status"), "VmHWM:")
}

fn private_memory_kib(id: i32) -> Result<u64> {
    memory_kib(format!("/proc/{id}/smaps_rollup"), "Pss_Anon:")
}
