// Changing one role and taking it back, with a shell that answers when it is told to.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { errorText } from "../src/errors/table";
import { Countdown } from "../src/features/team/roles/countdown";
import { consequences, denial, kinds, options, question } from "../src/features/team/roles/offer";
import type { RoleDialog, RoleOffer, TeamRoleChoice, TeamView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, snapshot } from "./samples";

const shell = vi.hoisted(() => ({ asked: [] as { command: string; payload: unknown; answer: (value: unknown) => void; refuse: (error: unknown) => void }[] }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, payload: unknown) =>
    new Promise((answer, refuse) => shell.asked.push({ command, payload, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "", dataFolder: "", version: "", languages: [] } });

const { change } = await import("../src/features/team/roles/change.svelte");
const { SHOWN_MS, undo } = await import("../src/features/team/roles/undo.svelte");
const { openOver, over } = await import("../src/features/team/over.svelte");
const { app } = await import("../src/state/app.svelte");

const choice = (role: string, more: Partial<TeamRoleChoice> = {}): TeamRoleChoice => ({ role, gained: [], lost: [], confirmation: null, canUndo: true, ...more });
const offer = (role: string, choices: TeamRoleChoice[], reason: string | null = null): RoleOffer => ({ role, choices, reason });
const dialog = (more: Partial<RoleDialog> = {}): RoleDialog => ({
  id: "c1", name: "Anna", email: "anna@example.com", isSelf: false,
  team: offer("editor", [choice("admin", { confirmation: "givesAdmin", gained: ["manageTeam"] }), choice("viewer", { lost: ["editContent"] })]),
  user: null,
  ...more,
});
const view = (more: Partial<TeamView> = {}): TeamView => ({
  organizations: [], organization: "o1", loaded: true, version: 1, total: 1, asOf: 0, refreshing: null, error: null,
  rights: { teamRoles: ["admin", "editor", "viewer", "unassigned"], userRoles: ["admin", "adminViewer", "user"], reason: null }, batch: null, ...more,
});

const asked = (count: number) => vi.waitFor(() => expect(shell.asked).toHaveLength(count));
const settle = () => new Promise((done) => setTimeout(done));

/** Opens the dialog, with what the shell says about it. */
async function open(answer: RoleDialog): Promise<void> {
  openOver({ kind: "role", id: answer.id });
  change.follow(answer.id);
  await asked(1);
  shell.asked.shift()?.answer(answer);
  await settle();
}

beforeEach(() => {
  overwriteGetLocale(() => "en");
  vi.stubGlobal("navigator", { languages: ["en"] });
  shell.asked = [];
  app.snapshot = snapshot({ team: view() });
  change.follow(null);
  undo.close();
});
afterEach(async () => {
  vi.useRealTimers();
  // Nothing stays under way into the next test.
  for (const { refuse } of shell.asked) refuse(failure("cancelled"));
  await settle();
});

describe("the roles on offer", () => {
  test("stand in the order of their rights, the present one marked", () => {
    const shown = options("team", dialog().team);
    expect(shown.map(({ name, now }) => [name, now])).toEqual([["Admin", false], ["Editor", true], ["Viewer", false]]);
    expect(shown.every(({ line }) => line.endsWith("."))).toBe(true);
    expect(options("team", offer("captain", [choice("viewer")])).map(({ name, line }) => [name, line !== ""])).toEqual([["captain", false], ["Viewer", true]]);
    expect(options("user", offer("user", [choice("admin")])).map(({ name }) => name)).toEqual(["Administrator", "User"]);
  });

  test("are of both kinds only where the second one is of use", () => {
    const none = offer("user", [], "noRight");
    expect(kinds(dialog())).toEqual(["team"]);
    expect(kinds(dialog({ user: none }))).toEqual(["team"]);
    expect(kinds(dialog({ user: offer("user", [choice("admin")]) }))).toEqual(["team", "user"]);
    expect(kinds(dialog({ team: offer("owner", [], "takesOwner"), user: none }))).toEqual(["team", "user"]);
  });

  test("have a sentence for every reason why there are none", () => {
    const reasons = ["noRight", "ownOwnership", "takesOwner", "onlyOwners", "onlyAdmins", "takesServiceAccount", "from-a-newer-shell"];
    for (const locale of ["en", "es"] as const) {
      overwriteGetLocale(() => locale);
      const texts = reasons.map((reason) => denial("team", offer("owner", [], reason)));
      expect(new Set(texts).size).toBe(reasons.length);
      expect(texts.every((text) => text.endsWith("."))).toBe(true);
    }
    expect(denial("team", dialog().team)).toBe("");
  });

  test("say what is gained and lost, and that there is no way back", () => {
    expect(consequences("team", "editor", choice("admin", { gained: ["viewContent", "manageTeam"] }))).toEqual([
      "Gains: seeing the content and changing the roles of editors, viewers and unassigned people.",
    ]);
    expect(consequences("team", "editor", choice("viewer", { lost: ["editContent"] }))).toEqual(["Loses: changing the content."]);
    expect(consequences("team", "captain", choice("viewer", { canUndo: false }))).toEqual([
      "Lapel does not know the role “captain”, so it cannot say what is gained or lost.",
      "This cannot be undone: “captain” is no role that Lapel can give.",
    ]);
    expect(consequences("user", "admin", choice("user", { canUndo: false, confirmation: "stepsDown" })).at(-1)).toContain("only somebody else");
  });

  test("are asked once more in words of their own", () => {
    const steps = choice("viewer", { confirmation: "stepsDown", lost: ["manageTeam"] });
    expect(question("team", dialog(), "admin", steps).title).toBe("Step down as Admin?");
    expect(question("team", dialog(), "admin", steps).text).toContain("Only an owner");
    expect(question("user", dialog(), "admin", steps).text).toContain("administrator of the service");
    expect(question("team", dialog(), "editor", choice("admin", { confirmation: "givesAdmin" })).title).toBe("Make Anna an admin?");
  });
});

describe("the dialog", () => {
  test("changes the role from the one that was seen, once, and goes", async () => {
    await open(dialog());
    await change.submit();
    expect(shell.asked).toEqual([]);
    change.pick("viewer");
    const running = change.submit();
    void change.submit();
    expect(change.busy).toBe(true);
    await asked(1);
    expect(shell.asked[0]).toMatchObject({ command: "change_role", payload: { request: { id: "c1", kind: "team", from: "editor", to: "viewer" } } });
    shell.asked[0]?.answer({ id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true });
    await running;
    expect(over()).toBeNull();
    expect(undo.text).toBe("Anna: Editor → Viewer");
    expect(undo.offers).toBe(true);
  });

  test("asks once more before somebody becomes an admin, and comes back from it", async () => {
    await open(dialog());
    change.pick("admin");
    await change.submit();
    expect(change.asks).toBe(true);
    expect(shell.asked).toEqual([]);
    change.back();
    expect(change).toMatchObject({ asks: false, chosen: "admin" });
    await change.submit();
    void change.submit();
    await asked(1);
  });

  test("shows a role that moved and asks again, with the choice where it still is one", async () => {
    await open(dialog());
    change.pick("viewer");
    const running = change.submit();
    await asked(1);
    shell.asked.shift()?.refuse(failure("roleMoved", { problem: "admin" }));
    await asked(1);
    expect(shell.asked[0]?.command).toBe("role_dialog");
    shell.asked.shift()?.answer(dialog({ team: offer("admin", [choice("editor"), choice("viewer")]) }));
    await running;
    expect(change).toMatchObject({ chosen: "viewer", busy: false, asks: false });
    expect(change.offer?.role).toBe("admin");
    expect(change.failure?.code).toBe("roleMoved");
  });

  test("takes the present role, and another kind, as no choice", async () => {
    await open(dialog({ user: offer("user", [choice("admin")]) }));
    change.pick("viewer");
    change.pick("editor");
    expect(change.choice).toBeNull();
    change.pick("viewer");
    change.pickKind("user");
    expect(change.choice).toBeNull();
    expect(change.offer?.role).toBe("user");
  });

  test("does nothing without a connection", async () => {
    app.snapshot = snapshot({ team: view({ rights: { teamRoles: [], userRoles: [], reason: "offline" } }) });
    await open(dialog());
    change.pick("viewer");
    await change.submit();
    expect(change.offline).toBe(true);
    expect(shell.asked).toEqual([]);
  });

  test("leaves only closing where the row is gone", async () => {
    await open(dialog());
    change.pick("viewer");
    const running = change.submit();
    await asked(1);
    shell.asked[0]?.refuse(failure("rowGone"));
    await running;
    expect(change.gone).toBe(true);
    expect(over()).not.toBeNull();
  });

  test("says where only the answer may be lost what tells whether it was made", async () => {
    const unheard = "If it was changed all the same, the list shows it after the next refresh.";
    await open(dialog());
    for (const code of ["between", "network", "transient", "redirected", "unreadable"] as const) {
      change.pick("viewer");
      const running = change.submit();
      await asked(1);
      shell.asked.shift()?.refuse(failure(code));
      await running;
      expect(change.failureText, code).toBe(`${errorText(failure(code))} ${unheard}`);
    }
    change.failure = failure("transient", { problem: "unchanged" });
    expect(change.failureText).toBe(`${errorText(failure("transient"))} The role was not changed.`);
    change.failure = failure("rejected");
    expect(change.failureText).toBe("The server refused this.");
  });

  test("says nothing of that before anything could be sent", async () => {
    change.follow("c1");
    await asked(1);
    shell.asked[0]?.refuse(failure("network"));
    await settle();
    expect(change.failureText).toBe(errorText(failure("network")));
  });

  test("that was closed meanwhile leaves its failure at the foot", async () => {
    await open(dialog());
    change.pick("viewer");
    const running = change.submit();
    await asked(1);
    change.follow(null);
    shell.asked[0]?.refuse(failure("network"));
    await running;
    expect(undo.text).toContain("Anna: The server cannot be reached");
    expect(undo.offers).toBe(false);
  });

  test("takes no answer about another row", async () => {
    change.follow("c1");
    await asked(1);
    change.follow("c2");
    await asked(2);
    shell.asked[1]?.answer(dialog({ id: "c2", name: "Two" }));
    shell.asked[0]?.answer(dialog({ id: "c1", name: "One" }));
    await settle();
    expect(change.dialog?.name).toBe("Two");
  });
});

describe("the way back", () => {
  const made = { id: "c1", name: "Anna", kind: "team", from: "editor", to: "viewer", canUndo: true } as const;

  test("is there for a while, and as long as somebody is at it", () => {
    vi.useFakeTimers();
    undo.show(made);
    vi.advanceTimersByTime(SHOWN_MS - 1000);
    undo.hold("pointer");
    undo.hold("focus");
    vi.advanceTimersByTime(SHOWN_MS);
    undo.release("pointer");
    vi.advanceTimersByTime(SHOWN_MS);
    expect(undo.open).toBe(true);
    undo.release("focus");
    vi.advanceTimersByTime(999);
    expect(undo.open).toBe(true);
    vi.advanceTimersByTime(1);
    expect(undo.open).toBe(false);
  });

  test("sets the former role and says so", async () => {
    undo.show(made);
    const running = undo.undo();
    void undo.undo();
    await asked(1);
    expect(shell.asked[0]?.payload).toEqual({ request: { id: "c1", kind: "team", from: "viewer", to: "editor" } });
    shell.asked[0]?.answer({ ...made, from: "viewer", to: "editor" });
    await running;
    expect(undo.text).toBe("Undone. Anna: Viewer → Editor");
    expect(undo.offers).toBe(false);
  });

  test("that fails is said and offered again, and does not go by itself", async () => {
    undo.show(made);
    const running = undo.undo();
    await asked(1);
    shell.asked[0]?.refuse(failure("network"));
    await running;
    expect(undo.text).toContain("cannot be reached");
    expect(undo.offers).toBe(true);
  });

  test("is not offered again where it would fail again", async () => {
    undo.show(made);
    const running = undo.undo();
    await asked(1);
    shell.asked[0]?.refuse(failure("roleMoved", { problem: "admin" }));
    await running;
    expect(undo.text).toContain("“Admin”");
    expect(undo.offers).toBe(false);
  });

  test("goes with the team that it is of", () => {
    undo.follow("1 o1");
    undo.show(made);
    undo.follow(null);
    undo.follow("1 o1");
    expect(undo.open).toBe(true);
    undo.follow("2 o1");
    expect(undo.open).toBe(false);
  });

  test("is not offered where there is none", () => {
    undo.show({ ...made, canUndo: false });
    expect(undo.open).toBe(true);
    expect(undo.offers).toBe(false);
  });
});

describe("a countdown", () => {
  test("begins anew with each start and never calls back once stopped", () => {
    vi.useFakeTimers();
    const over = vi.fn();
    const time = new Countdown(over);
    time.start(100);
    vi.advanceTimersByTime(90);
    time.start(100);
    vi.advanceTimersByTime(90);
    expect(over).not.toHaveBeenCalled();
    time.stop();
    time.hold("a");
    time.release("a");
    vi.advanceTimersByTime(1000);
    expect(over).not.toHaveBeenCalled();
  });

  test("that is held when it starts waits for that", () => {
    vi.useFakeTimers();
    const over = vi.fn();
    const time = new Countdown(over);
    time.hold("a");
    time.start(100);
    vi.advanceTimersByTime(1000);
    time.release("a");
    vi.advanceTimersByTime(100);
    expect(over).toHaveBeenCalledOnce();
  });
});
