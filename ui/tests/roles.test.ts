// Changing one role and undoing it. The fake shell holds each call until the test resolves or rejects it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { errorText } from "../src/errors/table";
import { Countdown } from "../src/state/countdown";
import { failureText } from "../src/features/team/roles/change-failures.svelte";
import { consequences, offerDenialText, questionText, roleOptions } from "../src/features/team/roles/role-options";
import { VISIBLE_MS } from "../src/features/team/roles/undo.svelte";
import { TeamState } from "../src/features/team/state";
import type { RoleDialog, RoleOffer, TeamRoleChoice, TeamRow, TeamView } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { app } from "../src/state/app.svelte";
import { host, settle } from "./host";
import { failure, snapshot, teamRow, teamView } from "./samples";

host.hold = true;
let { roleChange, undoNotice } = new TeamState();

const choice = (role: string, more: Partial<TeamRoleChoice> = {}): TeamRoleChoice => ({ role, gained: [], lost: [], confirmation: null, canUndo: true, ...more });
const offer = (role: string, choices: TeamRoleChoice[], reason: string | null = null): RoleOffer => ({ role, choices, reason });
const dialog = (more: Partial<RoleDialog> = {}): RoleDialog => ({
  id: "c1", name: "Anna", email: "anna@example.com", isSelf: false,
  team: offer("editor", [choice("admin", { confirmation: "givesAdmin", gained: ["manageTeam"] }), choice("viewer", { lost: ["editContent"] })]),
  user: null,
  ...more,
});
/** A change to viewer that has failed. */
const failed = { id: "c1", name: "Anna", kind: "team", error: failure("rejected"), isMade: (row: TeamRow) => row.teamRole === "viewer" } as const;
const view = (more: Partial<TeamView> = {}) => teamView({ total: 1, ...more });

const pendingCalls = (count: number) => vi.waitFor(() => expect(host.pending).toHaveLength(count));

const anchor = { isConnected: true } as HTMLElement;

/** Opens the menu of a row and resolves its load. */
async function open(loaded: RoleDialog, kind: "team" | "user" = "team"): Promise<void> {
  void roleChange.openMenu(loaded.id, kind, anchor);
  await pendingCalls(1);
  host.pending.shift()?.resolve(loaded);
  await settle();
}

beforeEach(() => {
  app.snapshot = snapshot({ team: view() });
  ({ roleChange, undoNotice } = new TeamState());
});
afterEach(async () => {
  vi.useRealTimers();
  // End all pending calls before the next test.
  for (const { reject } of host.pending) reject(failure("cancelled"));
  await settle();
});

