// The pure parts of the team list: queries, highlights, chunks, row recycling, keys, filter options, list state.

import { describe, expect, test } from "vitest";

import { avatarColorId, cellTexts, isTall } from "../src/features/team/cells";
import { CHUNK_SIZE, Chunks, MAX_CHUNKS } from "../src/features/team/chunks";
import { activeFilters, filterGroups, tagChoices, teamRoleCounts } from "../src/features/team/filter-options";
import { splitAtMatches } from "../src/features/team/highlight";
import { isFindShortcut, listAction, shrinksRange } from "../src/features/team/keys";
import { orderIndex, orderPhrase, ORDERS } from "../src/features/team/order";
import { listState } from "../src/features/team/list-state";
import { ariaSort, DEFAULT_QUERY, isFiltered, nextSort, sameQuery, secondaryFilterCount } from "../src/features/team/query";
import { RowRecycler } from "../src/features/team/row-recycler";
import type { TeamColumn, TeamRow } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { failure, teamCounts, teamRow, teamView } from "./samples";

describe("queries", () => {
  test("with equal fields are equal", () => {
    expect(sameQuery(DEFAULT_QUERY, { ...DEFAULT_QUERY })).toBe(true);
    expect(sameQuery(DEFAULT_QUERY, { ...DEFAULT_QUERY, descending: true })).toBe(false);
    const tagged = (...tags: string[]) => ({ ...DEFAULT_QUERY, tags });
    expect([sameQuery(tagged("a"), tagged("a")), sameQuery(tagged("a"), tagged("b")), sameQuery(tagged(), tagged("a"))]).toEqual([true, false, false]);
  });

  test("are filtered if they have a search text or a filter; sorting and spaces do not count", () => {
    expect(isFiltered({ ...DEFAULT_QUERY, search: "  ", sort: "name" })).toBe(false);
    expect(isFiltered({ ...DEFAULT_QUERY, search: "a" })).toBe(true);
    expect(isFiltered({ ...DEFAULT_QUERY, teamRole: "" })).toBe(true);
    expect(secondaryFilterCount({ ...DEFAULT_QUERY, teamRole: "owner", tags: ["x", "y"], state: "pending", sso: false, changedByMe: true })).toBe(5);
  });

  test("sort ascending, then descending, then by default on repeated clicks", () => {
    let query = { ...DEFAULT_QUERY };
    const orders = [1, 2, 3].map(() => {
      query = { ...query, ...nextSort(query, "email") };
      return ariaSort(query, "email");
    });
    expect(orders).toEqual(["ascending", "descending", undefined]);
    expect(ariaSort({ ...DEFAULT_QUERY, sort: "name" }, "email")).toBeUndefined();
  });
});

describe("highlights", () => {
  const bracketed = (text: string, ranges: [number, number][]) => splitAtMatches(text, ranges).map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join("");

  test("split a text into matches and the rest", () => {
    expect(bracketed("Zoë Núñez", [[0, 3], [4, 6]])).toBe("[Zoë] [Nú]ñez");
    expect(bracketed("all", [[0, 3]])).toBe("[all]");
    expect(bracketed("", [])).toBe("");
  });

  test("ignore overlapping and out-of-bounds ranges and keep the whole text", () => {
    expect(bracketed("short", [[3, 99], [4, 5], [9, 12]])).toBe("sho[rt]");
  });

  test("of tags come first, so that they are visible", () => {
    const { tags } = cellTexts(teamRow({ tags: ["sales", "EMEA", "docs"], tagMarks: [[], [[1, 3]], []] }), "en");
    expect(tags.map(({ text, marks }) => bracketed(text, marks))).toEqual(["E[ME]A", "sales", "docs"]);
  });
});

describe("a row", () => {
  test("has a name instead of an id if there is neither name nor address", () => {
    const id = "65f0a1c0000000000000c003";
    const texts = cellTexts(teamRow({ id, name: id, email: "", pending: true, userRole: null }), "en");
    expect([texts.name, texts.select, texts.userRole]).toEqual(["No name", "Select No name", "Invited"]);
  });

  test("may be taller than others if a role is one that Lapel does not know", () => {
    expect(isTall(teamRow({}))).toBe(false);
    for (const change of [{ teamRole: "captain of the whole organization" }, { userRole: "superintendent" }, { idMarks: [[0, 12]] as [number, number][] }]) {
      expect(isTall(teamRow(change))).toBe(true);
    }
  });
});

