//! Audits of the page: accessibility (axe-core), layout, screenshots, and everything that the page stores.

use std::fs;

use serde_json::Value;

use super::{Window, bounded, screenshots};
use crate::{Result, TestError};

/// axe-core from the UI's npm packages.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/node_modules/axe-core/axe.min.js");

const RUN_AXE: &str = r#"
    const done = arguments[arguments.length - 1];
    // Wait for transitions, and for animations that end: colors in the middle of them would fail the contrast rules.
    const changing = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    Promise.allSettled(changing.map(({ finished }) => finished)).then(
        () => axe.run(document, { resultTypes: ["violations"] })).then(
        result => done(result.violations.map(violation => `${violation.id} (${violation.impact}): ${violation.help}: ` +
            violation.nodes.map(node => `${node.target} ${node.any.map(check => check.message)}`).join("; "))),
        error => done([`axe-core failed: ${error}`]));
"#;

impl Window {
    /// The accessibility violations that axe-core finds in the current page, one line each. Needs `npm ci` in ui.
    pub async fn axe(&self) -> Result<Vec<String>> {
        let axe = fs::read_to_string(AXE).map_err(TestError::io("axe-core, which npm ci in ui installs"))?;
        self.execute(&axe).await?;
        let found = bounded("axe-core's findings", self.client.execute_async(RUN_AXE, Vec::new())).await?;
        let lines = found.as_array().cloned().unwrap_or_default();
        Ok(lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// By how many pixels the page is wider than the window.
    pub async fn horizontal_overflow(&self) -> Result<i64> {
        let script = "const root = document.scrollingElement; return root.scrollWidth - root.clientWidth";
        Ok(self.execute(script).await?.as_i64().unwrap_or(i64::MAX))
    }

    /// Saves a screenshot to the folder that LAPEL_SCREENSHOTS names. Does nothing if it is not set.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let Some(folder) = screenshots::folder() else { return Ok(()) };
        let png = bounded("a screenshot", self.client.screenshot()).await?;
        screenshots::save(&folder, name, &png)
    }

    /// Everything in the web view's persistent storage: web storage, cookies, databases, caches, service workers.
    pub async fn web_storage_entries(&self) -> Result<Vec<String>> {
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
        let found = bounded("the storage of the page", self.client.execute_async(SCRIPT, Vec::new())).await?;
        let names = found.as_array().cloned().unwrap_or_default();
        Ok(names.iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// Text of everything in the page that could contain a secret: storage, cookies, the document, inputs and global
    /// variables.
    pub async fn page_memory(&self) -> Result<String> {
        let script = r#"
            const seen = new WeakSet();
            const words = (value, depth) => {
                if (typeof value === "string") return value;
                if (value === null || typeof value !== "object" || depth > 5 || seen.has(value)) return "";
                if (value instanceof Node || value === window) return "";
                seen.add(value);
                let text = "";
                for (const key of Object.getOwnPropertyNames(value).slice(0, 2000)) {
                    try { text += key + " " + words(value[key], depth + 1) + "\n"; } catch { /* a getter that throws */ }
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
            other => Err(TestError::Failed(format!("unexpected script result: {other}"))),
        }
    }
}
