// Many changes at once, long lists in pieces, files in and out, with a shell that answers when it is told to.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { aim, change, filters, outcome, question, reasons, summary, title, waits } from "../src/features/team/roles/batch";
import { LEFT_OUT } from "../src/features/team/roles/words";
import type { BatchRow, BatchView, TeamView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, snapshot } from "./samples";

const shell = vi.hoisted(() => ({ asked: [] as { command: string; payload: unknown; answer: (value: unknown) => void; refuse: (error: unknown) => void }[], state: null as unknown }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, payload: unknown) =>
    command === "snapshot"
      ? Promise.resolve(shell.state)
      : new Promise((answer, refuse) => shell.asked.push({ command, payload, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "", dataFolder: "", version: "", languages: [] } });

const { batch } = await import("../src/features/team/roles/batch.svelte");
const { selection } = await import("../src/features/team/roles/selection.svelte");
const { LARGEST_LIST, tools } = await import("../src/features/team/roles/tools.svelte");
const { PAUSE_MS, Windows } = await import("../src/features/team/roles/windows.svelte");
const { CHUNK } = await import("../src/features/team/chunks");
const { app } = await import("../src/state/app.svelte");

const plan = (more: Partial<BatchView> = {}): BatchView => ({
  state: "planned", kind: "team", role: "viewer", undoes: false, fromFile: false, total: 50, changes: 47, done: 0, failed: 0, cancelled: 0, admins: 0, stopped: null,
  leftOut: [{ reason: "owner", count: 1 }, { reason: "noChange", count: 2 }], confirmation: null, canUndo: 0, waitsUntil: null, ...more,
});
const row = (more: Partial<BatchRow> = {}): BatchRow => ({
  line: null, name: "Anna", email: "anna@example.com", from: "editor", to: "viewer", state: "planned", leftOut: null, error: null, ...more,
});
const view = (more: Partial<TeamView> = {}): TeamView => ({
  organizations: [], organization: "o1", loaded: true, version: 1, total: 50, asOf: 0, refreshing: null, error: null,
  rights: { teamRoles: ["admin", "editor", "viewer", "unassigned"], userRoles: ["admin", "adminViewer", "user"], reason: null }, batch: null, ...more,
});

const settle = () => new Promise((done) => setTimeout(done));
const commands = () => shell.asked.map(({ command }) => command);

/** The state has this batch now. */
function arrives(now: BatchView | null, rights = view().rights): void {
  app.snapshot = snapshot({ team: view({ batch: now, rights }) });
  shell.state = app.snapshot;
  batch.follow(now);
}

beforeEach(() => {
  overwriteGetLocale(() => "en");
  vi.stubGlobal("navigator", { languages: ["en"] });
  arrives(null);
  shell.asked = [];
});
afterEach(async () => {
  vi.useRealTimers();
  // Nothing stays under way into the next test.
  for (const { refuse } of shell.asked) refuse(failure("cancelled"));
  await settle();
});

describe("what is said of a batch", () => {
  test("counts what will change and what became of it", () => {
    expect(summary(plan())).toBe("47 roles will change, 3 are left out");
    expect(summary(plan({ changes: 1, total: 2 }))).toBe("1 role will change, 1 is left out");
    expect(summary(plan({ changes: 0, total: 3 }))).toBe("No role will change, 3 are left out");
    expect(summary(plan({ fromFile: true, changes: 1, total: 3 })), "the sum is the number of lines").toBe("1 role will change, 2 are left out");
    expect(summary(plan({ state: "over", done: 45, failed: 2 }))).toBe("45 changed, 2 failed");
    expect(summary(plan({ state: "over", done: 40, cancelled: 7 }))).toBe("40 changed, 7 not tried");
    expect(summary(plan({ state: "over" }))).toBe("Nothing was changed");
    expect(reasons(plan(), "en")).toEqual(["Has this role already: 2", "An owner, who keeps the role: 1"]);
  });

  test("names what it is for", () => {
    expect([title(plan()), aim(plan())]).toEqual(["Change roles", "New team role: Viewer"]);
    expect(aim(plan({ kind: "user", role: "adminViewer" }))).toBe("New user role: Administrator, view only");
    expect(title(plan({ fromFile: true, role: null }))).toBe("Import roles");
    expect([title(plan({ undoes: true, role: null })), aim(plan({ undoes: true, role: null }))]).toEqual([
      "Undo changes of roles", "Everybody gets their former team role again.",
    ]);
    expect(question(plan({ role: "admin" })).title).toBe("Make 47 people admins?");
    expect(question(plan({ role: null })).title).toBe("Make some of them admins?");
  });

  test("offers rows by what became of them, with their numbers as far as these are known", () => {
    expect(filters(plan(), "en").map(({ text }) => text)).toEqual(["All (50)", "To change (47)", "Left out (3)", "Failed (0)", "Done (0)"]);
    expect(filters(plan({ state: "running", done: 5 }), "en")[1]?.text).toBe("To change");
    expect(filters(plan({ state: "over", done: 40, cancelled: 7 }), "en").at(-1)?.text).toBe("Not tried (7)");
  });

  test("counts down, and does not go below a moment", () => {
    expect(waits(12_000, 0)).toBe("Goes on in 12 seconds.");
    expect(waits(12_000, 11_500)).toBe("Goes on in 1 second.");
    expect(waits(12_000, 12_000)).toBe("Goes on in a moment.");
    expect(waits(null, 5)).toBe("Goes on in a moment.");
  });
});

describe("a row of a batch", () => {
  test("says the change in names, and the file's words where they are none", () => {
    expect(change("team", row())).toBe("Editor → Viewer");
    expect(change("team", row({ from: "" }))).toBe("No role → Viewer");
    expect(change("team", row({ state: "leftOut", leftOut: "noChange", from: "viewer" }))).toBe("Viewer");
    expect(change("team", row({ state: "leftOut", leftOut: "unknownEmail", from: "" }))).toBe("Viewer");
    expect(change("team", row({ state: "leftOut", leftOut: "ambiguousEmail", from: "" }))).toBe("Viewer");
    expect(change("team", row({ state: "leftOut", leftOut: "unclearQuotes", from: "", to: "x\" y" }))).toBe("x\" y");
    expect(change("team", row({ state: "leftOut", leftOut: "unknownRole", to: "Boss" }))).toBe("Editor → Boss");
    expect(change("team", row({ state: "leftOut", leftOut: "incomplete", from: "", to: "" }))).toBe("");
  });

  test("says what became of it", () => {
    expect(outcome("team", row())).toBe("To change");
    expect(outcome("team", row({ state: "leftOut", leftOut: "pending" }))).toBe("An invitation, which has no user role");
    expect(outcome("team", row({ state: "leftOut", leftOut: "ambiguousEmail" }))).toBe("More than one row of the team has this address");
    expect(outcome("team", row({ state: "failed", error: failure("forbidden") }))).toBe("The server does not allow you to do this.");
  });

  test("has a reason of its own for each word, in both languages", () => {
    for (const locale of ["en", "es"] as const) {
      overwriteGetLocale(() => locale);
      const texts = Object.values(LEFT_OUT).map((text) => text());
      expect(new Set(texts).size).toBe(texts.length);
    }
  });
});

describe("the dialog of a batch", () => {
  test("runs once, and asks before admins are made", async () => {
    arrives(plan({ role: "admin", confirmation: "givesAdmin" }));
    await settle();
    shell.asked = [];
    await batch.run();
    expect(batch.asks).toBe("admins");
    expect(commands()).toEqual([]);
    await batch.close();
    expect(batch.asks).toBeNull();
    await batch.run();
    const running = batch.run();
    void batch.run();
    expect(commands()).toEqual(["run_batch"]);
    shell.asked[0]?.answer(null);
    await running;
    expect(batch).toMatchObject({ asks: null, busy: null });
  });

  test("does not run without a connection, nor with nothing to change", async () => {
    arrives(plan(), { teamRoles: [], userRoles: [], reason: "offline" });
    await settle();
    shell.asked = [];
    await batch.run();
    arrives(plan({ changes: 0, total: 3 }));
    await batch.run();
    expect(commands()).not.toContain("run_batch");
  });

  test("asks before closing cancels the rest", async () => {
    arrives(plan({ state: "running", done: 3 }));
    await settle();
    shell.asked = [];
    await batch.close();
    expect(batch.asks).toBe("stop");
    batch.back();
    await batch.close();
    // Escape on the question is no answer to it.
    await batch.close();
    expect(batch.asks).toBeNull();
    expect(commands()).toEqual([]);
    await batch.close();
    void batch.do("close");
    expect(commands()).toEqual(["close_batch"]);
  });

  test("forgets a question that the state has overtaken, and everything when it closes", async () => {
    arrives(plan({ state: "running", done: 3 }));
    await batch.close();
    arrives(plan({ state: "over", done: 47 }));
    expect(batch.asks).toBeNull();
    batch.show("failed");
    arrives(null);
    expect(batch.filter).toBe("all");
    expect(batch.rows.found).toBe(0);
  });

  test("says what went wrong and stays", async () => {
    arrives(plan());
    await settle();
    shell.asked = [];
    const running = batch.run();
    shell.asked[0]?.refuse(failure("network"));
    await running;
    expect(batch.failure?.code).toBe("network");
    expect(batch.busy).toBeNull();
  });
});

describe("a long list", () => {
  /** A list that answers when it is told to. */
  function list() {
    const calls: { from: number; answer: (found: number, word: string) => Promise<unknown>; fail: () => Promise<unknown> }[] = [];
    const ask = (from: number, count: number) =>
      new Promise<{ found: number; rows: string[] }>((done, refuse) =>
        calls.push({
          from,
          answer: (found, word) => {
            done({ found, rows: Array.from({ length: Math.min(count, found - from) }, (_, at) => `${word}${from + at}`) });
            return vi.advanceTimersByTimeAsync(0);
          },
          fail: () => (refuse(failure("internal")), vi.advanceTimersByTimeAsync(0)),
        }),
      );
    return { calls, ask };
  }
  const moment = () => vi.advanceTimersByTimeAsync(0);

  beforeEach(() => void vi.useFakeTimers());

  test("asks for what is looked at, each piece once", async () => {
    const { calls, ask } = list();
    const rows = new Windows<string>();
    rows.ask(ask);
    await moment();
    await calls[0]?.answer(1000, "a");
    expect(rows.row(3)).toBe("a3");
    expect(rows.row(CHUNK * 5 + 1)).toBeNull();
    expect(rows.row(CHUNK * 5 + 2)).toBeNull();
    await moment();
    expect(calls.map(({ from }) => from)).toEqual([0, CHUNK * 5]);
    await calls[1]?.answer(1000, "a");
    expect(rows.row(CHUNK * 5 + 1)).toBe(`a${CHUNK * 5 + 1}`);
  });

  test("shows the old rows until the new ones are there, and asks a few times a second at most", async () => {
    const { calls, ask } = list();
    const rows = new Windows<string>();
    rows.ask(ask);
    await moment();
    await calls[0]?.answer(200, "a");
    for (let times = 0; times < 5; times += 1) {
      rows.again();
      expect(rows.row(0)).toBe("a0");
      await moment();
    }
    expect(calls).toHaveLength(2);
    await calls[1]?.answer(200, "b");
    expect(rows.row(0)).toBe("b0");
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    rows.row(0);
    await moment();
    expect(calls).toHaveLength(3);
  });

  test("answers the newest question only", async () => {
    const { calls, ask } = list();
    const rows = new Windows<string>();
    rows.ask(ask);
    await moment();
    rows.ask(ask);
    await moment();
    await calls[1]?.answer(1, "new");
    await calls[0]?.answer(9, "old");
    expect([rows.found, rows.row(0)]).toEqual([1, "new0"]);
  });

  test("asks again where there was nothing, and after a failure", async () => {
    const { calls, ask } = list();
    const rows = new Windows<string>();
    rows.ask(ask);
    await moment();
    await calls[0]?.answer(0, "a");
    rows.again();
    await moment();
    await calls[1]?.fail();
    expect(rows.failure?.code).toBe("internal");
    rows.retry();
    await moment();
    await calls[2]?.answer(2, "b");
    expect([rows.failure, rows.found]).toEqual([null, 2]);
  });

  test("keeps only some pieces", async () => {
    const { calls, ask } = list();
    const rows = new Windows<string>();
    rows.ask(ask);
    await moment();
    for (let at = 0; at < 40; at += 1) {
      rows.row(at * CHUNK);
      await moment();
      await calls.at(-1)?.answer(100_000, "a");
    }
    expect(rows.row(39 * CHUNK)).not.toBeNull();
    expect(rows.row(0)).toBeNull();
  });
});

describe("what is to be made of the selection", () => {
  test("is planned once a role is chosen, and only with the right to", async () => {
    await selection.plan();
    expect(commands()).toEqual([]);
    selection.role = "viewer";
    void selection.plan();
    void selection.plan();
    expect(shell.asked.map(({ command, payload }) => [command, payload])).toMatchObject([["plan_batch", { kind: "team", role: "viewer" }]]);
    shell.asked[0]?.answer(null);
    await settle();
    selection.kind = "user";
    expect(selection.role).toBe("");
    arrives(null, { teamRoles: ["admin", "editor"], userRoles: [], reason: null });
    expect(selection.kind).toBe("team");
    arrives(null, { teamRoles: [], userRoles: [], reason: "offline" });
    expect(selection.why).toBe("Changing roles needs a connection.");
    expect(selection.ready).toBe(false);
  });
});

describe("a file of roles", () => {
  test("that is too large is not read at all", async () => {
    await tools.import({ size: LARGEST_LIST + 1 } as Blob);
    expect(commands()).toEqual([]);
    expect(tools.told?.text()).toContain("too large");
  });

  test("has a sentence for each thing that can be wrong with it", async () => {
    const texts = new Set<string>();
    for (const problem of ["text", "columns", "empty", "from-a-newer-shell"]) {
      shell.asked = [];
      const importing = tools.import(new Blob(["x"]));
      await vi.waitFor(() => expect(commands()).toEqual(["import_batch"]));
      shell.asked[0]?.refuse(failure("notAList", { problem }));
      await importing;
      texts.add(tools.told?.text() ?? "");
    }
    expect(texts.size).toBe(4);
  });

  test("is not read without a connection", async () => {
    arrives(null, { teamRoles: [], userRoles: [], reason: "offline" });
    await tools.import(new Blob(["x"]));
    expect(tools.imports).toBe(true);
    tools.refuse();
    expect(tools.told?.text()).toBe("Importing roles needs a connection.");
    expect(commands()).toEqual([]);
  });
});
