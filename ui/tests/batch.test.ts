// Batches of role changes and paged lists. The fake shell holds each call until the test responds.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { CHUNK_SIZE } from "../src/features/team/chunks";
import {
  changeText, confirmationText, footText, leftOutReasonTexts, newAdminsText, outcomeClass, outcomeText, progressText, remainingText, retryText, rowFilterOptions, runText, summaryText, targetText, titleText, waitText,
} from "../src/features/team/roles/batch-texts";
import { PagedRows, RELOAD_INTERVAL_MS } from "../src/features/team/roles/paged-rows.svelte";
import { LEFT_OUT_TEXTS } from "../src/features/team/roles/role-texts";
import { TeamState } from "../src/features/team/state";
import type { BatchRow, BatchView, TeamView } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { app } from "../src/state/app.svelte";
import { host, settle } from "./host";
import { batchView, failure, snapshot, teamView } from "./samples";

host.hold = true;
let { batch, selectionPlan } = new TeamState();

const row = (more: Partial<BatchRow> = {}): BatchRow => ({
  line: null, name: "Anna", email: "anna@example.com", from: "editor", to: "viewer", state: "planned", leftOut: null, error: null, ...more,
});
const view = (more: Partial<TeamView> = {}) => teamView({ total: 50, ...more });

const commands = host.pendingCommands;

/** Applies a snapshot with this batch. */
function showBatch(shown: BatchView | null, rights = view().rights): void {
  app.snapshot = snapshot({ team: view({ rights }), batch: shown });
  host.snapshot = app.snapshot;
  batch.applySnapshot(shown);
}

beforeEach(() => {
  ({ batch, selectionPlan } = new TeamState());
  showBatch(null);
});
afterEach(async () => {
  vi.useRealTimers();
  // End all pending calls before the next test.
  for (const { reject } of host.pending) reject(failure("cancelled"));
  await settle();
});