describe("chunks", () => {
  const rows = (number: number) => Array.from({ length: CHUNK_SIZE }, (_, offset) => teamRow({ id: `${number}-${offset}` }));

  test("look up rows by index and indices by row", () => {
    const chunks = new Chunks<TeamRow>().with(2, rows(2), 0);
    expect(chunks.row(2 * CHUNK_SIZE + 5)?.id).toBe("2-5");
    expect(chunks.row(5)).toBeNull();
    expect(chunks.findIndex(({ id }) => id === "2-5")).toBe(2 * CHUNK_SIZE + 5);
    expect(chunks.findIndex(({ id }) => id === "elsewhere")).toBeNull();
  });

  test("are loaded in the visible range first, then around it", () => {
    const found = 10 * CHUNK_SIZE;
    expect(new Chunks().missing([450, 510], found, 0)).toEqual([4, 5, 6, 3, 7]);
    expect(new Chunks().missing([0, 20], 150, 0)).toEqual([0, 1]);
    expect(new Chunks().missing([0, 20], 0, 0), "an empty list is loaded again, as rows may have been added").toEqual([0]);
    expect(new Chunks().with(0, [], 0).missing([0, 20], 0, 0)).toEqual([]);
    expect(new Chunks().with(0, rows(0), 0).missing([0, 20], found, 0)).toEqual([1, 2]);
  });

  test("of an earlier generation are still shown, but are loaded again", () => {
    const chunks = new Chunks<TeamRow>().with(0, rows(0), 0);
    expect(chunks.row(0)?.id).toBe("0-0");
    expect(chunks.missing([0, 20], CHUNK_SIZE, 1)).toEqual([0]);
    expect([chunks.needsLoad(0, 0), chunks.needsLoad(0, 1), chunks.needsLoad(1, 0)]).toEqual([false, true, true]);
  });

  test("beyond the limit are dropped, the farthest first", () => {
    let chunks = new Chunks<TeamRow>();
    for (let number = 0; number < MAX_CHUNKS + 10; number += 1) chunks = chunks.with(number, rows(number), 0);
    expect(chunks.size).toBe(MAX_CHUNKS);
    expect(chunks.row(0)).toBeNull();
    expect(chunks.row((MAX_CHUNKS + 9) * CHUNK_SIZE)).not.toBeNull();
  });

  test("beyond the end of the list are dropped", () => {
    const chunks = new Chunks<TeamRow>().with(0, rows(0), 0).with(3, rows(3), 0);
    expect(chunks.truncate(2 * CHUNK_SIZE).size).toBe(1);
    expect(chunks.truncate(4 * CHUNK_SIZE)).toBe(chunks);
  });
});

describe("recycled rows", () => {
  const keys = (recycler: RowRecycler) => [...new Set(recycler.indices)].map((index) => recycler.key(index));
  const keysAreUnique = (recycler: RowRecycler) => new Set(keys(recycler)).size === keys(recycler).length;

  test("get the keys of the rows that scrolled out", () => {
    const before = RowRecycler.EMPTY.next(100, 20, 5, []);
    for (const first of [103, 129, 175, 99_970]) {
      const after = before.next(first, 20, 5, []);
      expect(new Set(keys(after))).toEqual(new Set(keys(before)));
      expect([Math.min(...after.indices), Math.max(...after.indices)]).toEqual([first - 5, first + 24]);
    }
  });

  test("keep their keys while they stay visible", () => {
    const before = RowRecycler.EMPTY.next(10, 30, 0, []);
    const after = before.next(20, 30, 0, []);
    for (let index = 20; index < 40; index += 1) expect(after.key(index)).toBe(before.key(index));
  });

  test("start at the first row, even if the overscan reaches beyond it", () => {
    expect(RowRecycler.EMPTY.next(2, 10, 5, []).indices).toEqual(Array.from({ length: 17 }, (_, index) => index));
  });

  test("have unique keys, and pinned rows keep their keys at every scroll position", () => {
    let recycler = RowRecycler.EMPTY.next(0, 30, 0, [5, 5]);
    const pinnedKey = recycler.key(5);
    for (const [first, pinned] of [[20, 5], [35, 5], [5, 5], [200, 205], [0, 205], [0, 5]] as const) {
      const key = recycler.key(pinned);
      recycler = recycler.next(first, 30, 0, [5, pinned]);
      expect([recycler.key(5), recycler.key(pinned)]).toEqual([pinnedKey, key]);
      expect(keysAreUnique(recycler)).toBe(true);
    }
  });

  test("have unique keys, and pinned rows keep theirs, when the number of rows changes", () => {
    const before = RowRecycler.EMPTY.next(40, 30, 0, [5, 45]);
    const after = before.next(40, 40, 5, [5, 45]);
    expect([5, 45].map((index) => after.key(index))).toEqual([5, 45].map((index) => before.key(index)));
    expect(keysAreUnique(after)).toBe(true);
  });
});