describe("the role options", () => {
  test("are sorted by rights and include the current role", () => {
    const shown = roleOptions("team", dialog().team);
    expect(shown.map(({ name, isCurrent }) => [name, isCurrent])).toEqual([["Admin", false], ["Editor", true], ["Viewer", false]]);
    expect(shown.every(({ description }) => description.endsWith("."))).toBe(true);
    expect(roleOptions("team", offer("captain", [choice("viewer")])).map(({ name, description }) => [name, description !== ""])).toEqual([["captain", false], ["Viewer", true]]);
    expect(roleOptions("user", offer("user", [choice("admin")])).map(({ name }) => name)).toEqual(["Administrator", "User"]);
  });

  test("have a different text for every reason why the role cannot be changed", () => {
    const reasons = ["noRight", "ownOwnership", "takesOwner", "onlyOwners", "onlyAdmins", "takesServiceAccount", "unknown-reason"];
    for (const locale of ["en", "es"] as const) {
      void setInterfaceLanguage(locale);
      const texts = reasons.map((reason) => offerDenialText("team", offer("owner", [], reason)));
      expect(new Set(texts).size).toBe(reasons.length);
      expect(texts.every((text) => text.endsWith("."))).toBe(true);
    }
    expect(offerDenialText("team", dialog().team)).toBe("");
  });

  test("list gained and lost abilities, and warn if the change is final", () => {
    expect(consequences("team", "editor", choice("admin", { gained: ["viewContent", "manageTeam"] }))).toEqual([
      "Gains: viewing content and changing the roles of editors, viewers and unassigned people.",
    ]);
    expect(consequences("team", "editor", choice("viewer", { lost: ["editContent"] }))).toEqual(["Loses: editing content."]);
    expect(consequences("team", "captain", choice("viewer", { canUndo: false }))).toEqual([
      "Lapel doesn't know the role “captain”, so it can't show what is gained or lost.",
      "This can't be undone: “captain” is not a role Lapel can assign.",
    ]);
    expect(consequences("user", "admin", choice("user", { canUndo: false, confirmation: "stepsDown" })).at(-1)).toContain("only someone else");
  });

  test("have a question for each critical change", () => {
    const steps = choice("viewer", { confirmation: "stepsDown", lost: ["manageTeam"] });
    expect(questionText("team", dialog(), "admin", steps).title).toBe("Step down as Admin?");
    expect(questionText("team", dialog(), "admin", steps).text).toContain("Only an owner");
    expect(questionText("user", dialog(), "admin", steps).text).toContain("administrator of the service");
    expect(questionText("team", dialog(), "editor", choice("admin", { confirmation: "givesAdmin" })).title).toBe("Make Anna an admin?");
    expect(questionText("team", dialog(), "captain", choice("viewer", { canUndo: false })).title).toBe("Give Anna the role Viewer?");
  });
});

