//! Scripts that measure inside the page, so that the WebDriver connection does not add to the times.

/// Wraps a script so that it runs in the background and stores its figures or error in `window.result`.
pub(crate) fn start(script: &str) -> String {
    format!(
        "{TOOLS}
        window.result = null;
        (async () => {{ {script} }})().then(
            figures => window.result = {{ figures }},
            error => window.result = {{ error: `${{error}} ${{error.stack}}` }});"
    )
}

/// Helpers. `painted` resolves with the time of the first painted frame for which `ready` is true and the list has no
/// gap. `ready` runs before the frame is drawn, so later changes count for the next frame. Gaps are checked after
/// drawing, because new rows are measured in between.
const TOOLS: &str = r#"
    const NAME = "[aria-colindex='2'] button";
    const { port1, port2 } = new MessageChannel();
    const frame = check => new Promise(done => requestAnimationFrame(() => {
        const seen = check?.();
        // The message arrives right after the frame.
        port1.onmessage = () => done(seen);
        port2.postMessage(null);
    }));
    const visibleList = () => {
        const list = document.querySelector("[role=grid] [role=rowgroup] + [role=rowgroup]");
        return list?.checkVisibility({ visibilityProperty: true }) ? list : null;
    };
    const isRow = row => row.querySelector(NAME)?.textContent !== "" && row.querySelector(NAME) !== null &&
        row.checkVisibility({ visibilityProperty: true });
    const withoutGap = () => {
        const list = visibleList();
        if (!list) return true;
        const { top, bottom } = list.getBoundingClientRect();
        const end = Math.min(bottom, list.firstElementChild.getBoundingClientRect().bottom) - 1;
        let edge = top;
        for (const row of list.querySelectorAll("[role=row]")) {
            const place = row.getBoundingClientRect();
            if (place.bottom <= top || place.top >= end) continue;
            if (place.top > edge + 1 || !isRow(row)) return false;
            edge = Math.max(edge, place.bottom);
        }
        return edge >= end;
    };
    const painted = async ready => {
        for (;;) {
            const seen = await frame(ready);
            const now = performance.now();
            if (seen && withoutGap()) return now;
        }
    };
    const took = async (act, ready) => {
        const started = performance.now();
        act();
        return await painted(ready) - started;
    };
"#;

/// Milliseconds from the click on the team link to the first rows.
pub(crate) const FIRST_ROWS: &str = r#"
    const link = () => document.querySelector("a[href='#team']");
    while (!link()) await frame();
    return took(() => link().click(), () => visibleList()?.querySelector(NAME));
"#;

/// Milliseconds from each of about 160 keystrokes in the search field to the frame with its rows. For comparison, each
/// keystroke is followed by a command that does nothing, timed from its call to the frame after its response.
pub(crate) const TYPE: &str = r#"
    const WORDS = ["member 04512", "invited", "0 9 4", "zzz", "MEMBER00099@ex", "65f0a1c0000000e", "ñandú", "editor 7 example.com"];
    const search = document.querySelector("input[type=search]");
    const texts = WORDS.flatMap(word => {
        const beginnings = [...word].map((_, at) => word.slice(0, at));
        return [...beginnings.slice(1), word, ...beginnings.reverse()];
    });

    // Record the responses by intercepting fetch, because two searches may show the same rows.
    const responses = new Map();
    const send = window.fetch;
    window.fetch = async (address, options) => {
        const response = await send(address, options);
        if (!String(address).endsWith("/team_rows")) return response;
        const { query, from } = JSON.parse(options.body);
        const read = response.json.bind(response);
        response.json = async () => {
            const rows = await read();
            if (from === 0) responses.set(query.search, rows);
            return rows;
        };
        return response;
    };
    const shows = ({ found, rows: [first] }) => {
        const list = visibleList();
        if (found === 0) return !list;
        const name = list?.querySelector(`[aria-rowindex='2'] ${NAME}`);
        const marked = [...name?.querySelectorAll("mark") ?? []].map(mark => mark.textContent);
        return list?.parentElement.getAttribute("aria-rowcount") === String(found + 1) && name?.textContent === first.name &&
            marked.join() === first.nameMarks.map(([from, to]) => first.name.slice(from, to)).join();
    };

    // Vary the moment of the keystroke within a frame.
    const pause = at => new Promise(done => setTimeout(done, 40 + at * 7 % 17));
    const keystrokes = [], roundTrips = [];
    for (const [at, text] of texts.entries()) {
        await pause(at);
        responses.clear();
        keystrokes.push(await took(() => {
            search.value = text;
            search.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }, () => responses.has(text) && shows(responses.get(text))));
        await pause(at + 3);
        let answered = false;
        const call = () => window.__TAURI_INTERNALS__.invoke("cancel_sign_in").then(() => answered = true);
        roundTrips.push(await took(call, () => answered));
    }
    window.fetch = send;
    return { keystrokes, roundTrips };
"#;

/// Scrolls from top to bottom by three list heights per frame: faster than anyone reads, but slow enough that rows
/// are drawn in each frame. Counts frames with a missing row or a row without a name as blank.
pub(crate) const SCROLL: &str = r#"
    const HEIGHTS = 3;
    const list = visibleList();
    const found = Number(list.parentElement.getAttribute("aria-rowcount")) - 1;
    let frames = 0, blank = 0;
    list.scrollTop = 0;
    await painted(() => true);
    while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
        // Scroll right after a frame, so that the page gets the event before the next one is drawn.
        list.scrollTop += HEIGHTS * list.clientHeight;
        await frame();
        frames += 1;
        if (!withoutGap()) blank += 1;
    }
    return { frames, blank, rowsPerFrame: HEIGHTS * found * list.clientHeight / list.scrollHeight };
"#;