test("the color of the initials depends on the user id, or on the row id if there is no user", () => {
  expect(avatarColorId(teamRow({ id: "r1", userId: "u1" }))).toBe("u1");
  expect(avatarColorId(teamRow({ id: "r1", userId: null }))).toBe("r1");
});

describe("keys", () => {
  const key = (key: string, more: Partial<KeyboardEvent> = {}) =>
    ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  const position = { activeIndex: 50, rowCount: 100, pageSize: 10 };
  const press = (name: string, from = position) => listAction(key(name), from);

  test("move the active row within the list", () => {
    const moves = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].map((name) => press(name));
    expect(moves).toEqual([51, 49, 60, 40, 0, 99].map((to) => ({ kind: "move", to, extend: false })));
    expect(press("PageDown", { ...position, activeIndex: 95 })).toEqual({ kind: "move", to: 99, extend: false });
    expect(press("ArrowUp", { ...position, activeIndex: 0 })).toEqual({ kind: "move", to: 0, extend: false });
    expect(press("ArrowDown", { ...position, rowCount: 0 })).toBeNull();
  });

  test("change the selection", () => {
    expect(listAction(key("ArrowDown", { shiftKey: true }), position)).toEqual({ kind: "move", to: 51, extend: true });
    expect(listAction(key(" "), position)).toEqual({ kind: "toggle" });
    expect(listAction(key(" ", { shiftKey: true }), position)).toEqual({ kind: "selectRange" });
    expect(listAction(key("a", { ctrlKey: true }), position)).toEqual({ kind: "selectAll" });
    expect(listAction(key("A", { ctrlKey: true }), position)).toEqual({ kind: "selectAll" });
    expect(listAction(key("ф", { ctrlKey: true, code: "KeyA" }), position)).toEqual({ kind: "selectAll" });
    expect(listAction(key("Escape"), position)).toEqual({ kind: "clearSelection" });
  });

  test("open a row or the search; other keys do nothing", () => {
    expect(listAction(key("Enter"), position)).toEqual({ kind: "open" });
    expect(["a", "Tab", "F5"].map((name) => listAction(key(name), position))).toEqual([null, null, null]);
    expect(listAction(key("ArrowUp", { altKey: true }), position)).toBeNull();
    expect(isFindShortcut(key("f", { ctrlKey: true }))).toBe(true);
    expect(isFindShortcut(key("/"))).toBe(true);
    expect(isFindShortcut(key("f"))).toBe(false);
  });

  test("shrink a range when they move towards its start", () => {
    expect(shrinksRange(5, 8, 7)).toBe(true);
    expect(shrinksRange(5, 6, 5)).toBe(true);
    expect(shrinksRange(5, 2, 3)).toBe(true);
    expect(shrinksRange(5, 8, 9)).toBe(false);
    expect(shrinksRange(5, 8, 2)).toBe(false);
    expect(shrinksRange(5, 5, 6)).toBe(false);
  });
});