describe("batch texts", () => {
  test("summarize the planned changes and the results", () => {
    expect(summaryText(batchView())).toBe("47 roles will change, 3 skipped");
    expect(summaryText(batchView({ changes: 1, total: 2 }))).toBe("1 role will change, 1 skipped");
    expect(summaryText(batchView({ changes: 0, total: 3 }))).toBe("No role will change, 3 skipped");
    expect(summaryText(batchView({ fromFile: true, changes: 1, total: 3 })), "changed and left-out rows add up to the file's lines").toBe("1 role will change, 2 skipped (3 lines in the file)");
    expect(summaryText(batchView({ state: "over", done: 45, failed: 2 })), "the results add up to the rows, too").toBe("45 changed, 2 failed, 3 skipped");
    expect(summaryText(batchView({ state: "over", total: 47, done: 40, cancelled: 7 }))).toBe("40 changed, 7 not tried");
    expect(summaryText(batchView({ state: "over", total: 47 }))).toBe("Nothing was changed");
    expect(leftOutReasonTexts(batchView(), "en")).toEqual(["Already has this role: 2", "Owner (can't be changed here): 1"]);
  });

  test("have a sentence for the lines of a file, in both languages", () => {
    const texts = (locale: "en" | "es") => {
      void setInterfaceLanguage(locale);
      return [{ changes: 0, total: 4 }, { changes: 4, total: 17 }, { changes: 1, total: 1 }].map((counts) => summaryText(batchView({ fromFile: true, ...counts })));
    };
    expect(texts("es")).toEqual([
      "No cambiará ningún rol, 4 omitidos (4 líneas del archivo)", "Cambiarán 4 roles, 13 omitidos (17 líneas del archivo)", "Cambiará 1 rol (1 línea del archivo)",
    ]);
    expect(texts("en")).toEqual([
      "No role will change, 4 skipped (4 lines in the file)", "4 roles will change, 13 skipped (17 lines in the file)", "1 role will change (1 line in the file)",
    ]);
  });

  test("name the kind of batch and the new role", () => {
    expect([titleText(batchView()), targetText(batchView())]).toEqual(["Change roles", "New role in organization: Viewer"]);
    expect(targetText(batchView({ kind: "user", role: "adminViewer" }))).toBe("New service role: Read-only administrator");
    expect(titleText(batchView({ fromFile: true, role: null }))).toBe("Import roles");
    expect([titleText(batchView({ undoes: true, role: null })), targetText(batchView({ undoes: true, role: null }))]).toEqual([
      "Undo role changes", "Everyone gets their previous role in the organization back.",
    ]);
    expect(confirmationText(batchView({ role: "admin", newAdmins: 47 })).title).toBe("Make 47 people admins?");
    const some = batchView({ role: null, newAdmins: 2 });
    expect([confirmationText(some).title, newAdminsText(some)]).toEqual(["Make 2 people admins?", "2 people will become admins."]);
    expect(newAdminsText(batchView({ role: "admin", newAdmins: 47 })), "the title says it").toBe("");
  });

  test("show progress, speed and remaining time", () => {
    const running = batchView({ state: "running", done: 12, changes: 5000 });
    expect(progressText(running)).toBe("12 of 5,000");
    expect(progressText({ ...running, perMinute: 400, remaining: 748 })).toBe("12 of 5,000 · 400 per minute · about 12 minutes left");
    expect([30, 3 * 3600].map((remaining) => remainingText({ ...running, remaining }))).toEqual(["less than a minute left", "about 3 hours left"]);
  });

  test("tell in the foot of the page what happens and what is left", () => {
    expect(footText(batchView({ state: "running", done: 12 }), 0)).toBe("Changing roles in Acme: 12 of 47");
    expect(footText(batchView({ state: "waiting", waitsUntil: 5000 }), 0)).toBe("Waiting for the server. Continues in 5 seconds.");
    expect(footText(batchView({ state: "over", interrupted: true, total: 47, done: 3, unknown: 4, cancelled: 40, canRetry: 40 }), 0)).toBe(
      "A role change in Acme was interrupted: 3 changed, 4 not confirmed, 40 not tried",
    );
    const over = batchView({ state: "over", total: 47, done: 46, failed: 1 });
    expect(footText({ ...over, canRetry: 1 }, 0)).toBe("A role change in Acme is not complete: 46 changed, 1 failed");
    expect(footText(over, 0), "a further run changes nothing").toBe("Roles changed in Acme: 46 changed, 1 failed");
    expect(footText({ ...over, undoes: true }, 0)).toBe("Role changes undone in Acme: 46 changed, 1 failed");
  });

  test("ask before several people lose the role admin", () => {
    expect(confirmationText(batchView({ confirmation: "takesAdmin", admins: 5001 })).title).toBe("Take the admin role away from 5,001 people?");
  });

  test("name the button that starts or continues the batch", () => {
    expect([runText(batchView()), runText(batchView({ undoes: true }))]).toEqual(["Change 47 roles", "Undo 47 changes"]);
    expect(retryText(batchView({ state: "over", cancelled: 7, failed: 2, canRetry: 8 }))).toBe("Continue with the remaining 8");
    expect(retryText(batchView({ state: "over", failed: 2, canRetry: 2 }))).toBe("Retry failed changes");
  });

  test("offer row filters with their counts, if known", () => {
    expect(rowFilterOptions(batchView(), "en").map(({ text }) => text)).toEqual(["All (50)", "Will change (47)", "Skipped (3)", "Failed (0)", "Done (0)"]);
    expect(rowFilterOptions(batchView({ state: "running", done: 5 }), "en")[1]?.text).toBe("Will change");
    expect(rowFilterOptions(batchView({ state: "over", done: 40, cancelled: 7 }), "en").at(-1)?.text).toBe("Not tried (7)");
  });

  test("count down the seconds, then say \"in a moment\"", () => {
    expect(waitText(12_000, 0)).toBe("Continues in 12 seconds.");
    expect(waitText(12_000, 11_500)).toBe("Continues in 1 second.");
    expect(waitText(12_000, 12_000)).toBe("Continues in a moment.");
    expect(waitText(null, 5)).toBe("Continues in a moment.");
  });
});

