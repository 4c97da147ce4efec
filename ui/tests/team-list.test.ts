// The pieces of the team's list: what is asked for, what is kept, what keys do, what is marked.

import { describe, expect, test } from "vitest";

import { toneId } from "../src/features/team/cells";
import { asFilter, asOption, states, teamRoles, userRoles } from "../src/features/team/choices";
import { CHUNK, Chunks, KEPT } from "../src/features/team/chunks";
import { Drawn } from "../src/features/team/drawn";
import { isFind, shrinks, wish } from "../src/features/team/keys";
import { pieces } from "../src/features/team/marks";
import { ariaSort, EVERYBODY, furtherFilters, isFiltered, pressed, sameQuery } from "../src/features/team/query";
import type { TeamRow } from "../src/host/types";
import { standing } from "../src/features/team/standing";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, teamCounts, teamRow, teamView } from "./samples";

describe("queries", () => {
  test("are the same when they ask for the same", () => {
    expect(sameQuery(EVERYBODY, { ...EVERYBODY })).toBe(true);
    expect(sameQuery(EVERYBODY, { ...EVERYBODY, descending: true })).toBe(false);
  });

  test("leave somebody out by search or filter, not by order", () => {
    expect(isFiltered({ ...EVERYBODY, search: "  ", sort: "name" })).toBe(false);
    expect(isFiltered({ ...EVERYBODY, search: "a" })).toBe(true);
    expect(isFiltered({ ...EVERYBODY, teamRole: "" })).toBe(true);
    expect(furtherFilters({ ...EVERYBODY, teamRole: "owner", tag: "x", state: "pending" })).toBe(2);
  });

  test("turn round with each press, and the third one takes the order away", () => {
    let query = { ...EVERYBODY };
    const orders = [1, 2, 3].map(() => {
      query = { ...query, ...pressed(query, "email") };
      return ariaSort(query, "email");
    });
    expect(orders).toEqual(["ascending", "descending", undefined]);
    expect(ariaSort({ ...EVERYBODY, sort: "name" }, "email")).toBeUndefined();
  });
});

describe("marks", () => {
  const texts = (text: string, marks: [number, number][]) => pieces(text, marks).map(({ text, found }) => (found ? `[${text}]` : text)).join("");

  test("cut a text into what was found and what was not", () => {
    expect(texts("Zoë Núñez", [[0, 3], [4, 6]])).toBe("[Zoë] [Nú]ñez");
    expect(texts("all", [[0, 3]])).toBe("[all]");
    expect(texts("", [])).toBe("");
  });

  test("that lie outside or over each other lose nothing of the text", () => {
    expect(texts("short", [[3, 99], [4, 5], [9, 12]])).toBe("sho[rt]");
  });
});

describe("chunks", () => {
  const rows = (number: number) => Array.from({ length: CHUNK }, (_, at) => teamRow({ id: `${number}-${at}` }));

  test("give rows by place and places by row", () => {
    const chunks = new Chunks<TeamRow>().with(2, rows(2), 0);
    expect(chunks.row(2 * CHUNK + 5)?.id).toBe("2-5");
    expect(chunks.row(5)).toBeNull();
    expect(chunks.find(({ id }) => id === "2-5")).toBe(2 * CHUNK + 5);
    expect(chunks.find(({ id }) => id === "elsewhere")).toBeNull();
  });

  test("are asked for where one looks first, then around", () => {
    const found = 10 * CHUNK;
    expect(new Chunks().missing([450, 510], found, 0)).toEqual([4, 5, 6, 3, 7]);
    expect(new Chunks().missing([0, 20], 150, 0)).toEqual([0, 1]);
    expect(new Chunks().missing([0, 20], 0, 0), "somebody may have come").toEqual([0]);
    expect(new Chunks().with(0, [], 0).missing([0, 20], 0, 0)).toEqual([]);
    expect(new Chunks().with(0, rows(0), 0).missing([0, 20], found, 0)).toEqual([1, 2]);
  });

  test("of an earlier turn are shown and asked for again", () => {
    const chunks = new Chunks<TeamRow>().with(0, rows(0), 0);
    expect(chunks.row(0)?.id).toBe("0-0");
    expect(chunks.missing([0, 20], CHUNK, 1)).toEqual([0]);
    expect([chunks.isDue(0, 0), chunks.isDue(0, 1), chunks.isDue(1, 0)]).toEqual([false, true, true]);
  });

  test("are kept in a limited number, those nearby", () => {
    let chunks = new Chunks<TeamRow>();
    for (let number = 0; number < KEPT + 10; number += 1) chunks = chunks.with(number, rows(number), 0);
    expect(chunks.size).toBe(KEPT);
    expect(chunks.row(0)).toBeNull();
    expect(chunks.row((KEPT + 9) * CHUNK)).not.toBeNull();
  });

  test("beyond the end go", () => {
    const chunks = new Chunks<TeamRow>().with(0, rows(0), 0).with(3, rows(3), 0);
    expect(chunks.upTo(2 * CHUNK).size).toBe(1);
    expect(chunks.upTo(4 * CHUNK)).toBe(chunks);
  });
});

