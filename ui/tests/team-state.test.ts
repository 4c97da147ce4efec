// The state of the team page. The fake shell holds each call until the test responds to it.

import { beforeEach, describe, expect, test } from "vitest";

import { DEFAULT_QUERY } from "../src/features/team/query";
import { Team } from "../src/features/team/team.svelte";
import type { TeamWindow } from "../src/host/types";
import { host, type PendingCall, settle } from "./host";
import { selectionCountText } from "../src/features/team/roles/selection-plan.svelte";
import { failure, teamCounts, teamRow, teamView } from "./samples";

host.hold = true;
let team = new Team();

/** Pending calls, oldest first. */
const pending = (command = "team_rows") => host.pending.filter((call) => call.command === command);

/** Removes a pending call and resolves it. */
async function respond(call: PendingCall | undefined, value: unknown = null): Promise<void> {
  if (!call) throw new Error("no pending call");
  host.pending.splice(host.pending.indexOf(call), 1);
  call.resolve(value);
  await settle();
}

/** A page of rows whose ids are the prefix followed by the index minus `shift`. */
function rows(from: number, change: Partial<TeamWindow> & { prefix?: string; shift?: number } = {}): TeamWindow {
  const { prefix = "r", shift = 0, ...more } = change;
  const found = more.found ?? 1000;
  const count = Math.max(0, Math.min(100, found - from));
  return {
    version: 1, found, from, counts: teamCounts(), selected: 0,
    rows: Array.from({ length: count }, (_, offset) => teamRow({ id: `${prefix}${from + offset - shift}` })), ...more,
  };
}

/** Responds to row requests until none is pending. */
async function respondToAll(change: Parameters<typeof rows>[1] = {}): Promise<void> {
  while (pending()[0]) await respond(pending()[0], rows(pending()[0]?.payload.from ?? 0, change));
}

beforeEach(async () => {
  team = new Team();
  team.applySnapshot(teamView());
  await settle();
});

describe("rows", () => {
  test("are requested when the team is loaded, and around the visible range", async () => {
    expect(pending().map(({ payload }) => payload)).toEqual([{ query: DEFAULT_QUERY, from: 0, count: 100 }]);
    await respond(pending()[0], rows(0));
    expect([team.found, team.row(3)?.id, team.row(150)]).toEqual([1000, "r3", null]);
    expect(pending().map(({ payload }) => payload.from)).toEqual([100, 200]);
    await respondToAll();
    team.setVisibleRange(560, 610);
    expect(pending().map(({ payload }) => payload.from)).toEqual([500, 600, 700]);
    await respondToAll();
    expect(team.row(560)?.id).toBe("r560");
  });

  test("are requested only once while the request is pending", async () => {
    await respond(pending()[0], rows(0));
    team.setVisibleRange(0, 20);
    team.setVisibleRange(1, 21);
    expect(pending().map(({ payload }) => payload.from)).toEqual([100, 200]);
  });

  test("stay in the hidden list while a search has no match, and are dropped when the account changes", async () => {
    await respondToAll();
    team.updateQuery({ search: "zzz" });
    await respondToAll({ found: 0 });
    expect([team.found, team.row(3), team.listLength, team.listRow(3)?.id]).toEqual([0, null, 1000, "r3"]);
    team.updateQuery({ search: "z" });
    await respondToAll({ found: 2, prefix: "z" });
    expect([team.listLength, team.listRow(1)?.id, team.listRow(3)]).toEqual([2, "z1", null]);
    team = new Team();
    team.applySnapshot(null);
    expect([team.listLength, team.listRow(1)]).toEqual([0, null]);
  });

  test("of an older version stay until the newer ones arrive", async () => {
    await respondToAll();
    team.applySnapshot(teamView({ version: 2 }));
    expect(team.row(3)?.id).toBe("r3");
    expect(pending()[0]?.payload.from).toBe(0);
    await respond(pending()[0], rows(0, { version: 2, prefix: "n" }));
    expect(team.row(3)?.id).toBe("n3");
    await respondToAll({ version: 2, prefix: "n" });
    team.applySnapshot(teamView({ version: 2 }));
    expect(pending()).toEqual([]);
  });

  test("requested before a change are requested again", async () => {
    team.applySnapshot(teamView({ version: 2 }));
    await respond(pending()[0], rows(0));
    expect(pending()[0]?.payload.from).toBe(0);
    await respondToAll({ version: 2 });
    expect(pending()).toEqual([]);
  });

  test("of an intermediate version are requested again", async () => {
    await respondToAll({ found: 1 });
    team.applySnapshot(teamView({ version: 2 }));
    // The pending response has version 3, but the latest snapshot has version 4.
    team.applySnapshot(teamView({ version: 4 }));
    await respond(pending()[0], rows(0, { version: 3, found: 1 }));
    await respondToAll({ version: 4 });
    expect(team.found).toBe(1000);
  });

  test("that fail to load report the failure and wait for a retry", async () => {
    const call = pending()[0];
    host.pending = [];
    call?.reject(failure("internal"));
    await settle();
    expect([team.failure?.code, pending().length]).toEqual(["internal", 0]);
    void team.retry(null);
    expect(team.failure).toBeNull();
    await respond(pending()[0], rows(0));
    expect(team.row(0)?.id).toBe("r0");
  });
});

