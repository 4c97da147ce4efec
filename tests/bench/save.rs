//! Milliseconds from the click on "Save changes" until what was saved is on the disk, and until the page says that the server
//! has it; in turn with the bare PUT of the same field by the same client to the same server on this computer.

#[path = "figures.rs"]
mod figures;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_api::{
    Connection, Endpoint, Http, Keeping, KeptTokens, Secret, Timeouts, TokenKeeper, Tokens, UserUpdate, login,
};
use lapel_testkit::person::DEMO_PASSWORD;
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::window::Window;
use lapel_testkit::{Outcome, Trouble};
use serde_json::json;

use figures::{percentile, report};

/// Saves that count; some more come first.
const SAVES: usize = 60;
const WARMING: usize = 5;

/// Types a name, saves it, and answers when the command had answered and when the page said that the server has it.
const SAVE: &str = r#"
    const [name, done] = arguments;
    window.saved = null;
    const input = document.getElementById("profile-firstName");
    input.value = name;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const button = () => [...document.querySelectorAll("button[type=submit]")].find(found => found.textContent.includes("Save changes"));
    const waits = setInterval(() => {
        if (!button() || button().ariaDisabled === "true") return;
        clearInterval(waits);
        const begun = performance.now();
        let kept = null;
        const send = window.fetch;
        window.fetch = async (address, options) => {
            const response = await send(address, options);
            if (kept === null && String(address).endsWith("/save_profile")) kept = performance.now() - begun;
            return response;
        };
        const bar = document.querySelector(".bar [role=status]");
        const look = () => {
            if (!bar.textContent.includes("Saved")) return;
            watcher.disconnect();
            window.fetch = send;
            window.saved = { kept, shown: performance.now() - begun };
        };
        const watcher = new MutationObserver(look);
        watcher.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
        button().click();
    }, 1);
"#;

struct NeverKeeps;

impl TokenKeeper for NeverKeeps {
    fn keep<'a>(&'a self, _: &'a Tokens) -> Keeping<'a> {
        Box::pin(async { Ok(()) })
    }

    fn kept(&self) -> KeptTokens<'_> {
        Box::pin(async { None })
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut stage = Stage::new().await?;
    // Past the proxy, which is not part of what is measured.
    let server = stage.sandbox()?.base_url();
    stage.close().await?;
    stage.set("LAPEL_API_URL", &server);
    stage.open().await?;
    let window = stage.sign_in(OWNER).await?;
    window.see("Up to date").await?;
    let (client, id) = client(&server).await?;
    let (mut kept, mut shown, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..SAVES + WARMING {
        let (at_kept, at_shown) = save(window, &format!("Olivia {number}")).await?;
        let update = UserUpdate { first_name: Some(format!("Bare {number}")), ..UserUpdate::default() };
        let begun = Instant::now();
        client.update_user(&id, &update, None).await.map_err(|error| Trouble::Missing(error.to_string()))?;
        let put = begun.elapsed();
        // The app hears of it, so that the next save meets no conflict.
        window.click("button", "Refresh").await?;
        window
            .wait_until(
                "the other name",
                &format!("return document.getElementById('profile-firstName').value === 'Bare {number}'"),
            )
            .await?;
        window.see("Up to date").await?;
        if number >= WARMING {
            kept.push(at_kept);
            shown.push(at_shown);
            bare.push(put);
        }
    }
    let put = percentile(&mut bare, 0.5);
    for (name, mut times) in [("acknowledged", kept), ("shown", shown)] {
        let (p50, p99) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
        report(&format!("save-{name}-p50 {p50:.1} ms ratio {:.2}", p50 / put));
        report(&format!("save-{name}-p99 {p99:.1} ms"));
        report(&format!("save-{name}-overhead {:.1} ms", p50 - put));
    }
    report(&format!("save-bare-put-p50 {put:.1} ms"));
    report(&format!("save-bare-put-p99 {:.1} ms", percentile(&mut bare, 0.99)));
    Ok(())
}

async fn save(window: &Window, name: &str) -> Outcome<(Duration, Duration)> {
    window.execute_with(SAVE, vec![json!(name)]).await?;
    window.wait_until("the save", "return window.saved !== null").await?;
    let saved = window.execute("return window.saved").await?;
    let time = |key: &str| {
        let millis = saved[key].as_f64().ok_or_else(|| Trouble::Missing(format!("no time of {key}: {saved}")))?;
        Ok::<_, Trouble>(Duration::from_secs_f64(millis / 1000.0))
    };
    Ok((time("kept")?, time("shown")?))
}

async fn client(server: &str) -> Outcome<(Connection, String)> {
    let failed = |error: &dyn std::error::Error| Trouble::Missing(error.to_string());
    let endpoint = Endpoint::parse(server).map_err(|error| failed(&error))?;
    let http = Http::new(Timeouts { total: Duration::from_secs(10), ..Timeouts::default() })
        .map_err(|error| failed(&error))?;
    let password = Secret::new(DEMO_PASSWORD.to_owned());
    let (tokens, profile) =
        login(&http, &endpoint, OWNER, &password, None, None).await.map_err(|error| failed(&error))?;
    Ok((Connection::new(http, endpoint, tokens, Arc::new(NeverKeeps)), profile.id))
}