describe("a row of a batch", () => {
  test("shows role names, or the file's text if it is not a role", () => {
    expect(changeText("team", row())).toBe("Editor → Viewer");
    expect(changeText("team", row({ from: "" }))).toBe("No role → Viewer");
    expect(changeText("team", row({ state: "leftOut", leftOut: "noChange", from: "viewer" }))).toBe("Viewer");
    expect(changeText("team", row({ state: "leftOut", leftOut: "unknownEmail", from: "" }))).toBe("Viewer");
    expect(changeText("team", row({ state: "leftOut", leftOut: "ambiguousEmail", from: "" }))).toBe("Viewer");
    expect(changeText("team", row({ state: "leftOut", leftOut: "unclearQuotes", from: "", to: "x\" y" }))).toBe("“x\" y”");
    expect(changeText("team", row({ state: "leftOut", leftOut: "unknownRole", to: "Boss" }))).toBe("Editor → “Boss”");
    expect(changeText("team", row({ state: "leftOut", leftOut: "unknownRole", to: "owner" }))).toBe("Editor → Owner");
    expect(changeText("team", row({ state: "leftOut", leftOut: "unknownEmail", from: "", to: "Boss" }))).toBe("“Boss”");
    expect(changeText("team", row({ state: "leftOut", leftOut: "incomplete", from: "", to: "" }))).toBe("");
    expect(changeText("team", row({ state: "leftOut", leftOut: "incomplete", from: "viewer", to: "" }))).toBe("Viewer");
    expect(changeText("team", row({ state: "leftOut", leftOut: "twice", from: "viewer", to: "" }))).toBe("Viewer");
  });

  test("shows its outcome", () => {
    expect(outcomeText("team", row())).toBe("Will change");
    expect(outcomeText("team", row({ state: "leftOut", leftOut: "pending" }))).toBe("Invitation (no service role yet)");
    expect(outcomeText("team", row({ state: "leftOut", leftOut: "ambiguousEmail" }))).toBe("More than one person in the team has this email");
    expect(outcomeText("team", row({ state: "failed", error: failure("forbidden") }))).toBe("The server doesn't allow you to do this.");
  });

  test("stands out if its line of the file has a mistake", () => {
    for (const reason of Object.keys(LEFT_OUT_TEXTS) as (keyof typeof LEFT_OUT_TEXTS)[]) {
      const mistakes = ["unknownRole", "unknownEmail", "ambiguousEmail", "unclearQuotes", "incomplete", "twice"];
      expect(outcomeClass(row({ state: "leftOut", leftOut: reason })), reason).toBe(mistakes.includes(reason) ? "warn" : "dim");
    }
    expect((["planned", "done", "failed", "cancelled"] as const).map((state) => outcomeClass(row({ state })))).toEqual(["dim", "good", "bad", "dim"]);
  });

  test("has a different text for each reason, in both languages", () => {
    for (const locale of ["en", "es"] as const) {
      void setInterfaceLanguage(locale);
      const texts = Object.values(LEFT_OUT_TEXTS).map((text) => text());
      expect(new Set(texts).size).toBe(texts.length);
    }
  });
});