describe("the search", () => {
  test("requests immediately, then only the latest text, and shows the old rows until the response", async () => {
    await respondToAll();
    for (const search of ["z", "zo", "zoë"]) team.updateQuery({ search });
    expect(pending().map(({ payload }) => payload.query.search)).toEqual(["z"]);
    await respond(pending()[0], rows(0, { prefix: "z" }));
    expect([team.row(0)?.id, team.query.search]).toEqual(["r0", "zoë"]);
    expect(pending().map(({ payload }) => payload.query.search)).toEqual(["zoë"]);
    await respond(pending()[0], rows(0, { prefix: "zoë", found: 2 }));
    expect([team.found, team.row(0)?.id, team.row(2)]).toEqual([2, "zoë0", null]);
    expect(pending()).toEqual([]);
  });

  test("ignores late chunks of the previous query", async () => {
    await respond(pending()[0], rows(0));
    const late = pending()[0];
    team.updateQuery({ search: "z" });
    await respond(pending().find(({ payload }) => payload.query.search === "z"), rows(0, { prefix: "z", found: 300 }));
    await respond(late, rows(100, { found: 1000 }));
    expect([team.found, team.row(100)]).toEqual([300, null]);
  });

  test("and the filters can be cleared without changing the order", () => {
    team.updateQuery({ search: "a", tags: ["x"], sort: "email", descending: true });
    team.clearFilters();
    expect(team.query).toEqual({ ...DEFAULT_QUERY, sort: "email", descending: true });
  });
});

describe("the active row", () => {
  test("stays the same person when rows are inserted before it", async () => {
    await respondToAll();
    team.activate(5);
    team.reloadRows();
    await respond(pending()[0], rows(0, { shift: 2 }));
    expect([team.activeIndex, team.row(team.activeIndex)?.id]).toEqual([7, "r5"]);
  });

  test("stays within a shorter list, and returns to the top for a new query", async () => {
    await respondToAll();
    team.activate(90);
    team.reloadRows();
    await respond(pending()[0], rows(0, { found: 10, prefix: "n" }));
    expect(team.activeIndex).toBe(9);
    team.updateQuery({ search: "z" });
    await respondToAll({ prefix: "z" });
    expect(team.activeIndex).toBe(0);
  });
});

describe("the selection", () => {
  const changes = () => pending("select_team").map(({ payload }) => payload.change);
  const select = async (selected: number) => {
    await settle();
    await respond(pending("select_team")[0]);
    await respond(pending()[0], rows(0, { selected }));
  };

  beforeEach(() => respondToAll());

  test("is changed in the shell one call at a time, then the rows are reloaded", async () => {
    team.toggleRow(3);
    team.selectRangeTo(6);
    await settle();
    expect(changes()).toEqual([{ kind: "toggle", id: "r3" }]);
    await respond(pending("select_team")[0]);
    expect(changes()).toEqual([{ kind: "range", from: 3, to: 6 }]);
    await respond(pending("select_team")[0]);
    await respondToAll({ selected: 4 });
    expect(team.selected).toBe(4);
  });

  test("is announced once it has changed, with the words of the selection bar", async () => {
    expect(team.selectionChanged).toBe(false);
    team.selectAll();
    await select(1000);
    expect([team.selectionChanged, selectionCountText(team, false), selectionCountText(team, true)]).toEqual([true, "1,000 of 1,000 selected", "1,000 selected"]);
    team.clearSelection();
    await select(0);
    expect([team.selectionChanged, team.selected]).toEqual([true, 0]);
  });

  test("grows and shrinks with Shift and the arrow keys", async () => {
    team.activate(4);
    team.perform({ kind: "move", to: 5, extend: true });
    await settle();
    expect(changes()).toEqual([{ kind: "range", from: 4, to: 5 }]);
    await respond(pending("select_team")[0]);
    const [first] = pending();
    const window = rows(0, { selected: 2 });
    await respond(first, { ...window, rows: window.rows.map((row, index) => ({ ...row, selected: index === 4 || index === 5 })) });
    team.perform({ kind: "move", to: 4, extend: true });
    await settle();
    expect([changes(), team.activeIndex]).toEqual([[{ kind: "toggle", id: "r5" }], 4]);
    await respond(pending("select_team")[0]);
  });

  test("reports why a change failed", async () => {
    team.toggleRow(3);
    await settle();
    const call = pending("select_team")[0];
    host.pending = [];
    call?.reject(failure("internal"));
    await settle();
    expect(team.commandFailure?.code).toBe("internal");
  });
});

describe("switching the team", () => {
  test("starts without the rows and the query of the previous one", async () => {
    await respondToAll();
    team.updateQuery({ search: "z" });
    const late = pending()[0];
    team.applySnapshot(teamView({ organization: "o2" }));
    expect([team.found, team.query]).toEqual([0, DEFAULT_QUERY]);
    await respond(late, rows(0, { prefix: "z" }));
    expect(team.found).toBe(0);
    await respondToAll({ prefix: "other" });
    expect(team.row(0)?.id).toBe("other0");
  });

  test("keeps the rows when the same team opens again, and drops them for another account", async () => {
    await respondToAll();
    team.applySnapshot(null);
    expect(team.row(0)?.id).toBe("r0");
    team = new Team();
    team.applySnapshot(null);
    expect(team.row(0)).toBeNull();
  });
});
