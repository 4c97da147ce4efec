//! What the bench of the window does inside the page, where no driver stands between an event and its frame.

/// Starts a script that answers figures; `window.told` holds them in the end, or why there are none.
pub(crate) fn begun(script: &str) -> String {
    format!(
        "{TOOLS}
        window.told = null;
        (async () => {{ {script} }})().then(
            figures => window.told = {{ figures }},
            error => window.told = {{ error: `${{error}} ${{error.stack}}` }});"
    )
}

/// `painted` answers when the first frame was painted that shows what `ready` looks for, and no gap in the list.
/// `ready` looks before the frame is drawn, so that what arrives after it counts for the next one; the gaps are looked
/// for when it was drawn, since rows that are new are measured in between.
const TOOLS: &str = r#"
    const NAME = "[aria-colindex='2'] button";
    const { port1, port2 } = new MessageChannel();
    const frame = look => new Promise(done => requestAnimationFrame(() => {
        const seen = look?.();
        // A message is heard right after the frame.
        port1.onmessage = () => done(seen);
        port2.postMessage(null);
    }));
    const listed = () => {
        const list = document.querySelector("[role=grid] [role=rowgroup] + [role=rowgroup]");
        return list?.checkVisibility({ visibilityProperty: true }) ? list : null;
    };
    const isRow = row => row.querySelector(NAME)?.textContent !== "" && row.querySelector(NAME) !== null &&
        row.checkVisibility({ visibilityProperty: true });
    const withoutGap = () => {
        const list = listed();
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
        const begun = performance.now();
        act();
        return await painted(ready) - begun;
    };
"#;

/// Milliseconds from a click on the link to the first rows.
pub(crate) const FIRST_ROWS: &str = r#"
    const link = () => document.querySelector("a[href='#team']");
    while (!link()) await frame();
    return took(() => link().click(), () => listed()?.querySelector(NAME));
"#;

/// Milliseconds from each of some hundred and sixty keystrokes in the search to its rows, and in turn with them from a
/// call of a command that does nothing to the frame after its answer.
pub(crate) const TYPE: &str = r#"
    const WORDS = ["member 04512", "invited", "0 9 4", "zzz", "MEMBER00099@ex", "65f0a1c0000000e", "ñandú", "editor 7 example.com"];
    const search = document.querySelector("input[type=search]");
    const texts = WORDS.flatMap(word => {
        const beginnings = [...word].map((_, at) => word.slice(0, at));
        return [...beginnings.slice(1), word, ...beginnings.reverse()];
    });

    // Answers are heard where they come in: what is found may look the same for two searches.
    const answers = new Map();
    const send = window.fetch;
    window.fetch = async (address, options) => {
        const response = await send(address, options);
        if (!String(address).endsWith("/team_rows")) return response;
        const { query, from } = JSON.parse(options.body);
        const read = response.json.bind(response);
        response.json = async () => {
            const rows = await read();
            if (from === 0) answers.set(query.search, rows);
            return rows;
        };
        return response;
    };
    const shows = ({ found, rows: [first] }) => {
        const list = listed();
        if (found === 0) return !list;
        const name = list?.querySelector(`[aria-rowindex='2'] ${NAME}`);
        const marked = [...name?.querySelectorAll("mark") ?? []].map(mark => mark.textContent);
        return list?.parentElement.getAttribute("aria-rowcount") === String(found + 1) && name?.textContent === first.name &&
            marked.join() === first.nameMarks.map(([from, to]) => first.name.slice(from, to)).join();
    };

    // A person types at any moment of a frame.
    const pause = at => new Promise(done => setTimeout(done, 40 + at * 7 % 17));
    const keystrokes = [], roundTrips = [];
    for (const [at, text] of texts.entries()) {
        await pause(at);
        answers.clear();
        keystrokes.push(await took(() => {
            search.value = text;
            search.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }, () => answers.has(text) && shows(answers.get(text))));
        await pause(at + 3);
        let answered = false;
        const call = () => window.__TAURI_INTERNALS__.invoke("cancel_sign_in").then(() => answered = true);
        roundTrips.push(await took(call, () => answered));
    }
    window.fetch = send;
    return { keystrokes, roundTrips };
"#;

/// From the top to the bottom, with each frame by three times the height of the list: faster than anybody reads, and slow
/// enough that rows are drawn for each. A frame is blank where a row has no name yet, or where there is none.
pub(crate) const SCROLL: &str = r#"
    const HEIGHTS = 3;
    const list = listed();
    const found = Number(list.parentElement.getAttribute("aria-rowcount")) - 1;
    let frames = 0, blank = 0;
    list.scrollTop = 0;
    await painted(() => true);
    while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
        // Right after a frame, as a wheel is turned: the page hears of it before the next one is drawn.
        list.scrollTop += HEIGHTS * list.clientHeight;
        await frame();
        frames += 1;
        if (!withoutGap()) blank += 1;
    }
    return { frames, blank, rowsPerFrame: HEIGHTS * found * list.clientHeight / list.scrollHeight };
"#;
