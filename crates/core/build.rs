//! Reads the message files of the page (`ui/messages`): their names are the languages of the interface, and some of their
//! texts are the words that people write into lists of roles. The page and the core so have one source for both.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = "../../ui/messages";

/// The messages that the core needs. `src/kernel/messages.rs` has a constant for each.
const KEYS: [&str; 25] = [
    // The names of columns, of those that the import looks for and of those that it must not take for them.
    "email",
    "role",
    "team_role",
    "user_role",
    "team_column_name",
    "team_column_tags",
    "team_column_since",
    "team_state",
    "first_name",
    "last_name",
    "language",
    "team_organization",
    // The names of roles.
    "team_role_owner",
    "team_role_admin",
    "team_role_editor",
    "team_role_viewer",
    "team_role_unassigned",
    "role_admin",
    "role_adminViewer",
    "role_user",
    "role_serviceAccount",
    // The sentence that names the columns of a list.
    "import_columns",
    // What exported files are called.
    "page_team",
    "history_title",
    "your_data",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(FOLDER)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let language = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without a name")?.to_owned();
            let messages: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
            files.insert(language, messages);
        }
    }
    let mut code =
        format!("/// The languages of the interface.\npub(crate) const LANGUAGES: [&str; {}] = [\n", files.len());
    for language in files.keys() {
        writeln!(code, "    {language:?},")?;
    }
    writeln!(code, "];")?;
    for key in KEYS {
        writeln!(code, "#[allow(dead_code, reason = \"some are for tests only\")]")?;
        writeln!(code, "pub(crate) const {}: [&str; {}] = [", key.to_uppercase(), files.len())?;
        for (language, messages) in &files {
            let text = messages.get(key).and_then(|text| text.as_str());
            writeln!(code, "    {:?},", text.ok_or_else(|| format!("{language}.json has no text {key}"))?)?;
        }
        writeln!(code, "];")?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("messages.rs"), code)?;
    Ok(())
}
