// Changing one role and undoing it. The fake shell holds each call until the test resolves or rejects it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { errorText } from "../src/errors/table";
import { Countdown } from "../src/state/countdown";
import { confirmationText, consequences, offerDenialText, roleOptions, selectableKinds } from "../src/features/team/roles/role-options";
import { VISIBLE_MS } from "../src/features/team/roles/undo.svelte";
import { TeamState } from "../src/features/team/state";
import type { RoleDialog, RoleOffer, TeamRoleChoice, TeamView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { app } from "../src/state/app.svelte";
import { host, settle } from "./host";
import { failure, snapshot, teamView } from "./samples";

host.hold = true;
let { overlay, roleChange, undoNotice } = new TeamState();

const choice = (role: string, more: Partial<TeamRoleChoice> = {}): TeamRoleChoice => ({ role, gained: [], lost: [], confirmation: null, canUndo: true, ...more });
const offer = (role: string, choices: TeamRoleChoice[], reason: string | null = null): RoleOffer => ({ role, choices, reason });
const dialog = (more: Partial<RoleDialog> = {}): RoleDialog => ({
  id: "c1", name: "Anna", email: "anna@example.com", isSelf: false,
  team: offer("editor", [choice("admin", { confirmation: "givesAdmin", gained: ["manageTeam"] }), choice("viewer", { lost: ["editContent"] })]),
  user: null,
  ...more,
});
const view = (more: Partial<TeamView> = {}) => teamView({ total: 1, ...more });

const pendingCalls = (count: number) => vi.waitFor(() => expect(host.pending).toHaveLength(count));

/** Opens the dialog and resolves its load. */
async function open(loaded: RoleDialog): Promise<void> {
  overlay.open({ kind: "role", id: loaded.id });
  roleChange.setRow(loaded.id);
  await pendingCalls(1);
  host.pending.shift()?.resolve(loaded);
  await settle();
}

beforeEach(() => {
  app.snapshot = snapshot({ team: view() });
  ({ overlay, roleChange, undoNotice } = new TeamState());
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

  test("include the user role only if it can be changed or if neither role can", () => {
    const none = offer("user", [], "noRight");
    expect(selectableKinds(dialog())).toEqual(["team"]);
    expect(selectableKinds(dialog({ user: none }))).toEqual(["team"]);
    expect(selectableKinds(dialog({ user: offer("user", [choice("admin")]) }))).toEqual(["team", "user"]);
    expect(selectableKinds(dialog({ team: offer("owner", [], "takesOwner"), user: none }))).toEqual(["team", "user"]);
  });

  test("have a different text for every reason why the role cannot be changed", () => {
    const reasons = ["noRight", "ownOwnership", "takesOwner", "onlyOwners", "onlyAdmins", "takesServiceAccount", "unknown-reason"];
    for (const locale of ["en", "es"] as const) {
      overwriteGetLocale(() => locale);
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

  test("have a confirmation text for each critical change", () => {
    const steps = choice("viewer", { confirmation: "stepsDown", lost: ["manageTeam"] });
    expect(confirmationText("team", dialog(), "admin", steps).title).toBe("Step down as Admin?");
    expect(confirmationText("team", dialog(), "admin", steps).text).toContain("Only an owner");
    expect(confirmationText("user", dialog(), "admin", steps).text).toContain("administrator of the service");
    expect(confirmationText("team", dialog(), "editor", choice("admin", { confirmation: "givesAdmin" })).title).toBe("Make Anna an admin?");
  });
});

describe("the dialog", () => {
  test("sends one change with the displayed role as the old role, then closes", async () => {
    await open(dialog());
    await roleChange.submit();
    expect(host.pending).toEqual([]);
    roleChange.selectRole("viewer");
    const running = roleChange.submit();
    void roleChange.submit();
    expect(roleChange.busy).toBe(true);
    await pendingCalls(1);
    expect(host.pending[0]).toMatchObject({ command: "change_role", payload: { request: { id: "c1", kind: "team", from: "editor", to: "viewer" } } });
    host.pending[0]?.resolve({ revision: 0, value: { id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true } });
    await running;
    expect(overlay.current).toBeNull();
    expect(undoNotice.text).toBe("Anna: Editor → Viewer");
    expect(undoNotice.canUndo).toBe(true);
  });

  test("asks for confirmation before somebody becomes an admin, and can go back", async () => {
    await open(dialog());
    roleChange.selectRole("admin");
    await roleChange.submit();
    expect(roleChange.confirming).toBe(true);
    expect(host.pending).toEqual([]);
    roleChange.back();
    expect(roleChange).toMatchObject({ confirming: false, selectedRole: "admin" });
    await roleChange.submit();
    void roleChange.submit();
    await pendingCalls(1);
  });

  test("loads again if the role has changed on the server, and keeps the selected role if still possible", async () => {
    await open(dialog());
    roleChange.selectRole("viewer");
    const running = roleChange.submit();
    await pendingCalls(1);
    host.pending.shift()?.reject(failure("roleMoved", { problem: "admin" }));
    await pendingCalls(1);
    expect(host.pending[0]?.command).toBe("role_dialog");
    host.pending.shift()?.resolve(dialog({ team: offer("admin", [choice("editor"), choice("viewer")]) }));
    await running;
    expect(roleChange).toMatchObject({ selectedRole: "viewer", busy: false, confirming: false });
    expect(roleChange.offer?.role).toBe("admin");
    expect(roleChange.failure?.code).toBe("roleMoved");
  });

  test("clears the choice when the current role is selected or the kind changes", async () => {
    await open(dialog({ user: offer("user", [choice("admin")]) }));
    roleChange.selectRole("viewer");
    roleChange.selectRole("editor");
    expect(roleChange.choice).toBeNull();
    roleChange.selectRole("viewer");
    roleChange.selectKind("user");
    expect(roleChange.choice).toBeNull();
    expect(roleChange.offer?.role).toBe("user");
  });

  test("does nothing without a connection", async () => {
    app.snapshot = snapshot({ team: view({ rights: { teamRoles: [], userRoles: [], reason: "offline" } }) });
    await open(dialog());
    roleChange.selectRole("viewer");
    await roleChange.submit();
    expect(roleChange.offline).toBe(true);
    expect(host.pending).toEqual([]);
  });

  test("stays open and reports that the row is gone", async () => {
    await open(dialog());
    roleChange.selectRole("viewer");
    const running = roleChange.submit();
    await pendingCalls(1);
    host.pending[0]?.reject(failure("rowGone"));
    await running;
    expect(roleChange.gone).toBe(true);
    expect(overlay.current).not.toBeNull();
  });

  test("explains that the change may have been made if only the response may be lost", async () => {
    const outcomeUnknown = "The change may have gone through anyway. The list will show it after the next refresh.";
    await open(dialog());
    for (const code of ["intermediary", "network", "transient", "redirected", "unreadable"] as const) {
      roleChange.selectRole("viewer");
      const running = roleChange.submit();
      await pendingCalls(1);
      host.pending.shift()?.reject(failure(code));
      await running;
      expect(roleChange.failureText, code).toBe(`${errorText(failure(code))} ${outcomeUnknown}`);
    }
    roleChange.failure = failure("transient", { problem: "unchanged" });
    expect(roleChange.failureText).toBe(`${errorText(failure("transient"))} The role wasn't changed.`);
    roleChange.failure = failure("rejected");
    expect(roleChange.failureText).toBe("The server refused this.");
  });

  test("does not explain this if loading failed, because no change was sent", async () => {
    roleChange.setRow("c1");
    await pendingCalls(1);
    host.pending[0]?.reject(failure("network"));
    await settle();
    expect(roleChange.failureText).toBe(errorText(failure("network")));
  });

  test("reports a failure in the footer if it was closed before the response", async () => {
    await open(dialog());
    roleChange.selectRole("viewer");
    const running = roleChange.submit();
    await pendingCalls(1);
    roleChange.setRow(null);
    host.pending[0]?.reject(failure("network"));
    await running;
    expect(undoNotice.text).toContain("Anna: The server can't be reached");
    expect(undoNotice.canUndo).toBe(false);
  });

  test("ignores a late response for another row", async () => {
    roleChange.setRow("c1");
    await pendingCalls(1);
    roleChange.setRow("c2");
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
    undoNotice.setOrganization("o1");
    undoNotice.show(made);
    undoNotice.setOrganization(null);
    undoNotice.setOrganization("o1");
    expect(undoNotice.open).toBe(true);
    undoNotice.setOrganization("o2");
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
