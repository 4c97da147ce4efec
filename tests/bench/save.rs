//! Measures two times after a click on "Save changes": until the change is on the disk, and until the page shows that
//! the server has it. For comparison, each save is followed by a bare PUT of the same field to the same local server,
//! sent by the HTTP client that the app also uses.

#[path = "figures.rs"]
mod figures;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_api::{
    Connection, Endpoint, Http, LoadingTokens, SavingTokens, Secret, Timeouts, TokenStore, Tokens, UserUpdate, login,
};
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;
use lapel_testkit::{Result, TestError};
use serde_json::json;

use figures::{percentile, report};

/// Measured saves.
const SAVES: usize = 60;
/// Saves before the measured ones.
const WARM_UP: usize = 5;

/// Types a name and saves it. Then sets `window.saved` to the milliseconds from the click to the response of the
/// command `save_profile` (`stored`) and to the text "Saved" in the page (`shown`).
const SAVE: &str = r#"
    const [name] = arguments;
    window.saved = null;
    const input = document.getElementById("profile-firstName");
    input.value = name;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const button = () => [...document.querySelectorAll("button[type=submit]")].find(element => element.textContent.includes("Save changes"));
    const saysSaved = () => document.querySelector(".toasts").textContent.includes("Saved");
    const timer = setInterval(() => {
        // The toast of the save before disappears when the name is typed.
        if (!button() || button().ariaDisabled === "true" || saysSaved()) return;
        clearInterval(timer);
        const started = performance.now();
        let stored = null;
        const originalFetch = window.fetch;
        window.fetch = async (address, options) => {
            const response = await originalFetch(address, options);
            if (stored === null && String(address).endsWith("/save_profile")) stored = performance.now() - started;
            return response;
        };
        const check = () => {
            if (!saysSaved()) return;
            watcher.disconnect();
            window.fetch = originalFetch;
            window.saved = { stored, shown: performance.now() - started };
        };
        const watcher = new MutationObserver(check);
        watcher.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
        button().click();
    }, 1);
"#;

/// Stores no tokens: the client of the bare PUTs lives only as long as this program.
struct NoTokenStore;

impl TokenStore for NoTokenStore {
    fn save<'a>(&'a self, _: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async { Ok(()) })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async { None })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut world = TestWorld::new().await?;
    // Connect directly to the server, because the proxy would add to the measured times.
    let server = world.sandbox()?.base_url();
    world.close().await?;
    world.set_env("LAPEL_API_URL", &server);
    world.open().await?;
    let window = world.sign_in(OWNER).await?;
    window.see("Up to date").await?;
    let (client, id) = client(&server).await?;
    let (mut stored, mut shown, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..SAVES + WARM_UP {
        let (stored_after, shown_after) = save(window, &format!("Olivia {number}")).await?;
        let update = UserUpdate { first_name: Some(format!("Bare {number}")), ..UserUpdate::default() };
        let started = Instant::now();
        client.update_user(&id, &update, None).await.map_err(|error| TestError::Failed(error.to_string()))?;
        let bare_time = started.elapsed();
        // Refresh the app, so that the next save has no conflict.
        window.refresh().await?;
        window
            .wait_until(
                "the name of the bare PUT",
                &format!("return document.getElementById('profile-firstName').value === 'Bare {number}'"),
            )
            .await?;
        window.see("Up to date").await?;
        if number >= WARM_UP {
            stored.push(stored_after);
            shown.push(shown_after);
            bare.push(bare_time);
        }
    }
    let bare_p50 = percentile(&mut bare, 0.5);
    for (name, mut times) in [("acknowledged", stored), ("shown", shown)] {
        let (p50, p99) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
        report(&format!("save-{name}-p50 {p50:.1} ms ratio {:.2}", p50 / bare_p50));
        report(&format!("save-{name}-p99 {p99:.1} ms"));
        report(&format!("save-{name}-overhead {:.1} ms", p50 - bare_p50));
    }
    report(&format!("save-bare-put-p50 {bare_p50:.1} ms"));
    report(&format!("save-bare-put-p99 {:.1} ms", percentile(&mut bare, 0.99)));
    Ok(())
}

async fn save(window: &Window, name: &str) -> Result<(Duration, Duration)> {
    window.execute_with(SAVE, vec![json!(name)]).await?;
    window.wait_until("the save", "return window.saved !== null").await?;
    let saved = window.execute("return window.saved").await?;
    let time = |key: &str| {
        let millis = saved[key].as_f64().ok_or_else(|| TestError::Failed(format!("no time for {key}: {saved}")))?;
        Ok::<_, TestError>(Duration::from_secs_f64(millis / 1000.0))
    };
    Ok((time("stored")?, time("shown")?))
}

async fn client(server: &str) -> Result<(Connection, String)> {
    let failed = |error: &dyn std::error::Error| TestError::Failed(error.to_string());
    let endpoint = Endpoint::parse(server).map_err(|error| failed(&error))?;
    let http = Http::new(Timeouts { total: Duration::from_secs(10), ..Timeouts::default() })
        .map_err(|error| failed(&error))?;
    let password = Secret::new(DEMO_PASSWORD.to_owned());
    let (tokens, profile) =
        login(&http, &endpoint, OWNER, &password, None, None).await.map_err(|error| failed(&error))?;
    Ok((Connection::new(http, endpoint, tokens, Arc::new(NoTokenStore)), profile.id))
}
