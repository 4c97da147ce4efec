//! Looking at the window with other eyes: axe-core's, and the camera's.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::{Window, bounded};
use crate::{Outcome, Trouble};

/// axe-core as the UI's packages have it, found from this crate's place in the tree.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/node_modules/axe-core/axe.min.js");

const RUN_AXE: &str = r#"
    const done = arguments[arguments.length - 1];
    // Colours on their way from one theme to another are those of neither.
    const changing = document.getAnimations().filter(animation => animation instanceof CSSTransition);
    Promise.allSettled(changing.map(({ finished }) => finished)).then(
        () => axe.run(document, { resultTypes: ["violations"] })).then(
        result => done(result.violations.map(violation => `${violation.id} (${violation.impact}): ${violation.help}: ` +
            violation.nodes.map(node => `${node.target} ${node.any.map(check => check.message)}`).join("; "))),
        error => done([`axe-core failed: ${error}`]));
"#;

/// Where screenshots shall go, if anywhere.
pub(super) fn screenshots() -> Option<PathBuf> {
    std::env::var_os("LAPEL_SCREENSHOTS").map(PathBuf::from)
}

impl Window {
    /// What axe-core finds wrong with the present page, each in a readable line. Empty is good.
    ///
    /// # Errors
    /// [`Trouble::Io`] where axe-core is not installed (`npm ci` in ui), [`Trouble::Driver`] where it cannot run.
    pub async fn axe(&self) -> Outcome<Vec<String>> {
        let axe = fs::read_to_string(AXE).map_err(Trouble::io("axe-core, which npm ci in ui installs"))?;
        self.execute(&axe).await?;
        let found = bounded("axe-core's findings", self.client.execute_async(RUN_AXE, Vec::new())).await?;
        let lines = found.as_array().cloned().unwrap_or_default();
        Ok(lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// By how many pixels the page is wider than its window; 0 where nothing has to be scrolled sideways.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn sideways_overflow(&self) -> Outcome<i64> {
        let script = "const root = document.scrollingElement; return root.scrollWidth - root.clientWidth";
        Ok(self.execute(script).await?.as_i64().unwrap_or(i64::MAX))
    }

    /// Takes a picture of the page into the folder that LAPEL_SCREENSHOTS names; does nothing without it.
    ///
    /// # Errors
    /// [`Trouble`] where no picture can be taken or written.
    pub async fn screenshot(&self, name: &str) -> Outcome<()> {
        let Some(folder) = screenshots() else { return Ok(()) };
        let picture = bounded("a picture of the window", self.client.screenshot()).await?;
        fs::create_dir_all(&folder).map_err(Trouble::io("the folder of screenshots"))?;
        fs::write(folder.join(format!("{name}.png")), picture).map_err(Trouble::io("a screenshot"))
    }

    /// What the page keeps for later starts, by the place where it does: storage, cookies, databases, caches.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn stored(&self) -> Outcome<Vec<String>> {
        const SCRIPT: &str = r#"
            const done = arguments[arguments.length - 1];
            const names = async (place, list) => {
                try { return (await list()).map(name => `${place}: ${name}`); } catch { return []; }
            };
            Promise.all([
                names("localStorage", () => Object.keys(localStorage)),
                names("sessionStorage", () => Object.keys(sessionStorage)),
                names("cookie", () => document.cookie.split(";").filter(Boolean)),
                names("indexedDB", async () => (await indexedDB.databases()).map(database => database.name)),
                names("caches", () => caches.keys()),
                names("service worker", async () => (await navigator.serviceWorker.getRegistrations()).map(worker => worker.scope)),
            ]).then(found => done(found.flat()));
        "#;
        let found = bounded("what the page stores", self.client.execute_async(SCRIPT, Vec::new())).await?;
        let names = found.as_array().cloned().unwrap_or_default();
        Ok(names.iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Everything that the page holds where a secret could hide: storage, cookies, the document, global variables.
    ///
    /// # Errors
    /// [`Trouble::Driver`] where the page does not answer.
    pub async fn everything_held(&self) -> Outcome<String> {
        let script = r#"
            const seen = new WeakSet();
            const words = (value, depth) => {
                if (typeof value === "string") return value;
                if (value === null || typeof value !== "object" || depth > 5 || seen.has(value)) return "";
                if (value instanceof Node || value === window) return "";
                seen.add(value);
                let text = "";
                for (const key of Object.getOwnPropertyNames(value).slice(0, 2000)) {
                    try { text += key + " " + words(value[key], depth + 1) + "\n"; } catch { /* a getter that refuses */ }
                }
                return text;
            };
            const globals = Object.getOwnPropertyNames(window).map(key => {
                try { return key + " " + words(window[key], 0); } catch { return ""; }
            });
            const inputs = [...document.querySelectorAll("input,textarea")].map(input => input.value);
            return [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie,
                document.documentElement.outerHTML, ...inputs, ...globals].join("\n");
        "#;
        match self.execute(script).await? {
            Value::String(text) => Ok(text),
            other => Err(Trouble::Missing(format!("the page did not tell what it holds: {other}"))),
        }
    }
}
