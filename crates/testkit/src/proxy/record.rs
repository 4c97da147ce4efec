//! Requests as they arrive, written down so that the contract's judge (`tests/contract/judge.py`) can look at them. No token and no
//! password is written.

use std::{
    collections::BTreeSet,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use multer::Multipart;
use serde_json::{Map, Value, json};

use super::message::Message;
use crate::{Outcome, Trouble};

/// Names a folder in which every process records the requests that its proxies receive, in a file of its own.
pub(super) const FOLDER_VARIABLE: &str = "LAPEL_RECORDED_REQUESTS";

/// The header by which the tests' own clients say that they are not the app. Their requests are not recorded.
pub const TEST_HEADER: &str = "x-lapel-test";

/// Fields whose values are replaced by as many letters.
const SECRETS: [&str; 6] = ["lastAccessToken", "newPassword", "password", "refreshToken", "token", "twoFactorCode"];

/// The headers that the contract says something about, and Accept.
const HEADERS: [&str; 4] = ["accept", "content-type", "if-match", "if-none-match"];

/// Writes each request down once, however often it comes.
pub(super) struct Recorder(Mutex<Recorded>);

struct Recorded {
    file: File,
    lines: BTreeSet<String>,
    /// Where this proxy has sent clients that have not come there yet.
    redirected_to: Vec<String>,
}

impl Recorder {
    pub(super) fn new(folder: &Path) -> Outcome<Self> {
        let file = folder.join(format!("{}.jsonl", std::process::id()));
        let opened = std::fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().create(true).append(true).open(&file))
            .map_err(Trouble::io(format!("recording requests in {}", file.display())))?;
        let recorded = Recorded { file: opened, lines: BTreeSet::new(), redirected_to: Vec::new() };
        Ok(Self(Mutex::new(recorded)))
    }

    /// Writes a request down, unless it is one of the tests' own.
    pub(super) async fn note_request(&self, request: &Message) -> io::Result<()> {
        if request.header(TEST_HEADER).is_some() {
            return Ok(());
        }
        let (_, target) = request.target();
        let mut description = describe(request).await;
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A place may be a query alone, which belongs to the path that was asked before.
        let leads_here =
            |place: &String| *place == target || (place.starts_with('?') && target.ends_with(place.as_str()));
        if let Some(at) = recorded.redirected_to.iter().position(leads_here) {
            recorded.redirected_to.swap_remove(at);
            description["redirected"] = true.into();
        }
        let line = format!("{description}\n");
        if recorded.lines.contains(&line) {
            return Ok(());
        }
        // In one piece: other proxies of this process append to the same file.
        recorded.file.write_all(line.as_bytes())?;
        recorded.lines.insert(line);
        Ok(())
    }

    /// Remembers where an answer sends the client: what it does there is the answer's doing.
    pub(super) fn note_answer(&self, answer: &Message) {
        let Some(location) = answer.header("location") else { return };
        let behind_host = location.split_once("://").map(|(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let place = behind_host.unwrap_or(location).to_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).redirected_to.push(place);
    }
}

async fn describe(request: &Message) -> Value {
    let (method, target) = request.target();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let header = |name: &&str| request.header(name).map(|value| ((*name).to_owned(), shape(name, value).into()));
    let headers: Map<String, Value> = HEADERS.iter().filter_map(header).collect();
    json!({
        "method": method,
        "path": path,
        "query": query,
        "headers": headers,
        "authorization": request.header("authorization").is_some(),
        "body": body(request).await,
    })
}

/// Tags differ from request to request; how they are written is what matters.
fn shape(name: &str, value: &str) -> String {
    match name {
        "content-type" => {
            value.split("boundary=").next().unwrap_or_default().trim_end_matches(['"', ' ', ';']).to_owned()
        }
        "if-match" | "if-none-match" => {
            let weak = if value.starts_with("W/") { "W/" } else { "" };
            let tag = value.trim_start_matches("W/");
            let quoted = tag.len() > 1 && tag.starts_with('"') && tag.ends_with('"');
            format!("{weak}{}", if quoted { "\"tag\"" } else { tag })
        }
        _ => value.to_owned(),
    }
}

/// JSON as it came, forms by their parts, anything else by its length; null where there is none.
async fn body(request: &Message) -> Value {
    let bytes = request.content();
    if bytes.is_empty() {
        return Value::Null;
    }
    let kind = request.header("content-type").unwrap_or_default();
    let unknown = json!({ "bytes": bytes.len() });
    if let Ok(boundary) = multer::parse_boundary(kind) {
        return parts(&bytes, boundary).await.map_or(unknown, |parts| json!({ "form": parts }));
    }
    match serde_json::from_slice(&bytes) {
        Ok(mut document) => {
            hide_secrets(&mut document);
            json!({ "json": document })
        }
        Err(_) => unknown,
    }
}

async fn parts(bytes: &[u8], boundary: String) -> multer::Result<Vec<Value>> {
    let mut form = Multipart::with_reader(bytes, boundary);
    let mut parts = Vec::new();
    while let Some(part) = form.next_field().await? {
        let (name, file_name) = (part.name().map(str::to_owned), part.file_name().map(str::to_owned));
        let kind = part.content_type().map(ToString::to_string);
        let length = part.bytes().await?.len();
        parts.push(json!({ "name": name, "fileName": file_name, "contentType": kind, "bytes": length }));
    }
    Ok(parts)
}

fn hide_secrets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if SECRETS.contains(&name.as_str()) => *text = "x".repeat(text.chars().count()),
                    other => hide_secrets(other),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}
