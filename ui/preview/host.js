// Stands in for the shell while the page is looked at in a browser: scenes by name, commands that answer plausibly.

(() => {
  const query = new URLSearchParams(location.search);
  const scene = query.get("scene") ?? "profile";
  const minute = 60_000;
  const now = Date.now();

  const organization = (id, name, current, more = {}) => ({ id, name, picture: null, current, primaryColor: null, enforcesSso: false, ...more });

  const profile = {
    id: "5f1c0b7e2f8fb814b56fa181",
    email: "owner@example.com",
    firstName: "Owner",
    lastName: "Person",
    fullName: "Owner Person",
    initials: "OP",
    picture: null,
    pictureAddress: "",
    language: "en",
    role: {
      role: "admin",
      choices: [
        { role: "admin", stepsDown: false },
        { role: "adminViewer", stepsDown: true },
        { role: "user", stepsDown: true },
      ],
      reason: null,
    },
    verification: "verified",
    twoFactor: false,
    sso: null,
    hasPassword: true,
    newsletter: false,
    organizations: [
      organization("o1", "Acme Industries", true, { enforcesSso: scene === "picture", primaryColor: query.get("accent") }),
      organization("o2", "Example Labs", false),
    ],
    activity: { lastLogin: now - 3 * 60 * minute, lastAction: now - 2 * minute },
    createdAt: Date.UTC(2025, 5, 12),
    updatedAt: now - minute,
    updated: null,
    storedAs: [],
  };

  const account = (id, email, key = "sandbox", kind = "sandbox") => ({ id, server: { key, kind }, email, byToken: false });

  const snapshot = {
    revision: 1,
    preferences: { theme: query.get("theme") ?? "system", language: "profile", loadRemotePictures: true, lastServer: null },
    interfaceLanguage: query.get("lang") ?? "en",
    account: account(1, profile.email),
    otherAccounts: [
      account(2, "viewer@example.com"),
      account(3, "a-rather-long-name.of-somebody@department.example.com", "https://profiles.example.com/v1", "other"),
    ],
    session: "signedIn",
    tokenKeeping: "keyring",
    profile,
    edits: [],
    draft: null,
    sync: { state: "fresh", asOf: now - 12 * minute, unsent: 0, error: null, triesAgain: false, signInHelps: false, nextTry: null },
    upload: null,
    team: null,
    storage: "sound",
  };

  const error = (code, details = {}) => ({ code, message: code, details });
  const edit = (field, state, more = {}) => ({
    field, state, base: "Owner", mine: "Olivia", picture: null, theirs: null, theirsAt: null, reason: null, madeAt: now - 7 * minute, ...more,
  });
  const sync = (state, unsent = 0, failure = null) => (snapshot.sync = { ...snapshot.sync, state, unsent, error: failure });

  const scenes = {
    profile() {},
    signIn() {
      Object.assign(snapshot, { account: null, otherAccounts: [], session: "signedOut", profile: null });
    },
    accounts() {
      snapshot.otherAccounts.unshift(snapshot.account);
      Object.assign(snapshot, { account: null, session: "signedOut", profile: null });
    },
    loading() {
      Object.assign(snapshot, { session: "starting", profile: null });
      sync("refreshing");
    },
    picture() {
      profile.picture = { id: "p1", url: "https://pictures.example.com/owner.png" };
      profile.pictureAddress = profile.picture.url;
      snapshot.edits = [edit("picture", "sending", { base: profile.pictureAddress, mine: "", picture: { id: "p3", url: null } })];
      profile.sso = true;
      profile.twoFactor = true;
      snapshot.upload = { sent: 340_000, total: 900_000 };
    },
    viewer() {
      Object.assign(profile.role, { role: "captain", choices: [], reason: "onlyAdmins" });
      Object.assign(profile, { verification: "pending", createdAt: null, twoFactor: null, fullName: "Wolfeschlegelsteinhausenbergerdorff Nachname", language: "zh-Hant-TW" });
      profile.activity = { lastLogin: null, lastAction: null };
    },
    draft() {
      snapshot.draft = { firstName: "Olivia", language: "es", role: "user", base: { firstName: "Owner", language: "en" } };
    },
    offline() {
      snapshot.edits = [edit("firstName", "waiting"), edit("language", "waiting", { base: "en", mine: "pt" })];
      profile.role.reason = "offline";
      sync("waitingForNetwork", 2, error("network"));
    },
    stale() {
      sync("stale", 0, error("unreadable"));
    },
    busy() {
      snapshot.edits = [edit("firstName", "waiting")];
      sync("waitingForNetwork", 1, error("transient"));
    },
    memory() {
      snapshot.tokenKeeping = "memory";
    },
    conflict() {
      snapshot.edits = [edit("firstName", "conflict", { theirs: "Oliver" })];
      sync("conflict", 1);
    },
    refused() {
      snapshot.edits = [edit("lastName", "refused", { base: "Person", mine: "", reason: error("rejected", { serverMessage: "The last name is required here." }) })];
      sync("refused", 1);
    },
    expired() {
      snapshot.session = "expired";
      snapshot.draft = { firstName: "Typed before", base: { firstName: "Owner" } };
      sync("signedOut");
    },
    locked() {
      snapshot.session = "keyringLocked";
      snapshot.storage = "full";
      sync("signedOut");
    },
  };
  // Further scenes and commands, each part in a file of its own: team.js, roles.js, person.js.
  const parts = (window.previewParts ?? []).map((part) => part({ query, now, snapshot, sync, error, wait: (ms) => new Promise((done) => setTimeout(done, ms)), publish: (change) => publish(change), shown: () => shown }));
  for (const part of parts) Object.assign(scenes, part.scenes);
  (scenes[scene] ?? scenes.profile)();

  window.__LAPEL__ = {
    snapshot,
    servers: [
      { key: "sandbox", kind: "sandbox" },
      { key: "https://api.example.com/v1", kind: "applivery" },
      { key: "", kind: "other" },
    ],
    pictureOrigin: "/picture/",
    dataFolder: "/home/owner/.local/share/lapel",
    version: "0.1.0",
    languages: ["es", "en", "fr", "de", "it", "zh", "pt", "ru"],
  };

  const listeners = [];
  const tell = (event, payload) => {
    for (const listener of listeners) if (listener.event === event) window[`_${listener.handler}`]({ event, id: 1, payload });
  };
  let shown = snapshot;
  function publish(change) {
    shown = { ...shown, ...change, revision: shown.revision + 1 };
    tell("snapshot", shown);
  }
  /** The person wants to close the window; from the console. */
  window.wantToClose = () => tell("closing", null);
  /** Something is dragged over the window: "over", "left" or "dropped"; from the console. */
  window.drag = (where) => tell("drag", where);
  let openings = 0;
  const opened = () => ({
    id: `wide${(openings += 1)}`, width: 1600, height: 1000, notes: ["metadataRemoved", "coloursConverted"], transparent: query.has("transparent"), crop: null,
  });

  let cancelSignIn = () => {};
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const signedIn = (who) => publish({ account: who, session: "signedIn", profile: { ...profile, email: who.email } });
  const others = () => [shown.account, ...shown.otherAccounts].filter(Boolean);
  const withoutEdit = (field) => publish({ edits: shown.edits.filter((edit) => edit.field !== field), sync: { ...shown.sync, state: "fresh", unsent: 0, error: null, triesAgain: false, signInHelps: false } });

  const commands = {
    "plugin:event|listen": ({ event, handler }) => (listeners.push({ event, handler }), handler),
    snapshot: () => shown,
    sign_in: async ({ request }) => {
      const cancelled = new Promise((_, reject) => (cancelSignIn = () => reject(error("cancelled"))));
      await Promise.race([wait(Number(query.get("delay") ?? 300)), cancelled]);
      if (request.email.startsWith("twofactor") && request.twoFactorCode === null) throw error("twoFactorRequired");
      if (request.twoFactorCode && request.twoFactorCode !== "123456") throw error("twoFactorWrong");
      if (request.password !== "lapel-demo") throw error("wrongCredentials");
      signedIn(account(9, request.email));
    },
    cancel_sign_in: () => cancelSignIn(),
    sign_out: async ({ discardUnsent }) => {
      await wait(300);
      if (shown.edits.length > 0 && !discardUnsent) throw error("unsentEdits", { count: shown.edits.length });
      publish({ account: null, session: "signedOut", profile: null, edits: [] });
      if (scene === "memory") throw error("tokenLeft");
    },
    leave_account: () => publish({ otherAccounts: others(), account: null, session: "signedOut", profile: null, edits: [], draft: null }),
    switch_account: ({ id }) => {
      const all = others();
      publish({ otherAccounts: all.filter((one) => one.id !== id), edits: [], draft: null });
      signedIn(all.find((one) => one.id === id));
    },
    set_preferences: ({ preferences }) => {
      if (scene === "full") throw error("storageFailed");
      publish({ preferences });
    },
    save_profile: async ({ changes: { base: _, picture, ...plain } }) => {
      await wait(300);
      if (plain.firstName?.trim() === "") throw error("invalidName", { field: "firstName", problem: "empty" });
      const next = { ...shown.profile, ...plain };
      next.fullName = `${next.firstName} ${next.lastName}`;
      if (picture) next.picture = picture.kind === "removed" ? null : { id: picture.id ?? "p2", url: picture.url ?? null };
      publish({ profile: next, draft: null, interfaceLanguage: next.language.startsWith("es") ? "es" : "en" });
    },
    resolve_edits: async ({ conflicts }) => (await wait(200), conflicts.forEach(({ field }) => withoutEdit(field))),
    send_again: async ({ field }) => (await wait(200), withoutEdit(field)),
    drop_edit: async ({ field }) => (await wait(200), withoutEdit(field)),
    cancel_upload: () => void setTimeout(() => publish({ upload: null, edits: [] }), 200),
    change_own_role: () => {
      throw error("rejected", { serverCode: 5120, serverMessage: "The last administrator stays one." });
    },
    open_picture: () => opened(),
    open_dropped_picture: () => opened(),
    open_clipboard_picture: () => (scene === "draft" ? null : opened()),
    reopen_picture: () => ({ ...opened(), crop: { turns: 1, mirrored: true, x: 0, y: 300, side: 900, ground: "#c9d8c5" } }),
    render_picture: () => {
      throw error("pictureGone");
    },
    use_picture: async () => {
      await wait(Number(query.get("delay") ?? 300));
      if (scene === "full") throw error("storageFailed");
      return { picture: { id: "p5", url: null }, notes: ["metadataRemoved"] };
    },
    preview_picture_url: async ({ url }) => {
      await wait(200);
      if (!url.startsWith("https://")) throw error("invalidPictureUrl");
      return { id: "p4", url };
    },
  };
  for (const part of parts) Object.assign(commands, part.commands);

  window.calls = [];
  window.__TAURI_INTERNALS__ = {
    transformCallback(callback) {
      const id = Math.floor(Math.random() * 1e9);
      window[`_${id}`] = callback;
      return id;
    },
    async invoke(command, payload) {
      window.calls.push([command, payload]);
      return structuredClone((await commands[command]?.(payload)) ?? null);
    },
  };
})();