describe("the dialog of a batch", () => {
  test("runs once, and asks for confirmation before it makes people admins", async () => {
    showBatch(batchView({ role: "admin", confirmation: "givesAdmin" }));
    await settle();
    host.pending = [];
    await batch.run();
    expect(batch.confirming).toBe(true);
    expect(commands()).toEqual([]);
    await batch.close();
    expect(batch.confirming).toBe(false);
    await batch.run();
    const running = batch.run();
    void batch.run();
    expect(commands()).toEqual(["run_batch"]);
    host.pending[0]?.resolve(null);
    await running;
    expect(batch).toMatchObject({ confirming: false, busy: null });
  });

  test("does not run without a connection or without changes", async () => {
    showBatch(batchView(), { teamRoles: [], userRoles: [], tags: false, reason: "offline" });
    await settle();
    host.pending = [];
    await batch.run();
    showBatch(batchView({ changes: 0, total: 3 }));
    await batch.run();
    expect(commands()).not.toContain("run_batch");
  });

  test("opens with a new plan, and closing it while the batch runs does not stop the batch", async () => {
    showBatch(batchView());
    expect(batch.open).toBe(true);
    showBatch(batchView({ state: "running", done: 3 }));
    await settle();
    host.pending = [];
    await batch.close();
    expect(batch.open).toBe(false);
    showBatch(batchView({ state: "running", done: 4 }));
    expect([batch.open, commands()]).toEqual([false, []]);
    showBatch(batchView({ state: "over", done: 47 }));
    batch.open = true;
    void batch.close();
    expect(commands()).toContain("close_batch");
  });

  test("stays in the foot of the page after its dialog is closed, if it can be continued", async () => {
    showBatch(batchView({ state: "over", done: 3, cancelled: 44, canRetry: 44 }));
    batch.open = true;
    await settle();
    host.pending = [];
    await batch.close();
    expect([batch.open, commands()]).toEqual([false, []]);
  });

  test("stays closed when an interrupted batch comes back, and opens with its undo plan", () => {
    showBatch(batchView({ state: "over", interrupted: true, done: 3, cancelled: 44 }));
    expect(batch.open).toBe(false);
    showBatch(batchView({ undoes: true, role: null, total: 3, changes: 3 }));
    expect(batch.open).toBe(true);
  });

  test("that waits tries again at once if the user asks, and keeps the filter of its rows", async () => {
    showBatch(batchView({ state: "waiting", waitsUntil: Date.now() + 60_000 }));
    batch.setFilter("failed");
    void batch.execute("retry");
    expect(commands()).toContain("retry_batch");
    host.pending.find(({ command }) => command === "retry_batch")?.resolve(host.snapshot.revision);
    await settle();
    expect([batch.busy, batch.filter]).toEqual([null, "failed"]);
  });

  test("resets when the batch is closed", () => {
    showBatch(batchView({ state: "over", done: 47 }));
    batch.setFilter("failed");
    showBatch(null);
    expect([batch.filter, batch.open, batch.rows.found]).toEqual(["all", false, 0]);
  });

  test("shows a failure and stays open", async () => {
    showBatch(batchView());
    await settle();
    host.pending = [];
    const running = batch.run();
    host.pending[0]?.reject(failure("network"));
    await running;
    expect(batch.failure?.code).toBe("network");
    expect(batch.busy).toBeNull();
  });
});

