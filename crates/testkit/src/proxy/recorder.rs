//! Writes the received requests to a file for the contract check (`tests/contract/judge.py`), without tokens and
//! passwords.

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
use crate::{Result, TestError};

/// Names the folder for recorded requests. Each process writes its own file there.
pub(super) const FOLDER_VARIABLE: &str = "LAPEL_RECORDED_REQUESTS";

/// Header that marks requests of the tests' own clients, which are not recorded.
pub const TEST_HEADER: &str = "x-lapel-test";

/// JSON fields whose values are replaced by the letter x, repeated to the same length.
const SECRETS: [&str; 6] = ["lastAccessToken", "newPassword", "password", "refreshToken", "token", "twoFactorCode"];

/// The recorded headers: those that the contract defines, and Accept.
const HEADERS: [&str; 4] = ["accept", "content-type", "if-match", "if-none-match"];

/// Records each distinct request once.
pub(super) struct Recorder(Mutex<State>);

struct State {
    file: File,
    lines: BTreeSet<String>,
    /// Redirect targets that clients have not requested yet.
    pending_redirects: Vec<String>,
}

impl Recorder {
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let file = folder.join(format!("{}.jsonl", std::process::id()));
        let opened = std::fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().create(true).append(true).open(&file))
            .map_err(TestError::io(format!("recording requests in {}", file.display())))?;
        let state = State { file: opened, lines: BTreeSet::new(), pending_redirects: Vec::new() };
        Ok(Self(Mutex::new(state)))
    }

    /// Records a request, unless a test's own client sent it.
    pub(super) async fn note_request(&self, request: &Message) -> io::Result<()> {
        if request.header(TEST_HEADER).is_some() {
            return Ok(());
        }
        let (_, target) = request.target();
        let mut description = describe(request).await;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A redirect target may be only a query, relative to the path requested before.
        let leads_here = |location: &String| {
            *location == target || (location.starts_with('?') && target.ends_with(location.as_str()))
        };
        if let Some(at) = state.pending_redirects.iter().position(leads_here) {
            state.pending_redirects.swap_remove(at);
            description["redirected"] = true.into();
        }
        let line = format!("{description}\n");
        if state.lines.contains(&line) {
            return Ok(());
        }
        // One write per line, because other proxies of this process append to the same file.
        state.file.write_all(line.as_bytes())?;
        state.lines.insert(line);
        Ok(())
    }

    /// Notes the target of a redirect. The request that follows is recorded as redirected, because its form depends
    /// on the redirect and not on the app.
    pub(super) fn note_response(&self, response: &Message) {
        let Some(location) = response.header("location") else { return };
        let path = location.split_once("://").map(|(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let target = path.unwrap_or(location).to_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pending_redirects.push(target);
    }
}

async fn describe(request: &Message) -> Value {
    let (method, target) = request.target();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let header = |name: &&str| request.header(name).map(|value| ((*name).to_owned(), normalized(name, value).into()));
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

/// Replaces parts that differ from run to run (multipart boundaries, ETags) and keeps their syntax.
fn normalized(name: &str, value: &str) -> String {
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

/// The JSON body without secrets, the parts of a form, or the length of any other body. Null without a body.
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