describe("the menu of roles", () => {
  test("sends one change with the displayed role as the old role, and shows it until the answer", async () => {
    await open(dialog());
    roleChange.choose("viewer");
    expect(roleChange.menu).toBeNull();
    expect([roleChange.pendingRole("c1", "team"), roleChange.pendingRole("c1", "user")]).toEqual(["viewer", null]);
    await roleChange.openMenu("c1", "team", anchor);
    expect(roleChange.menu, "no second change before the answer").toBeNull();
    await pendingCalls(1);
    expect(host.pending[0]).toMatchObject({ command: "change_role", payload: { request: { id: "c1", kind: "team", from: "editor", to: "viewer" } } });
    host.pending.shift()?.resolve({ revision: 0, value: { id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true } });
    await settle();
    expect(roleChange.pendingRole("c1", "team")).toBeNull();
    expect([undoNotice.text, undoNotice.canUndo]).toEqual(["Anna: Editor → Viewer", true]);
  });

  test("asks before somebody becomes an admin and before a final change", async () => {
    for (const choices of [[choice("admin", { confirmation: "givesAdmin" })], [choice("admin", { canUndo: false })]]) {
      await open(dialog({ team: offer("editor", choices) }));
      roleChange.choose("admin");
      expect(roleChange.question).not.toBeNull();
      roleChange.answer(false);
      expect([roleChange.question, host.pending]).toEqual([null, []]);
    }
    await open(dialog());
    roleChange.choose("admin");
    roleChange.answer(true);
    await pendingCalls(1);
  });

  test("sends nothing for the present role, and nothing without a connection or session", async () => {
    await open(dialog());
    roleChange.choose("editor");
    for (const reason of ["offline", "signedOut"] as const) {
      app.snapshot = snapshot({ team: view({ rights: { teamRoles: ["viewer"], userRoles: [], tags: false, reason } }) });
      await open(dialog());
      expect(roleChange.blockedText).toMatch(reason === "offline" ? /be online/ : /Sign in again/);
      roleChange.choose("viewer");
    }
    expect(host.pending).toEqual([]);
  });

  test("says that the change may have been made if only the response may be lost", async () => {
    const outcomeUnknown = "The change may have gone through anyway. The list will show it after the next refresh.";
    for (const code of ["intermediary", "network", "transient", "redirected", "unreadable"] as const) {
      await open(dialog());
      roleChange.choose("viewer");
      await pendingCalls(1);
      host.pending.shift()?.reject(failure(code));
      await settle();
      expect(undoNotice.failures.all.map(failureText), code).toEqual([`Anna: ${errorText(failure(code))} ${outcomeUnknown}`]);
    }
    undoNotice.showFailure({ ...failed, error: failure("transient", { problem: "unchanged" }) });
    expect(undoNotice.failures.all.map(failureText)).toEqual([`Anna: ${errorText(failure("transient"))} The role wasn't changed.`]);
  });

  test("keeps the failure of one person while others are changed, until it is dismissed or their change succeeds", async () => {
    undoNotice.showFailure(failed);
    undoNotice.showFailure({ ...failed, id: "c2", name: "Bea" });
    undoNotice.show({ id: "c3", name: "Cleo", kind: "team", from: "editor", to: "viewer", canUndo: true });
    expect(undoNotice.failures.all.map(({ id }) => id)).toEqual(["c1", "c2"]);
    undoNotice.show({ id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true });
    expect(undoNotice.failures.all.map(({ id }) => id)).toEqual(["c2"]);
    undoNotice.failures.dismiss();
    expect([undoNotice.failures.all, undoNotice.text]).toEqual([[], "Anna: Editor → Viewer"]);
  });

  test("has one notice for all failures, with their number", async () => {
    undoNotice.showFailure(failed);
    expect(undoNotice.failures.text).toBe(failureText(failed));
    for (let number = 2; number <= 12; number += 1) undoNotice.showFailure({ ...failed, id: `c${number}` });
    expect(undoNotice.failures.text).toBe("12 changes failed");
  });

  test("that failed because the session had ended are no failures any more after the sign-in", () => {
    undoNotice.showFailure({ ...failed, error: failure("signedOut") });
    undoNotice.showFailure({ ...failed, id: "c2", name: "Bea" });
    undoNotice.failures.forgetSignedOut();
    expect(undoNotice.failures.all.map(({ id }) => id)).toEqual(["c2"]);
  });

  test("whose response was lost is no failure any more once a refresh shows that it was made", async () => {
    const lost = { ...failed, error: failure("network") };
    const other = { ...lost, id: "c2", name: "Bea" };
    const refreshing = { done: 0, total: 1 };
    const rows: Record<string, string> = { c1: "viewer", c2: "editor" };
    host.responses["team_rows"] = ({ query }) => ({ found: 1, rows: [{ ...teamRow({ id: query.search }), teamRole: rows[query.search] }] });
    // This refresh begins before the failures.
    undoNotice.applyTeam(view({ asOf: 1, refreshing }));
    await new Promise((done) => setTimeout(done, 5));
    undoNotice.showFailure(lost);
    undoNotice.showFailure(other);
    undoNotice.showFailure({ ...failed, id: "c3" });
    undoNotice.applyTeam(view({ asOf: 2 }));
    await settle();
    expect(undoNotice.failures.all.map(({ id }) => id)).toEqual(["c1", "c2", "c3"]);
    undoNotice.applyTeam(view({ asOf: 2, refreshing }));
    undoNotice.applyTeam(view({ asOf: 3 }));
    await settle();
    expect(undoNotice.failures.all.map(({ id }) => id)).toEqual(["c2", "c3"]);
    expect(undoNotice.failures.all.map(failureText)[0]).toMatch(/The role wasn't changed\.$/);
    delete host.responses["team_rows"];
  });

  test("says why the roles could not be read", async () => {
    void roleChange.openMenu("c1", "team", anchor);
    await pendingCalls(1);
    host.pending.shift()?.reject(failure("rowGone"));
    await settle();
    expect(roleChange.failure?.code).toBe("rowGone");
  });

  test("ignores a late response for another row", async () => {
    void roleChange.openMenu("c1", "team", anchor);
    await pendingCalls(1);
    void roleChange.openMenu("c2", "team", anchor);
    await pendingCalls(2);
    host.pending[1]?.resolve(dialog({ id: "c2", name: "Two" }));
    host.pending[0]?.resolve(dialog({ id: "c1", name: "One" }));
    await settle();
    expect(roleChange.dialog?.name).toBe("Two");
  });
});

describe("the undo notice", () => {
  const made = { id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true } as const;

  test("disappears after a while, but not while it has the focus or the pointer", () => {
    vi.useFakeTimers();
    undoNotice.show(made);
    vi.advanceTimersByTime(VISIBLE_MS - 1000);
    undoNotice.hold("pointer");
    undoNotice.hold("focus");
    vi.advanceTimersByTime(VISIBLE_MS);
    undoNotice.release("pointer");
    vi.advanceTimersByTime(VISIBLE_MS);
    expect(undoNotice.open).toBe(true);
    undoNotice.release("focus");
    vi.advanceTimersByTime(999);
    expect(undoNotice.open).toBe(true);
    vi.advanceTimersByTime(1);
    expect(undoNotice.open).toBe(false);
  });

  test("restores the previous role and reports it", async () => {
    undoNotice.show(made);
    const running = undoNotice.undo();
    void undoNotice.undo();
    await pendingCalls(1);
    expect(host.pending[0]?.payload).toEqual({ request: { id: "c1", kind: "team", from: "viewer", to: "editor" } });
    host.pending[0]?.resolve({ revision: 0, value: { ...made, from: "viewer", to: "editor" } });
    await running;
    expect(undoNotice.text).toBe("Undone. Anna: Viewer → Editor");
    expect(undoNotice.canUndo).toBe(false);
  });

  test("reports a failed undo, offers it again and does not disappear", async () => {
    undoNotice.show(made);
    const running = undoNotice.undo();
    await pendingCalls(1);
    host.pending[0]?.reject(failure("network"));
    await running;
    expect(undoNotice.text).toContain("can't be reached");
    expect(undoNotice.canUndo).toBe(true);
  });

  test("does not offer another undo that would fail again", async () => {
    undoNotice.show(made);
    const running = undoNotice.undo();
    await pendingCalls(1);
    host.pending[0]?.reject(failure("roleMoved", { problem: "admin" }));
    await running;
    expect(undoNotice.text).toContain("“Admin”");
    expect(undoNotice.canUndo).toBe(false);
  });

  test("disappears when another team is shown", () => {
    undoNotice.applyTeam(view({ organization: "o1" }));
    undoNotice.show(made);
    undoNotice.applyTeam(null);
    undoNotice.applyTeam(view({ organization: "o1" }));
    expect(undoNotice.open).toBe(true);
    undoNotice.applyTeam(view({ organization: "o2" }));
    expect(undoNotice.open).toBe(false);
  });

  test("offers no undo for a final change", () => {
    undoNotice.show({ ...made, canUndo: false });
    expect(undoNotice.open).toBe(true);
    expect(undoNotice.canUndo).toBe(false);
  });
});

describe("a countdown", () => {
  test("restarts with each start and never calls back after stop", () => {
    vi.useFakeTimers();
    const onEnd = vi.fn();
    const countdown = new Countdown(onEnd);
    countdown.start(100);
    vi.advanceTimersByTime(90);
    countdown.start(100);
    vi.advanceTimersByTime(90);
    expect(onEnd).not.toHaveBeenCalled();
    countdown.stop();
    countdown.hold("a");
    countdown.release("a");
    vi.advanceTimersByTime(1000);
    expect(onEnd).not.toHaveBeenCalled();
  });

  test("that is held when it starts runs only after the release", () => {
    vi.useFakeTimers();
    const onEnd = vi.fn();
    const countdown = new Countdown(onEnd);
    countdown.hold("a");
    countdown.start(100);
    vi.advanceTimersByTime(1000);
    countdown.release("a");
    vi.advanceTimersByTime(100);
    expect(onEnd).toHaveBeenCalledOnce();
  });
});
