// The team page's state against a shell that answers when it is told to.

import { beforeEach, describe, expect, test, vi } from "vitest";

import type { SelectionChange, TeamQuery, TeamWindow } from "../src/host/types";
import { failure, snapshot, teamCounts, teamRow, teamView } from "./samples";

interface Call {
  command: string;
  payload: { query: TeamQuery; from: number; change: SelectionChange };
  answer: (value: unknown) => void;
  refuse: (error: unknown) => void;
}

const shell = vi.hoisted(() => ({ calls: [] as Call[] }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, payload: Call["payload"]) =>
    new Promise((answer, refuse) => shell.calls.push({ command, payload, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "", dataFolder: "", version: "", languages: [] } });

const { team } = await import("../src/features/team/team.svelte");
const { EVERYBODY } = await import("../src/features/team/query");

const settled = () => new Promise((done) => setTimeout(done));

/** What is on its way, the oldest first. */
const asked = (command = "team_rows") => shell.calls.filter((call) => call.command === command);

/** Takes a call off and answers it. */
async function answer(call: Call | undefined, value: unknown = null): Promise<void> {
  if (!call) throw new Error("nothing was asked for");
  shell.calls.splice(shell.calls.indexOf(call), 1);
  call.answer(value);
  await settled();
}

/** A window of a list whose ids are prefix and place. */
function rows(from: number, change: Partial<TeamWindow> & { prefix?: string; shift?: number } = {}): TeamWindow {
  const { prefix = "r", shift = 0, ...more } = change;
  const found = more.found ?? 1000;
  const count = Math.max(0, Math.min(100, found - from));
  return {
    version: 1, found, from, counts: teamCounts(), selected: 0,
    rows: Array.from({ length: count }, (_, at) => teamRow({ id: `${prefix}${from + at - shift}` })), ...more,
  };
}

/** Answers everything that is asked for, as long as something is. */
async function flow(change: Parameters<typeof rows>[1] = {}): Promise<void> {
  while (asked()[0]) await answer(asked()[0], rows(asked()[0]?.payload.from ?? 0, change));
}

let account = 0;

beforeEach(async () => {
  account += 1;
  team.follow(account, null);
  shell.calls.length = 0;
  team.follow(account, teamView());
  await settled();
});

describe("rows", () => {
  test("are asked for once the team is here, and around what is looked at", async () => {
    expect(asked().map(({ payload }) => payload)).toEqual([{ query: EVERYBODY, from: 0, count: 100 }]);
    await answer(asked()[0], rows(0));
    expect([team.found, team.row(3)?.id, team.row(150)]).toEqual([1000, "r3", null]);
    expect(asked().map(({ payload }) => payload.from)).toEqual([100, 200]);
    await flow();
    team.look(560, 610);
    expect(asked().map(({ payload }) => payload.from)).toEqual([500, 600, 700]);
    await flow();
    expect(team.row(560)?.id).toBe("r560");
  });

  test("that are looked at come once, however often one looks", async () => {
    await answer(asked()[0], rows(0));
    team.look(0, 20);
    team.look(1, 21);
    expect(asked().map(({ payload }) => payload.from)).toEqual([100, 200]);
  });

  test("stay in the list, out of sight, while nobody is found, and go with the account", async () => {
    await flow();
    team.change({ search: "zzz" });
    await flow({ found: 0 });
    expect([team.found, team.row(3), team.listed, team.listedRow(3)?.id]).toEqual([0, null, 1000, "r3"]);
    team.change({ search: "z" });
    await flow({ found: 2, prefix: "z" });
    expect([team.listed, team.listedRow(1)?.id, team.listedRow(3)]).toEqual([2, "z1", null]);
    team.follow(account + 1000, null);
    expect([team.listed, team.listedRow(1)]).toEqual([0, null]);
  });

  test("of a newer version take the place of the old ones when they are here", async () => {
    await flow();
    team.follow(account, teamView({ version: 2 }));
    expect(team.row(3)?.id).toBe("r3");
    expect(asked()[0]?.payload.from).toBe(0);
    await answer(asked()[0], rows(0, { version: 2, prefix: "n" }));
    expect(team.row(3)?.id).toBe("n3");
    await flow({ version: 2, prefix: "n" });
    team.follow(account, teamView({ version: 2 }));
    expect(asked()).toEqual([]);
  });

  test("asked for before a change are asked for again", async () => {
    team.follow(account, teamView({ version: 2 }));
    await answer(asked()[0], rows(0));
    expect(asked()[0]?.payload.from).toBe(0);
    await flow({ version: 2 });
    expect(asked()).toEqual([]);
  });

  test("of a version between two others are not taken for the newest", async () => {
    await flow({ found: 1 });
    team.follow(account, teamView({ version: 2 }));
    // What is on its way knows of the third change, and the page hears of the fourth before it is here.
    team.follow(account, teamView({ version: 4 }));
    await answer(asked()[0], rows(0, { version: 3, found: 1 }));
    await flow({ version: 4 });
    expect(team.found).toBe(1000);
  });

  test("that do not come say why, and wait for another try", async () => {
    const call = asked()[0];
    shell.calls.length = 0;
    call?.refuse(failure("internal"));
    await settled();
    expect([team.trouble?.code, asked().length]).toEqual(["internal", 0]);
    void team.retry(null);
    expect(team.trouble).toBeNull();
    await answer(asked()[0], rows(0));
    expect(team.row(0)?.id).toBe("r0");
  });
});

describe("the search", () => {
  test("asks at once, sends only the newest after that, and shows the old rows until then", async () => {
    await flow();
    for (const search of ["z", "zo", "zoë"]) team.change({ search });
    expect(asked().map(({ payload }) => payload.query.search)).toEqual(["z"]);
    await answer(asked()[0], rows(0, { prefix: "z" }));
    expect([team.row(0)?.id, team.query.search]).toEqual(["r0", "zoë"]);
    expect(asked().map(({ payload }) => payload.query.search)).toEqual(["zoë"]);
    await answer(asked()[0], rows(0, { prefix: "zoë", found: 2 }));
    expect([team.found, team.row(0)?.id, team.row(2)]).toEqual([2, "zoë0", null]);
    expect(asked()).toEqual([]);
  });

  test("drops chunks of the query before", async () => {
    await answer(asked()[0], rows(0));
    const late = asked()[0];
    team.change({ search: "z" });
    await answer(asked().find(({ payload }) => payload.query.search === "z"), rows(0, { prefix: "z", found: 300 }));
    await answer(late, rows(100, { found: 1000 }));
    expect([team.found, team.row(100)]).toEqual([300, null]);
  });

  test("and filters are cleared without the order", () => {
    team.change({ search: "a", tag: "x", sort: "email", descending: true });
    team.clearFilters();
    expect(team.query).toEqual({ ...EVERYBODY, sort: "email", descending: true });
  });
});

describe("the active row", () => {
  test("stays the same person when rows come before it", async () => {
    await flow();
    team.activate(5);
    team.again();
    await answer(asked()[0], rows(0, { shift: 2 }));
    expect([team.active, team.row(team.active)?.id]).toEqual([7, "r5"]);
  });

  test("stays within a list that grew shorter, and begins anew with other rows", async () => {
    await flow();
    team.activate(90);
    team.again();
    await answer(asked()[0], rows(0, { found: 10, prefix: "n" }));
    expect(team.active).toBe(9);
    team.change({ search: "z" });
    await flow({ prefix: "z" });
    expect(team.active).toBe(0);
  });
});

describe("the selection", () => {
  const changes = () => asked("select_team").map(({ payload }) => payload.change);
  const select = async (selected: number) => {
    await settled();
    await answer(asked("select_team")[0]);
    await answer(asked()[0], rows(0, { selected }));
  };

  beforeEach(() => flow());

  test("is the shell's, changed one at a time and asked for afterwards", async () => {
    team.toggle(3);
    team.reach(6);
    await settled();
    expect(changes()).toEqual([{ kind: "toggle", id: "r3" }]);
    await answer(asked("select_team")[0]);
    expect(changes()).toEqual([{ kind: "range", from: 3, to: 6 }]);
    await answer(asked("select_team")[0]);
    await flow({ selected: 4 });
    expect(team.selected).toBe(4);
  });

  test("is announced when it changes, and not before", async () => {
    expect(team.announced).toBeNull();
    team.selectAll();
    await select(1000);
    expect(team.announced).toEqual({ selected: 1000, found: 1000 });
    team.clearSelection();
    await select(0);
    expect(team.announced).toEqual({ selected: 0, found: 1000 });
  });

  test("grows and shrinks with the shifted arrows", async () => {
    team.activate(4);
    team.act({ kind: "move", to: 5, extend: true });
    await settled();
    expect(changes()).toEqual([{ kind: "range", from: 4, to: 5 }]);
    await answer(asked("select_team")[0]);
    const [first] = asked();
    const window = rows(0, { selected: 2 });
    await answer(first, { ...window, rows: window.rows.map((row, at) => ({ ...row, selected: at === 4 || at === 5 })) });
    team.act({ kind: "move", to: 4, extend: true });
    await settled();
    expect([changes(), team.active]).toEqual([[{ kind: "toggle", id: "r5" }], 4]);
    await answer(asked("select_team")[0]);
  });

  test("that fails says why", async () => {
    team.toggle(3);
    await settled();
    const call = asked("select_team")[0];
    shell.calls.length = 0;
    call?.refuse(failure("internal"));
    await settled();
    expect(team.failure?.code).toBe("internal");
  });
});

describe("another team", () => {
  test("begins with nothing of the last one", async () => {
    await flow();
    team.change({ search: "z" });
    const late = asked()[0];
    team.follow(account, teamView({ organization: "o2" }));
    expect([team.found, team.query]).toEqual([0, EVERYBODY]);
    await answer(late, rows(0, { prefix: "z" }));
    expect(team.found).toBe(0);
    await flow({ prefix: "other" });
    expect(team.row(0)?.id).toBe("other0");
  });

  test("is not what opens again", async () => {
    await flow();
    team.follow(account, null);
    expect(team.row(0)?.id).toBe("r0");
    team.follow(account + 1, null);
    expect(team.row(0)).toBeNull();
    account += 1;
  });
});