describe("paged rows", () => {
  /** A loader whose calls wait until the test responds to them. */
  function pagedLoader() {
    const calls: { from: number; respond: (found: number, prefix: string) => Promise<unknown>; fail: () => Promise<unknown> }[] = [];
    const loadPage = (from: number, count: number) =>
      new Promise<{ found: number; rows: string[] }>((resolve, reject) =>
        calls.push({
          from,
          respond: (found, prefix) => {
            resolve({ found, rows: Array.from({ length: Math.min(count, found - from) }, (_, offset) => `${prefix}${from + offset}`) });
            return vi.advanceTimersByTimeAsync(0);
          },
          fail: () => (reject(failure("internal")), vi.advanceTimersByTimeAsync(0)),
        }),
      );
    return { calls, loadPage };
  }
  const flush = () => vi.advanceTimersByTimeAsync(0);

  beforeEach(() => void vi.useFakeTimers());

  test("load each displayed chunk once", async () => {
    const { calls, loadPage } = pagedLoader();
    const rows = new PagedRows<string>();
    rows.query(loadPage);
    await flush();
    await calls[0]?.respond(1000, "a");
    expect(rows.row(3)).toBe("a3");
    expect(rows.row(CHUNK_SIZE * 5 + 1)).toBeNull();
    expect(rows.row(CHUNK_SIZE * 5 + 2)).toBeNull();
    await flush();
    expect(calls.map(({ from }) => from)).toEqual([0, CHUNK_SIZE * 5]);
    await calls[1]?.respond(1000, "a");
    expect(rows.row(CHUNK_SIZE * 5 + 1)).toBe(`a${CHUNK_SIZE * 5 + 1}`);
  });

  test("show the old rows until the new ones arrive, and limit the reload rate", async () => {
    const { calls, loadPage } = pagedLoader();
    const rows = new PagedRows<string>();
    rows.query(loadPage);
    await flush();
    await calls[0]?.respond(200, "a");
    for (let times = 0; times < 5; times += 1) {
      rows.reload();
      expect(rows.row(0)).toBe("a0");
      await flush();
    }
    expect(calls).toHaveLength(2);
    await calls[1]?.respond(200, "b");
    expect(rows.row(0)).toBe("b0");
    await vi.advanceTimersByTimeAsync(RELOAD_INTERVAL_MS);
    rows.row(0);
    await flush();
    expect(calls).toHaveLength(3);
  });

  test("ignore responses to an earlier query", async () => {
    const { calls, loadPage } = pagedLoader();
    const rows = new PagedRows<string>();
    rows.query(loadPage);
    await flush();
    rows.query(loadPage);
    await flush();
    await calls[1]?.respond(1, "new");
    await calls[0]?.respond(9, "old");
    expect([rows.found, rows.row(0)]).toEqual([1, "new0"]);
  });

  test("reload an empty list, and retry after a failure", async () => {
    const { calls, loadPage } = pagedLoader();
    const rows = new PagedRows<string>();
    rows.query(loadPage);
    await flush();
    await calls[0]?.respond(0, "a");
    rows.reload();
    await flush();
    await calls[1]?.fail();
    expect(rows.failure?.code).toBe("internal");
    rows.retry();
    await flush();
    await calls[2]?.respond(2, "b");
    expect([rows.failure, rows.found]).toEqual([null, 2]);
  });

  test("cache a limited number of chunks", async () => {
    const { calls, loadPage } = pagedLoader();
    const rows = new PagedRows<string>();
    rows.query(loadPage);
    await flush();
    for (let chunk = 0; chunk < 40; chunk += 1) {
      rows.row(chunk * CHUNK_SIZE);
      await flush();
      await calls.at(-1)?.respond(100_000, "a");
    }
    expect(rows.row(39 * CHUNK_SIZE)).not.toBeNull();
    expect(rows.row(0)).toBeNull();
  });
});

describe("the selection plan", () => {
  test("is requested once, and only with sufficient rights", async () => {
    void selectionPlan.plan("team", "viewer");
    void selectionPlan.plan("team", "viewer");
    expect(host.pending.map(({ command, payload }) => [command, payload])).toMatchObject([["plan_batch", { kind: "team", role: "viewer" }]]);
    host.pending[0]?.resolve(null);
    await settle();
    showBatch(null, { teamRoles: ["admin", "editor"], userRoles: [], tags: false, reason: null });
    expect(selectionPlan.assignable).toEqual([{ kind: "team", roles: ["admin", "editor"] }]);
    const sent = host.pending.length;
    for (const [reason, text] of [["offline", "You need to be online to change roles or tags."], ["signedOut", "Sign in again to change roles or tags."]] as const) {
      showBatch(null, { teamRoles: ["viewer"], userRoles: [], tags: false, reason });
      expect(selectionPlan.blockedText).toBe(text);
      await selectionPlan.plan("team", "viewer");
    }
    expect(host.pending).toHaveLength(sent);
  });
});