describe("filter options", () => {
  test("show row counts and keep the selected value even if no row has it", () => {
    void setInterfaceLanguage("en");
    const counts = teamCounts({ teamRoles: [{ value: "owner", count: 1 }, { value: "viewer", count: 99_999 }, { value: "captain", count: 2 }, { value: "", count: 3 }] });
    expect(teamRoleCounts(counts, DEFAULT_QUERY, "en").map(({ name, count }) => `${name} ${count}`)).toEqual([
      "All 100,005", "Owner 1", "Viewer 99,999", "captain 2", "No role 3",
    ]);
    expect(teamRoleCounts(counts, { ...DEFAULT_QUERY, teamRole: "gone" }, "en").at(-1)).toEqual({ role: "gone", name: "gone", count: "0" });
    const groups = filterGroups(teamCounts({ userRoles: [{ value: "serviceAccount", count: 4 }], members: 7, pending: 1, sso: 2, noSso: 1000 }), DEFAULT_QUERY, "en");
    expect(groups.map(({ choices }) => choices.map(({ text, count }) => `${text} ${count}`))).toEqual([
      ["Service account 4"], ["Members 7", "Invitations 1"], ["With single sign-on 2", "Without single sign-on 1,000"], ["Changed by me 0"],
    ]);
  });

  test("are set by a first choice and removed by a second one", () => {
    const filtered = { ...DEFAULT_QUERY, userRole: "user", state: "pending", sso: false, changedByMe: true } as const;
    for (const [group, value] of [["userRole", "user"], ["state", "pending"], ["sso", false], ["own", true]] as const) {
      const field = group === "own" ? "changedByMe" : group;
      const empty = group === "own" ? false : null;
      const counts = teamCounts({ userRoles: [{ value: "user", count: 1 }] });
      const choices = (query: typeof DEFAULT_QUERY) => filterGroups(counts, query, "en").find(({ id }) => id === group)?.choices ?? [];
      expect(choices(filtered).filter(({ chosen }) => chosen).map(({ change }) => change)).toEqual([{ [field]: empty }]);
      expect(choices(DEFAULT_QUERY).map(({ change }) => change)).toContainEqual({ [field]: value });
    }
  });

  test("combine tags, of which the chosen ones come first, even if no row has them", () => {
    void setInterfaceLanguage("en");
    const counts = teamCounts({ tags: [{ value: "Design", count: 2 }, { value: "docs", count: 3 }, { value: "sales", count: 1 }] });
    const query = { ...DEFAULT_QUERY, tags: ["sales", "gone"] };
    const choices = tagChoices(counts, query, "D", "en");
    expect(choices.map(({ text, count, chosen }) => [text, count, chosen])).toEqual([["sales", "1", true], ["gone", "0", true], ["Design", "2", false], ["docs", "3", false]]);
    expect([choices[0]?.change, choices[2]?.change]).toEqual([{ tags: ["gone"] }, { tags: ["sales", "gone", "Design"] }]);
    expect(activeFilters(query).map(({ text, change }) => [text, change])).toEqual([["sales", { tags: ["gone"] }], ["gone", { tags: ["sales"] }]]);
    expect(activeFilters({ ...DEFAULT_QUERY, userRole: "user", state: "member", sso: true, changedByMe: true }).map(({ text }) => text))
      .toEqual(["User", "Members", "With single sign-on", "Changed by me"]);
  });
});

describe("the orders", () => {
  const columns: (TeamColumn | null)[] = [null, "name", "email", "teamRole", "userRole", "tags", "since"];

  test("all have a name that says the direction", () => {
    for (const locale of ["en", "es"] as const) {
      void setInterfaceLanguage(locale);
      const phrases = columns.flatMap((sort) => (sort === null ? [false] : [false, true]).map((descending) => orderPhrase({ ...DEFAULT_QUERY, sort, descending })));
      expect(new Set(phrases).size).toBe(phrases.length);
      expect(phrases).not.toContain("");
      expect(new Set(ORDERS.map(({ name }) => name())).size).toBe(ORDERS.length);
    }
    expect(orderIndex(DEFAULT_QUERY)).toBe(0);
    expect(orderIndex({ ...DEFAULT_QUERY, sort: "email", descending: true })).toBe(-1);
  });
});

describe("the list state", () => {
  const inputs = { found: 3 as number | null, filtered: false, offline: false };
  const neverRead = { total: 0, asOf: null };

  test("is the list or the reason why there are no rows", () => {
    expect(listState(null, inputs)).toBe("loading");
    expect(listState(teamView({ loaded: false }), inputs)).toBe("loading");
    expect(listState(teamView({}), { ...inputs, found: null })).toBe("loading");
    expect(listState(teamView({}), inputs)).toBe("list");
    expect(listState(teamView({}), { ...inputs, found: 0, filtered: true })).toBe("noMatch");
    expect(listState(teamView({ total: 0 }), inputs)).toBe("empty");
  });

  test("tells why the team has not been read yet", () => {
    expect(listState(teamView({ ...neverRead, refreshing: { done: 0, total: null } }), inputs)).toBe("firstLoad");
    expect(listState(teamView({ ...neverRead, error: failure("forbidden") }), inputs)).toBe("forbidden");
    expect(listState(teamView({ ...neverRead, error: failure("network") }), inputs)).toBe("neverLoadedOffline");
    expect(listState(teamView(neverRead), { ...inputs, offline: true })).toBe("neverLoadedOffline");
    expect(listState(teamView({ ...neverRead, error: failure("unreadable") }), inputs)).toBe("neverLoaded");
  });

  test("is noOrganization only once the organizations are known", () => {
    const none = { organization: null, organizations: [] };
    expect(listState(teamView({ ...none }), inputs)).toBe("noOrganization");
    expect(listState(teamView({ ...none, refreshing: { done: 0, total: null } }), inputs)).toBe("loading");
    expect(listState(teamView({ ...none, error: failure("network") }), inputs)).toBe("neverLoaded");
  });
});
