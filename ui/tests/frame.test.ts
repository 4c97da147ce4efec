import { beforeEach, describe, expect, test } from "vitest";

import AccountList from "../src/app/AccountList.svelte";
import { notices } from "../src/app/notices";
import Breakable from "../src/components/Breakable.svelte";
import { footText, teamLine } from "../src/features/sync/foot";
import type { Snapshot, SyncView, TeamView } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { listedAccounts } from "../src/state/accounts";
import { html, receiveSnapshot } from "./page";
import { account, failure, snapshot, sync, teamView } from "./samples";

beforeEach(() => setInterfaceLanguage("en"));

describe("the list of accounts", () => {
  const [first, second, third] = [account(1), account(2, { unsent: 2 }), account(3)];
  const ids = (change: Pick<Snapshot, "account" | "otherAccounts">) => listedAccounts(change).map(({ id }) => id);

  test("has the same order whichever account is active", () => {
    expect(ids({ account: first, otherAccounts: [second, third] })).toEqual([1, 2, 3]);
    expect(ids({ account: third, otherAccounts: [first, second] })).toEqual([1, 2, 3]);
    expect(ids({ account: second, otherAccounts: [third, first] })).toEqual([1, 2, 3]);
    expect(ids({ account: null, otherAccounts: [third, first] })).toEqual([1, 3]);
  });

  test("marks the active account, and shows the shortcuts and the unsent changes of the others", () => {
    receiveSnapshot({ account: first, otherAccounts: [third, second] });
    const rows = html(AccountList, { choose: () => {} }).split("<li>").slice(1);
    expect(rows.map((row) => /<kbd[^>]*>(.*?)<\/kbd>/.exec(row)?.[1] ?? null)).toEqual([null, "Ctrl+2", "Ctrl+3"]);
    expect(rows.map((row) => row.includes('aria-current="true"'))).toEqual([true, false, false]);
    expect(rows.map((row) => row.includes("2 changes not sent yet"))).toEqual([false, true, false]);
  });
});

describe("the state at the account button", () => {
  const foot = (change: Partial<SyncView>, conflicts = 0) => footText({ sync: sync(change), team: null }, conflicts);

  test.each([
    ["Up to date", {}],
    ["1 waiting", { unsent: 1 }],
    ["Checking…", { state: "refreshing", unsent: 1 }],
    ["Sending…", { state: "sending", unsent: 1 }],
    ["Offline, 2 waiting", { state: "waitingForNetwork", unsent: 2, error: failure("network") }],
    ["Sync failed, 2 waiting", { state: "waitingForNetwork", unsent: 2, error: failure("intermediary") }],
    ["Sync failed", { state: "stale", error: failure("unreadable") }],
    ["Not checked yet", { state: "stale" }],
    ["Signed out, 1 waiting", { state: "signedOut", unsent: 1 }],
    ["Needs your attention", { state: "refused", unsent: 1 }],
    ["Can't store changes", { state: "storageFailed" }],
  ] as const)("is %s", (text, change) => expect(foot(change)).toBe(text));

  test("is not up to date while the team is not", () => {
    const partial = { loaded: 10, expected: 100 };
    const refreshing = { done: 1, total: 10 };
    const foot = (change: Partial<TeamView>) => footText({ sync: sync(), team: teamView(change) }, 0);
    expect(foot({})).toBe("Up to date");
    expect(foot({ refreshing }), "a complete list is read again in the background").toBe("Up to date");
    expect(foot({ asOf: null, partial, refreshing })).toBe("Loading the team");
    expect([foot({ asOf: null, partial }), foot({ error: failure("unreadable") })]).toEqual(["Team not up to date", "Team not up to date"]);
    expect(footText({ sync: sync({ unsent: 2 }), team: teamView({ partial, refreshing }) }, 0)).toBe("Loading the team, 2 waiting");
    expect(teamLine({ sync: sync({ state: "stale" }), team: teamView({ partial, refreshing }) })).toBe(null);
  });

  test("counts conflicts", () => {
    expect(foot({ state: "conflict", unsent: 3 }, 1)).toBe("1 change to decide");
    expect(foot({ state: "conflict", unsent: 3 }, 2)).toBe("2 changes to decide");
  });
});

test("an address wraps after punctuation marks and stays whole for those who copy it", () => {
  const shown = html(Breakable, { text: "anna.lee+x@mail-1.example.com" });
  expect(shown).toBe("<bdi>anna.<wbr/>lee+<wbr/>x@<wbr/>mail-<wbr/>1.<wbr/>example.<wbr/>com</bdi>");
  expect(html(Breakable, { text: "Anna Lee" })).toBe("<bdi>Anna Lee</bdi>");
});

describe("the notices", () => {
  const shown = (change: Partial<Snapshot>, memoryClosed = false) => notices(snapshot(change), "~/data", memoryClosed);
  const ids = (change: Partial<Snapshot>, memoryClosed = false) => shown(change, memoryClosed).map(({ id }) => id);

  test("come in the order of their importance", () => {
    const refused = sync({ state: "stale", error: failure("intermediary"), signInHelps: true });
    expect(ids({})).toEqual([]);
    expect(ids({ storage: "full", session: "expired", sync: sync({ error: failure("personGone") }) })).toEqual(["personGone", "storage", "session"]);
    expect(ids({ storage: "full", sync: refused, tokenKeeping: "memory" })).toEqual(["storage", "signInHelps", "memory"]);
  });

  test("offer what helps", () => {
    const actions = (change: Partial<Snapshot>) => shown(change)[0]?.actions;
    for (const session of ["expired", "tokenLost", "tokenNotKept", "keyringAbsent"] as const) expect(actions({ session })).toEqual(["signIn"]);
    expect(actions({ session: "keyringLocked" })).toEqual(["unlock", "signIn"]);
    expect(actions({ session: "keyringAmbiguous" })).toEqual(["removeSurplus", "signIn"]);
    expect(actions({ tokenKeeping: "memoryNotSetUp" })).toEqual(["retryKeyring", "close"]);
  });

  test("about the token in memory can be closed", () => {
    expect(ids({ tokenKeeping: "memory" })).toEqual(["memory"]);
    expect(ids({ tokenKeeping: "memory" }, true)).toEqual([]);
  });

  test.each(["en", "es"] as const)("have a sentence that fits the strip in %s", (locale) => {
    void setInterfaceLanguage(locale);
    const states: Partial<Snapshot>[] = [
      { sync: sync({ error: failure("personGone") }) },
      { sync: sync({ state: "stale", error: failure("intermediary"), signInHelps: true }) },
      ...(["movedAside", "newer", "busy", "readOnly", "full", "failed"] as const).map((storage) => ({ storage })),
      ...(["expired", "tokenLost", "tokenNotKept", "keyringAbsent", "keyringLocked", "keyringAmbiguous"] as const).map((session) => ({ session })),
      ...(["memory", "memoryAmbiguous", "memoryNotSetUp"] as const).map((tokenKeeping) => ({ tokenKeeping })),
    ];
    for (const state of states) {
      const { short } = shown(state)[0]!;
      // The column has space for about 85 characters; a button takes up to 25 of them.
      expect(short.length, short).toBeLessThanOrEqual(70);
    }
  });
});
