//! The process of the app: its memory, its window as the desktop sees it, its end.

use std::{fs, path::Path};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::{
    Outcome, Trouble,
    desktop::Desktop,
    program,
    waiting::{PATIENCE, until},
};

/// The running app.
#[derive(Clone, Copy, Debug)]
pub struct App {
    id: Pid,
}

impl App {
    /// The app among the children of the driver.
    pub(super) fn started_by(driver: u32, binary: &Path) -> Outcome<Self> {
        let children = fs::read_to_string(format!("/proc/{driver}/task/{driver}/children")).unwrap_or_default();
        // The driver may have started it from any of its threads.
        let all = fs::read_dir("/proc").map_err(Trouble::io("the list of processes"))?;
        let ids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let is_app = |id: &i32| {
            fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == binary)
                && (children.split(' ').any(|child| child == id.to_string())
                    || parent(*id) == i32::try_from(driver).ok())
        };
        let missing = || Trouble::Missing("the app is not among the driver's processes".to_owned());
        ids.into_iter().find(is_app).and_then(Pid::from_raw).map(|id| Self { id }).ok_or_else(missing)
    }

    /// The greatest memory that the app's own process has held so far, in KiB (VmHWM; WebKit's helpers not counted).
    ///
    /// # Errors
    /// [`Trouble`] where the app is gone.
    pub fn peak_memory_kib(&self) -> Outcome<u64> {
        peak_memory_kib(self.id.as_raw_nonzero().get())
    }

    /// The same of WebKit's process that runs and draws the page.
    ///
    /// # Errors
    /// [`Trouble`] where there is none.
    pub fn page_peak_memory_kib(&self) -> Outcome<u64> {
        let all = fs::read_dir("/proc").map_err(Trouble::io("the list of processes"))?;
        let ids = all.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        // One that was started ahead of its use, and never used, is the smaller one.
        let peaks =
            ids.filter(|id| draws_pages(*id) && self.has_started(*id)).filter_map(|id| peak_memory_kib(id).ok());
        peaks.max().ok_or_else(|| Trouble::Missing("no process draws the app's page".to_owned()))
    }

    /// Whether a process is the app's, or one's that the app has started.
    fn has_started(&self, id: i32) -> bool {
        std::iter::successors(parent(id), |id| parent(*id)).any(|id| id == self.id.as_raw_nonzero().get())
    }

    /// Moves and resizes its window, in pixels of the screen.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where it has none.
    pub async fn place(&self, desktop: &Desktop, at: (i32, i32), size: (u32, u32)) -> Outcome<()> {
        for window in self.windows(desktop).await? {
            xdotool(desktop, &["windowsize", "--sync", &window, &size.0.to_string(), &size.1.to_string()]).await?;
            xdotool(desktop, &["windowmove", "--sync", &window, &at.0.to_string(), &at.1.to_string()]).await?;
        }
        Ok(())
    }

    /// Position and size of its window, as the desktop tells them.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where it has none.
    pub async fn geometry(&self, desktop: &Desktop) -> Outcome<String> {
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| Trouble::Missing("the app shows no window".to_owned()))?;
        let told = xdotool(desktop, &["getwindowgeometry", window]).await?;
        Ok(told.lines().skip(1).map(str::trim).collect::<Vec<_>>().join(", "))
    }

    /// Maximises its window, or puts it back, and waits until it has another size.
    ///
    /// # Errors
    /// [`Trouble`] where it stays as it is.
    pub async fn maximise(&self, desktop: &Desktop, maximised: bool) -> Outcome<()> {
        let before = self.geometry(desktop).await?;
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| Trouble::Missing("the app shows no window".to_owned()))?;
        let change =
            if maximised { "add,maximized_vert,maximized_horz" } else { "remove,maximized_vert,maximized_horz" };
        let mut command = desktop.command("wmctrl");
        command.args(["-i", "-r", window, "-b", change]);
        program::run("wmctrl", command).await?;
        until(
            "a window of another size",
            PATIENCE,
            async || Ok((self.geometry(desktop).await? != before).then_some(())),
        )
        .await
    }

    /// Asks the window manager to close the window, and does not wait.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where it has none.
    pub async fn ask_to_close(&self, desktop: &Desktop) -> Outcome<()> {
        let windows = self.windows(desktop).await?;
        let window = windows.last().ok_or_else(|| Trouble::Missing("the app shows no window".to_owned()))?;
        // Not by its key, which goes astray where the window does not have the focus yet.
        let mut command = desktop.command("wmctrl");
        command.args(["-i", "-c", window]);
        program::run("wmctrl", command).await.map(drop)
    }

    /// Waits for the end of the process.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it goes on for 15 s.
    pub async fn gone(&self) -> Outcome<()> {
        until("the end of the app", PATIENCE, async || Ok(self.is_gone().then_some(()))).await
    }

    /// Whether its window is the one in front.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where no window is in front.
    pub async fn is_in_front(&self, desktop: &Desktop) -> Outcome<bool> {
        let active = xdotool(desktop, &["getactivewindow", "getwindowpid"]).await?;
        Ok(active == self.id.to_string())
    }

    /// Minimises its window.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where it has none.
    pub async fn minimise(&self, desktop: &Desktop) -> Outcome<()> {
        for window in self.windows(desktop).await? {
            xdotool(desktop, &["windowminimize", "--sync", &window]).await?;
        }
        Ok(())
    }

    /// Lets the window manager close the window, as its button does, and waits for the end of the process.
    pub(super) async fn close(&self, desktop: &Desktop) -> Outcome<()> {
        self.ask_to_close(desktop).await?;
        self.gone().await
    }

    pub(super) async fn kill(&self) -> Outcome<()> {
        kill_process(self.id, Signal::KILL).map_err(|error| Trouble::Missing(format!("killing the app: {error}")))?;
        self.gone().await
    }

    /// A dead process that its parent has not asked after still counts as gone.
    fn is_gone(&self) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        test_kill_process(self.id).is_err() || status.lines().any(|line| line.starts_with("State:\tZ"))
    }

    /// Waits for its visible windows; xdotool fails while there are none.
    async fn windows(&self, desktop: &Desktop) -> Outcome<Vec<String>> {
        let id = self.id.to_string();
        let found = until("a visible window of the app", PATIENCE, async || {
            xdotool(desktop, &["search", "--onlyvisible", "--pid", &id]).await.map(Some)
        });
        Ok(found.await?.split_whitespace().map(str::to_owned).collect())
    }
}

async fn xdotool(desktop: &Desktop, arguments: &[&str]) -> Outcome<String> {
    let mut command = desktop.command("xdotool");
    command.args(arguments);
    Ok(program::run(&format!("xdotool {}", arguments.join(" ")), command).await?.trim().to_owned())
}

fn peak_memory_kib(id: i32) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).map_err(Trouble::io("the app's memory"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()).and_then(|word| word.parse().ok());
    number.ok_or_else(|| Trouble::Missing("the app's memory is not told".to_owned()))
}

fn draws_pages(id: i32) -> bool {
    fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe.ends_with("WebKitWebProcess"))
}

fn parent(id: i32) -> Option<i32> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}
