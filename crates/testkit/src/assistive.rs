//! What assistive technology, such as a screen reader, gets from the app: the objects of the page and the texts that arrive in
//! its live regions. Read over AT-SPI, the interface of Linux desktops, and not from the page.

use std::{fs, path::PathBuf, process::Stdio, time::Duration};

use serde::Deserialize;

use crate::{
    Result, TestError,
    desktop::Desktop,
    program::{self, Program},
    waiting::{PATIENCE, until},
};

/// The Python of the system, because only this one has the bindings of the Debian package python3-gi.
const PYTHON: &str = "/usr/bin/python3";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/assistive/watch.py");
const ORCA_SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/assistive/run_orca.py");

/// An object of the page.
#[derive(Clone, Debug, Deserialize)]
pub struct Object {
    /// Its depth in the tree.
    pub depth: usize,
    /// Its role, as AT-SPI names it.
    pub role: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its name and text with those of all objects below it.
    pub text: String,
    /// The states that are set, out of a few.
    pub states: Vec<String>,
    /// The ARIA role, if any.
    pub kind: String,
}

#[derive(Deserialize)]
struct Event {
    event: String,
    live: String,
    text: String,
}

/// The objects of the page, in reading order. The desktop needs [`Desktop::start_assistive_technology`].
pub async fn objects(desktop: &Desktop) -> Result<Vec<Object>> {
    let mut command = desktop.command(PYTHON);
    command.args([SCRIPT, "tree"]);
    parse(&program::run("the list of objects", command).await?)
}

fn parse<T: for<'a> Deserialize<'a>>(lines: &str) -> Result<Vec<T>> {
    let document =
        |line: &str| serde_json::from_str(line).map_err(|error| TestError::Failed(format!("{line}: {error}")));
    lines.lines().map(document).collect()
}

/// Listens to the live regions of the page. Dropping it ends that.
pub struct Listener {
    log: PathBuf,
    _program: Program,
}

impl Listener {
    /// Starts to listen.
    pub async fn start(desktop: &Desktop) -> Result<Self> {
        let log = desktop.home().log("live-regions");
        let output = fs::File::create(&log).map_err(TestError::io("the log of live regions"))?;
        let mut command = desktop.command(PYTHON);
        command.args([SCRIPT, "listen"]).stdout(Stdio::from(output));
        let program = Program::start("watch.py", command, &desktop.home().log("watch"))?;
        let listener = Self { log, _program: program };
        until("the listener", PATIENCE, async || {
            let is_ready = listener.events()?.iter().any(|event| event.event == "ready");
            Ok(is_ready.then_some(()))
        })
        .await?;
        Ok(listener)
    }

    /// Waits until a live region with this text has changed. Returns how urgent the region is: polite or assertive.
    pub async fn heard(&self, text: &str) -> Result<String> {
        let heard = until(text, Duration::from_secs(10), async || {
            let mut events = self.events()?.into_iter();
            Ok(events.find(|event| event.text.contains(text)).map(|event| event.live))
        });
        heard
            .await
            .map_err(|_| TestError::TimedOut(format!("\"{text}\" in a live region; instead: {:#?}", self.texts())))
    }

    /// The texts that have arrived, in their order.
    pub fn texts(&self) -> Vec<String> {
        self.events().unwrap_or_default().into_iter().map(|event| event.text).collect()
    }

    fn events(&self) -> Result<Vec<Event>> {
        let text = fs::read_to_string(&self.log).map_err(TestError::io("the log of live regions"))?;
        // The last line may be incomplete.
        let complete = text.rfind('\n').map_or("", |end| &text[..end]);
        parse(complete)
    }
}

/// A running Orca, the screen reader of Linux desktops. It has no speech engine here and logs what it would say.
pub struct Orca {
    log: PathBuf,
    _program: Program,
}

impl Orca {
    /// Starts Orca. The desktop needs [`Desktop::start_assistive_technology`]; the app may start later.
    pub async fn start(desktop: &Desktop) -> Result<Self> {
        let log = desktop.home().log("orca-speech");
        let mut command = desktop.command(PYTHON);
        command.arg(ORCA_SCRIPT).arg(&log).stdout(Stdio::null());
        let program = Program::start("orca", command, &desktop.home().log("orca"))?;
        let orca = Self { log, _program: program };
        orca.says("Screen reader on.").await.map_err(|error| {
            let messages = fs::read_to_string(desktop.home().log("orca")).unwrap_or_default();
            TestError::TimedOut(format!("{error}; its messages: {messages}"))
        })?;
        Ok(orca)
    }

    /// Waits until Orca says a text with these words.
    pub async fn says(&self, words: &str) -> Result<()> {
        let said =
            until(words, PATIENCE, async || Ok(self.said().iter().any(|text| text.contains(words)).then_some(())));
        said.await.map_err(|_| TestError::TimedOut(format!("\"{words}\" from Orca; instead: {:#?}", self.said())))
    }

    /// All that it has said, in its order.
    pub fn said(&self) -> Vec<String> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let texts = log.lines().filter_map(|line| line.split_once("SPEECH OUTPUT: '"));
        // The quoted text is followed by the properties of the voice.
        let text =
            |rest: &str| rest.rsplit_once('{').map_or(rest, |(text, _)| text).trim_matches([' ', '\'']).to_owned();
        texts.map(|(_, rest)| text(rest)).collect()
    }
}