describe("rows that are drawn", () => {
  const keys = (drawn: Drawn) => [...new Set(drawn.places)].map((place) => drawn.key(place));
  const apart = (drawn: Drawn) => new Set(keys(drawn)).size === keys(drawn).length;

  test("take over the keys of those that go", () => {
    const before = Drawn.NONE.next(100, 20, 5, []);
    for (const first of [103, 129, 175, 99_970]) {
      const after = before.next(first, 20, 5, []);
      expect(new Set(keys(after))).toEqual(new Set(keys(before)));
      expect([Math.min(...after.places), Math.max(...after.places)]).toEqual([first - 5, first + 24]);
    }
  });

  test("stay under their key while both are in sight", () => {
    const before = Drawn.NONE.next(10, 30, 0, []);
    const after = before.next(20, 30, 0, []);
    for (let place = 20; place < 40; place += 1) expect(after.key(place)).toBe(before.key(place));
  });

  test("are none above the first one", () => {
    expect(Drawn.NONE.next(2, 10, 5, []).places).toEqual(Array.from({ length: 17 }, (_, at) => at));
  });

  test("have keys apart, and those that are kept have the same wherever one looks", () => {
    let drawn = Drawn.NONE.next(0, 30, 0, [5, 5]);
    const own = drawn.key(5);
    for (const [first, kept] of [[20, 5], [35, 5], [5, 5], [200, 205], [0, 205], [0, 5]] as const) {
      const key = drawn.key(kept);
      drawn = drawn.next(first, 30, 0, [5, kept]);
      expect([drawn.key(5), drawn.key(kept)]).toEqual([own, key]);
      expect(apart(drawn)).toBe(true);
    }
  });

  test("of another number keep what is kept, and keys apart", () => {
    const before = Drawn.NONE.next(40, 30, 0, [5, 45]);
    const after = before.next(40, 40, 5, [5, 45]);
    expect([5, 45].map((place) => after.key(place))).toEqual([5, 45].map((place) => before.key(place)));
    expect(apart(after)).toBe(true);
  });
});

test("initials have the colour of the person, also where the row has an id of its own", () => {
  expect(toneId(teamRow({ id: "r1", userId: "u1" }))).toBe("u1");
  expect(toneId(teamRow({ id: "r1", userId: null }))).toBe("r1");
});

