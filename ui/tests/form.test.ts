// The form with its state, and a shell that notes what it is told.

import { beforeEach, describe, expect, test, vi } from "vitest";

import type { Snapshot } from "../src/host/types";
import { account, edit, failure, profile, snapshot, sync } from "./samples";

const shell = vi.hoisted(() => ({ state: null as unknown as Snapshot, told: [] as [string, unknown][], answers: {} as Record<string, () => unknown> }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: unknown) => {
    if (command === "snapshot") return shell.state;
    shell.told.push([command, payload]);
    const answer = (await shell.answers[command]?.()) ?? null;
    return command === "save_profile" ? shell.state : answer;
  },
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "", dataFolder: "", version: "", languages: [] } });

const { form } = await import("../src/form/form.svelte");
const { closeForm, leave, leaveForm, leaving, stay } = await import("../src/form/leaving.svelte");
const { app } = await import("../src/state/app.svelte");
const { failures } = await import("../src/state/failures.svelte");

let revision = 1;

/** What the shell tells next. */
function shows(change: Partial<Snapshot>): void {
  shell.state = snapshot({ ...change, revision: (revision += 1) });
  app.receive(shell.state);
  form.adopt(shell.state);
}

const told = (command: string) => shell.told.filter(([name]) => name === command).map(([, payload]) => payload);

beforeEach(() => {
  shell.answers = {};
  shows({ account: null, session: "signedOut", profile: null });
  shows({});
  stay();
  failures.all = [];
  shell.told = [];
});

