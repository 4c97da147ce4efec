//! Audits of the page: accessibility (axe-core), layout, screenshots, and everything that the page stores.

use std::fs;

use serde_json::{Value, json};

use super::{Window, bounded, screenshots};
use crate::{
    Result, TestError,
    desktop::Desktop,
    waiting::{PATIENCE, until},
};

/// axe-core from the UI's npm packages.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/node_modules/axe-core/axe.min.js");

const RUN_AXE: &str = r#"
    const done = arguments[arguments.length - 1];
    // An open list is placed anew in the frame after a change of the window's size.
    const frame = () => new Promise(requestAnimationFrame);
    // Wait for transitions, and for animations that end: colors in the middle of them would fail the contrast rules.
    const isEnding = ({ effect }) => effect.getComputedTiming().endTime !== Infinity;
    const changes = () => document.getAnimations().filter(isEnding).map(({ finished }) => finished);
    frame().then(frame).then(() => Promise.allSettled(changes())).then(
        () => axe.run(document, {
            resultTypes: ["violations"],
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            // Off unless it is named.
            rules: { "target-size": { enabled: true } },
        })).then(
        result => done(result.violations.map(violation => `${violation.id} (${violation.impact}): ${violation.help}: ` +
            violation.nodes.map(node =>
                `${node.target} ${[...node.any, ...node.all, ...node.none].map(check => check.message)}`).join("; "))),
        error => done([`axe-core failed: ${error}`]));
"#;

/// Sets the theme as the page does, so that it works with any dialog open.
const SET_THEME: &str = r#"
    const preferences = { ...__LAPEL__.snapshot.preferences, theme: arguments[0] };
    window.__TAURI_INTERNALS__.invoke("set_preferences", { preferences });
"#;

/// Page sizes: the usual one, and the one at which WCAG asks for a page without horizontal scrolling.
const WIDE: (u32, u32) = (1080, 760);
const NARROW: (u32, u32) = (320, 640);

impl Window {
    /// Like [`Window::axe`], in both themes and both wide and narrow. Also reports a page that is wider than the window.
    pub async fn axe_in_all_looks(&self, desktop: &Desktop) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (theme, width) in [("light", WIDE), ("dark", WIDE), ("dark", NARROW), ("light", NARROW)] {
            self.execute_with(SET_THEME, vec![json!(theme)]).await?;
            let is_set = format!("return document.documentElement.dataset.theme === {}", json!(theme));
            self.wait_until(&format!("the {theme} theme"), &is_set).await?;
            self.set_page_size(desktop, width).await?;
            let lines = self.axe().await?.into_iter();
            found.extend(lines.map(|line| format!("{theme}, {} pixels wide: {line}", width.0)));
            let overflow = self.horizontal_overflow().await?;
            if overflow > 0 {
                found.push(format!("{theme}: {overflow} pixels too wide at {}", width.0));
            }
        }
        self.set_page_size(desktop, WIDE).await?;
        Ok(found)
    }

    /// Sets the size of the page, also below the minimum of the window: a zoomed window has fewer pixels, too.
    async fn set_page_size(&self, desktop: &Desktop, (width, height): (u32, u32)) -> Result<()> {
        let size = "return [innerWidth, innerHeight]";
        // Repeated, because the app sets its minimum again when its size changes.
        until(&format!("a page of {width} by {height} pixels"), PATIENCE, async || {
            if self.execute(size).await? == json!([width, height]) {
                return Ok(Some(()));
            }
            self.app.resize_below_minimum(desktop, (width, height)).await?;
            Ok(None)
        })
        .await
    }

    /// The accessibility violations that axe-core finds in the current page, one line each: WCAG 2.2 A and AA, and best
    /// practices. Needs `npm ci` in ui.
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
