// The history of role changes: the texts of its rows, and what can be done with them.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { RoleHistory } from "../src/features/team/roles/history.svelte";
import { historyChangeText, historyOutcomeClass, historyOutcomeText, whomText } from "../src/features/team/roles/history-texts";
import { TeamState } from "../src/features/team/state";
import type { HistoryCounts, HistoryRow, RoleChangeRequest } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { host, settle } from "./host";
import { failure, historyRow } from "./samples";
import { showSmallTeam } from "./small-team";

const undo: RoleChangeRequest = { id: "c1", kind: "team", from: "viewer", to: "editor" };
const counts = (more: Partial<HistoryCounts>): HistoryCounts => ({ made: 0, failed: 0, unknown: 0, notTried: 0, ...more });
const row = (more: Partial<HistoryRow> = {}): HistoryRow => historyRow({ undo, ...more });
const batch = (more: Partial<HistoryCounts>, running = false): HistoryRow => row({ batch: "b1", undo: null, running, counts: counts(more) });

beforeEach(() => {
  showSmallTeam();
  host.respondWith("role_history", { found: 1, from: 0, rows: [row()] });
});

describe("a row of the history", () => {
  test("shows how many people of a batch were changed and how many were not tried", () => {
    const interrupted = batch({ made: 72, notTried: 144 });
    expect([whomText(interrupted), historyOutcomeText(interrupted)]).toEqual(["216 people", "72 changed, 144 not tried"]);
    expect(historyOutcomeText(batch({ made: 290, failed: 4, unknown: 1 }))).toBe("290 changed, 4 failed, 1 not confirmed");
    expect(historyOutcomeText(batch({ notTried: 1 }))).toBe("Not tried");
    expect([whomText(row()), historyOutcomeText(row())]).toEqual(["Anna (anna@example.com)", "Done"]);
  });

  test("says that a batch is running, and not that the rest was not tried", () => {
    const running = batch({ made: 13, notTried: 19 }, true);
    expect([whomText(running), historyOutcomeText(running), historyOutcomeClass(running)]).toEqual(["32 people", "Running", ""]);
    void setInterfaceLanguage("es");
    expect(historyOutcomeText(batch({ notTried: 19 }, true))).toBe("En curso");
  });

  test("names different roles in one way", () => {
    expect(historyChangeText(row())).toBe("Editor → Viewer");
    expect(historyChangeText(row({ from: null }))).toBe("Different roles → Viewer");
    expect(historyChangeText(row({ to: null }))).toBe("Editor → Different roles");
    expect(historyChangeText(row({ from: null, to: null }))).toBe("Different roles");
    expect(historyChangeText(row({ from: "" }))).toBe("No role → Viewer");
    void setInterfaceLanguage("es");
    expect(historyChangeText(row({ from: null }))).toMatch(/^Roles distintos → /);
  });
});

describe("a single change", () => {
  test("is undone with the roles swapped, and the history is read again", async () => {
    const page = new TeamState();
    const history = new RoleHistory(page);
    await settle();
    page.undoNotice.show({ id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true });
    const undone = { id: "c1", name: "Anna", kind: "team", from: "viewer", to: "editor", canUndo: true };
    host.respondWith("change_role", { revision: host.snapshot.revision, value: undone });
    const undoing = history.undo(row());
    expect([history.undoing, history.status.text]).toEqual([true, "Undoing…"]);
    await history.undo(row());
    await undoing;
    expect(host.payloads("change_role")).toEqual([{ request: undo }]);
    expect([history.undoing, history.status]).toEqual([false, { text: "Undone. Anna: Viewer → Editor", isFailure: false }]);
    expect(page.undoNotice.open, "the notice does not offer the same").toBe(false);
    history.rows.row(0);
    await vi.waitFor(() => expect(host.payloads("role_history")).toHaveLength(2));
  });

  test("that somebody else has changed since is not undone, and the status says why", async () => {
    const history = new RoleHistory(new TeamState());
    await settle();
    host.failWith("change_role", failure("roleMoved", { problem: "unassigned" }));
    await history.undo(row());
    expect(history.status.isFailure).toBe(true);
    expect(history.status.text).toContain("Anna: Someone else changed this role in the meantime: it's now “Unassigned”");
    history.rows.row(0);
    await vi.waitFor(() => expect(host.payloads("role_history")).toHaveLength(2));
  });

  test("is not undone if the history offers no undo", async () => {
    const history = new RoleHistory(new TeamState());
    await history.undo(row({ undo: null }));
    expect(host.payloads("change_role")).toEqual([]);
  });
});

describe("the history", () => {
  test("is read again when a batch starts or ends, but not with each snapshot of a running one", async () => {
    const history = new RoleHistory(new TeamState());
    const reads = () => host.payloads("role_history").length;
    await settle();
    history.applyBatchState(null);
    history.rows.row(0);
    await settle();
    expect(reads()).toBe(1);
    for (const state of ["running", "running"] as const) history.applyBatchState(state);
    history.rows.row(0);
    await settle();
    expect(reads()).toBe(2);
  });

  test("shows the running batch, and closes", async () => {
    const page = new TeamState();
    page.overlay.open({ kind: "history" });
    await new RoleHistory(page).open("b1");
    expect([page.batch.open, page.overlay.dialog, host.payloads("open_batch")]).toEqual([true, null, [{ id: "b1" }]]);
  });
});