describe("what is typed", () => {
  test("carries what the field showed, in the draft and to the save", async () => {
    form.type("firstName", "Olga");
    await form.leaveField();
    shows({ profile: { ...profile, firstName: "Odile" } });
    form.type("firstName", "Olga!");
    expect(await form.save()).toBe(true);
    expect(told("keep_draft")).toEqual([{ draft: { firstName: "Olga", base: { firstName: "Owner" } } }]);
    expect(told("save_profile")).toEqual([{ changes: { firstName: "Olga!", base: { firstName: "Owner" } } }]);
  });

  test("takes the failure of its draft away once it is saved", async () => {
    shell.answers["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    await form.leaveField();
    expect(failures.all.map(({ of }) => of)).toEqual(["draft"]);
    shell.answers = {};
    expect(await form.save()).toBe(true);
    expect(failures.all).toEqual([]);
  });

  test("comes back from a draft with its base", async () => {
    shows({ account: account(2), draft: { lastName: "Else", base: { lastName: "Before" } } });
    expect(form.different).toEqual({ lastName: "Else" });
    await form.save();
    expect(told("save_profile")).toEqual([{ changes: { lastName: "Else", base: { lastName: "Before" } } }]);
  });

  test("belongs to one account, also where the other one has no profile yet", () => {
    form.type("firstName", "Olga");
    shows({ account: account(2), profile: null, session: "starting" });
    expect(form.typed).toEqual({});
  });

  test("is taken back field by field", () => {
    form.type("firstName", "Olga");
    form.type("language", "es");
    form.type("firstName", undefined);
    expect(form.different).toEqual({ language: "es" });
  });
});

describe("a role that was chosen", () => {
  const offline = { ...profile, role: { ...profile.role, reason: "offline" as const } };

  test("neither counts nor is sent while there is no connection, and is there again after that", async () => {
    form.type("role", "user");
    expect(form.changed).toBe(1);
    shows({ profile: offline });
    expect(form.changed).toBe(0);
    form.type("firstName", "Olga");
    await form.leaveField();
    expect(told("keep_draft")).toEqual([{ draft: { firstName: "Olga", role: "user", base: { firstName: "Owner" } } }]);
    shows({});
    expect(form.different).toEqual({ firstName: "Olga", role: "user" });
  });

  test("that was refused is said until something else is typed", async () => {
    shell.answers["change_own_role"] = () => Promise.reject(failure("rejected"));
    form.type("role", "user");
    expect(await form.save()).toBe(false);
    expect(form.failures.role?.code).toBe("rejected");
    form.type("firstName", "Olga");
    expect(form.failures.role).toBeUndefined();
  });

  test("that failed is not called saved, although the name was", async () => {
    shell.answers["change_own_role"] = () => Promise.reject(failure("rejected"));
    form.type("firstName", "Olga");
    form.type("role", "user");
    expect(await form.save()).toBe(false);
    expect(form.changed).toBe(0);
    expect(form.status).toBe("none");
    shell.answers = {};
    form.type("role", "user");
    expect(await form.save()).toBe(true);
    expect(form.status).toBe("saved");
  });
});

describe("a cancelled upload", () => {
  const uploading = edit({ field: "picture", state: "sending", base: "", mine: "", picture: { id: "p7", url: null } });

  test("gives the picture back as a change that is not saved, and says nothing of saved", async () => {
    form.type("firstName", "Olga");
    await form.save();
    shows({ edits: [uploading], upload: { sent: 1, total: 2 } });
    await form.cancelUpload();
    expect(form.different.picture).toBeUndefined();
    shows({});
    expect(form.different.picture).toEqual({ kind: "held", id: "p7" });
    expect(form.status).toBe("none");
    await form.leaveField();
    expect(told("keep_draft").at(-1)).toEqual({ draft: { picture: { kind: "held", id: "p7" }, base: { picture: "" } } });
  });

  test("leaves another picture that was chosen meanwhile alone", async () => {
    shows({ edits: [uploading] });
    form.type("picture", { kind: "held", id: "p8" });
    await form.cancelUpload();
    shows({});
    expect(form.different.picture).toEqual({ kind: "held", id: "p8" });
  });

  test("that came too late changes nothing", async () => {
    shows({ edits: [uploading] });
    await form.cancelUpload();
    shows({ profile: { ...profile, picture: { id: "p9", url: null }, pictureAddress: "/pictures/9.png" } });
    expect(form.changed).toBe(0);
    expect(form.status).toBe("saved");
  });
});

describe("decisions about a change that stopped", () => {
  test.each([
    ["Keep theirs", () => form.keep("firstName", "theirs"), "none"],
    ["Discard this change", () => form.dropEdit("firstName"), "none"],
    ["Keep mine", () => form.keep("firstName", "mine"), "saved"],
  ])("%s ends in the right word", async (_, decide, status) => {
    form.type("firstName", "Olga");
    await form.save();
    shows({ edits: [edit({ state: "conflict", theirs: "Odile" })], sync: sync({ state: "conflict" }) });
    expect(form.status).toBe("conflict");
    await decide();
    shows({});
    expect(form.status).toBe(status);
  });

  test("against it leave a way back into the form", async () => {
    shows({ edits: [edit({ mine: "Olga" })] });
    await form.dropEdit("firstName");
    shows({});
    expect(form.changed).toBe(0);
    form.putBack();
    expect(form.different).toEqual({ firstName: "Olga" });
    expect(form.gaveUp).toEqual({});
  });

  test("against several are brought back together", async () => {
    shows({ edits: [edit({ mine: "Olga" }), edit({ field: "lastName", mine: "Novak" })] });
    await form.dropEdit("firstName");
    shows({ edits: [edit({ field: "lastName", mine: "Novak" })] });
    await form.dropEdit("lastName");
    shows({});
    form.putBack();
    expect(form.different).toEqual({ firstName: "Olga", lastName: "Novak" });
  });

  test("bring nothing back over what is typed there", async () => {
    shows({ edits: [edit({ mine: "Olga" })] });
    form.type("firstName", "Odile");
    await form.dropEdit("firstName");
    shows({});
    form.putBack();
    expect(form.different).toEqual({ firstName: "Odile" });
  });

  test("for theirs show theirs, and bring back what was typed over it", async () => {
    shows({ edits: [edit({ mine: "Olga", state: "conflict", theirs: "Odile" })] });
    form.type("firstName", "Olga Maria");
    shell.answers["resolve_edits"] = () => shows({});
    await form.keep("firstName", "theirs");
    expect(form.changed).toBe(0);
    form.putBack();
    expect(form.different).toEqual({ firstName: "Olga Maria" });
  });

  test("about a conflict that has changed leave what is typed over it", async () => {
    const conflict = edit({ mine: "Olga", state: "conflict", theirs: "Odile" });
    shows({ edits: [conflict] });
    form.type("firstName", "Olga Maria");
    shell.answers["resolve_edits"] = () => shows({ edits: [{ ...conflict, theirs: "Odette" }] });
    await form.keep("firstName", "theirs");
    expect(form.different).toEqual({ firstName: "Olga Maria" });
  });

  test("against what is typed end without the word of an earlier save", async () => {
    form.type("firstName", "Olga");
    await form.save();
    form.type("firstName", "Olga Maria");
    form.discard();
    expect(form.status).toBe("none");
  });

  test("against all that is typed can be taken back too", () => {
    shows({});
    form.type("firstName", "Odile");
    form.type("lastName", "Novak");
    form.discard();
    expect(form.changed).toBe(0);
    form.putBack();
    expect(form.different).toEqual({ firstName: "Odile", lastName: "Novak" });
  });

  test("are forgotten where something else is typed there", async () => {
    shows({ edits: [edit({ mine: "Olga" })] });
    await form.dropEdit("firstName");
    form.type("firstName", "Odile");
    expect(form.gaveUp).toEqual({});
  });

  test("for mine leave nothing to bring back", async () => {
    shows({ edits: [edit({ state: "conflict", theirs: "Odile" })] });
    await form.keep("firstName", "mine");
    expect(form.gaveUp).toEqual({});
  });
});

describe("closing the window", () => {
  test("goes on at once where nothing is unsaved, after the draft is kept", async () => {
    await closeForm();
    expect(told("close_window")).toHaveLength(1);
    expect(leaving()).toBeNull();
  });

  test("asks where something is, with the draft kept", async () => {
    form.type("firstName", "Olga");
    await closeForm();
    expect(told("close_window")).toHaveLength(0);
    expect(told("keep_draft")).toHaveLength(1);
    expect(leaving()).toMatchObject({ closes: true, kept: true });
    leave();
    expect(told("close_window")).toHaveLength(1);
  });

  test("promises nothing where the draft could not be kept", async () => {
    shell.answers["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    await closeForm();
    expect(leaving()).toMatchObject({ closes: true, kept: false });
  });

  test("is not meant by another page", () => {
    form.type("firstName", "Olga");
    leaveForm(() => {});
    expect(leaving()?.closes).toBe(false);
  });
});

describe("failures without a place of their own", () => {
  test("go with a success of the same thing only, which can be tried again", async () => {
    let works = false;
    const run = () => (works ? Promise.resolve() : Promise.reject(failure("internal")));
    await failures.attempt("upload", run);
    await failures.attempt("draft", () => Promise.resolve());
    expect(failures.all.map(({ of }) => of)).toEqual(["upload"]);
    works = true;
    await failures.all[0]?.again?.();
    expect(failures.all).toEqual([]);
  });

  test("do not outlive the account, but for a sign-in that is left in the keyring", () => {
    failures.show("draft", failure("storageFailed"));
    failures.show("signOut", failure("tokenLeft"));
    failures.leaveAccount();
    expect(failures.all.map(({ error }) => error.code)).toEqual(["tokenLeft"]);
  });

  test("are none where the person cancelled", async () => {
    await failures.attempt("account", () => Promise.reject(failure("cancelled")));
    expect(failures.all).toEqual([]);
  });
});

test("preferences are kept one after the other, none undone by the next", async () => {
  const kept: unknown[] = [];
  shell.answers["set_preferences"] = () => {
    const { preferences } = told("set_preferences").at(-1) as { preferences: Snapshot["preferences"] };
    kept.push(preferences);
    shell.state = { ...shell.state, preferences, revision: (revision += 1) };
  };
  await Promise.all([app.prefer({ theme: "dark" }), app.prefer({ language: "es" })]);
  expect(kept.at(-1)).toMatchObject({ theme: "dark", language: "es" });
  expect(app.snapshot.preferences).toMatchObject({ theme: "dark", language: "es" });
});