describe("keys", () => {
  const key = (key: string, more: Partial<KeyboardEvent> = {}) =>
    ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  const at = { active: 50, found: 100, page: 10 };
  const to = (name: string, where = at) => wish(key(name), where);

  test("move within the list", () => {
    const places = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].map((name) => to(name));
    expect(places).toEqual([51, 49, 60, 40, 0, 99].map((place) => ({ kind: "move", to: place, extend: false })));
    expect(to("PageDown", { ...at, active: 95 })).toEqual({ kind: "move", to: 99, extend: false });
    expect(to("ArrowUp", { ...at, active: 0 })).toEqual({ kind: "move", to: 0, extend: false });
    expect(to("ArrowDown", { ...at, found: 0 })).toBeNull();
  });

  test("select", () => {
    expect(wish(key("ArrowDown", { shiftKey: true }), at)).toEqual({ kind: "move", to: 51, extend: true });
    expect(wish(key(" "), at)).toEqual({ kind: "toggle" });
    expect(wish(key(" ", { shiftKey: true }), at)).toEqual({ kind: "reach" });
    expect(wish(key("a", { ctrlKey: true }), at)).toEqual({ kind: "all" });
    expect(wish(key("A", { metaKey: true }), at)).toEqual({ kind: "all" });
    expect(wish(key("ф", { ctrlKey: true, code: "KeyA" }), at)).toEqual({ kind: "all" });
    expect(wish(key("Escape"), at)).toEqual({ kind: "none" });
  });

  test("open, and leave other keys alone", () => {
    expect(wish(key("Enter"), at)).toEqual({ kind: "open" });
    expect(["a", "Tab", "F5"].map((name) => wish(key(name), at))).toEqual([null, null, null]);
    expect(wish(key("ArrowUp", { altKey: true }), at)).toBeNull();
    expect(isFind(key("f", { metaKey: true }))).toBe(true);
    expect(isFind(key("f"))).toBe(false);
  });

  test("go back within a range when they come nearer to its beginning", () => {
    expect(shrinks(5, 8, 7)).toBe(true);
    expect(shrinks(5, 6, 5)).toBe(true);
    expect(shrinks(5, 2, 3)).toBe(true);
    expect(shrinks(5, 8, 9)).toBe(false);
    expect(shrinks(5, 8, 2)).toBe(false);
    expect(shrinks(5, 5, 6)).toBe(false);
  });
});

describe("choices", () => {
  test("tell no filter from the empty role", () => {
    expect(asFilter(asOption(null))).toBeNull();
    expect(asFilter(asOption(""))).toBe("");
    expect(asFilter(asOption("admin"))).toBe("admin");
  });

  test("say how many rows they leave, and keep what is chosen", () => {
    overwriteGetLocale(() => "en");
    const counts = teamCounts({ teamRoles: [{ value: "owner", count: 1 }, { value: "viewer", count: 99_999 }, { value: "captain", count: 2 }, { value: "", count: 3 }] });
    expect(teamRoles(counts, EVERYBODY, "en").map(({ name, count }) => `${name} ${count}`)).toEqual([
      "All 100,005", "Owner 1", "Viewer 99,999", "captain 2", "No role 3",
    ]);
    expect(teamRoles(counts, { ...EVERYBODY, teamRole: "gone" }, "en").at(-1)).toEqual({ role: "gone", name: "gone", count: "0" });
    expect(userRoles(teamCounts({ userRoles: [{ value: "serviceAccount", count: 4 }] }), EVERYBODY, "en").map(({ text }) => text)).toEqual(["All", "Service account (4)"]);
    expect(states(teamCounts({ members: 7, pending: 1 }), "en").map(({ text }) => text)).toEqual(["All", "Members (7)", "Invitations (1)"]);
  });
});

describe("what stands in the place of the list", () => {
  const known = { found: 3 as number | null, filtered: false, offline: false };
  const empty = { total: 0, asOf: null };

  test("is the list, or why there is none", () => {
    expect(standing(null, known)).toBe("loading");
    expect(standing(teamView({ loaded: false }), known)).toBe("loading");
    expect(standing(teamView({}), { ...known, found: null })).toBe("loading");
    expect(standing(teamView({}), known)).toBe("list");
    expect(standing(teamView({}), { ...known, found: 0, filtered: true })).toBe("noMatch");
    expect(standing(teamView({ total: 0 }), known)).toBe("nobody");
  });

  test("says why nothing was read", () => {
    expect(standing(teamView({ ...empty, refreshing: { done: 0, total: null } }), known)).toBe("firstReading");
    expect(standing(teamView({ ...empty, error: failure("forbidden") }), known)).toBe("forbidden");
    expect(standing(teamView({ ...empty, error: failure("network") }), known)).toBe("neverOffline");
    expect(standing(teamView(empty), { ...known, offline: true })).toBe("neverOffline");
    expect(standing(teamView({ ...empty, error: failure("unreadable") }), known)).toBe("never");
  });

  test("says that somebody belongs to no organization once that is known", () => {
    const none = { organization: null, organizations: [] };
    expect(standing(teamView({ ...none }), known)).toBe("noOrganization");
    expect(standing(teamView({ ...none, refreshing: { done: 0, total: null } }), known)).toBe("loading");
    expect(standing(teamView({ ...none, error: failure("network") }), known)).toBe("never");
  });
});
