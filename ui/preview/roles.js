// Scenes and commands of changes of roles.

(window.previewParts ??= []).push(({ query, now, snapshot, sync, error, wait, publish, shown }) => {
  const NAMES = ["Anna Admin", "Édouard Éditeur", "Víctor Viewer", "Ursula Unassigned", "Wolfeschlegelsteinhausenbergerdorff Nachname"];
  const ROLES = ["editor", "viewer", "unassigned", "captain"];
  const second = 1000;
  const ROWS = 120;
  /** Rows of a batch, such as 100000. */
  const many = Number(query.get("many") ?? 1200);

  const team = () => ({
    organizations: [{ id: "o1", name: "Acme Industries", picture: null }],
    organization: "o1",
    loaded: true,
    version: 1,
    total: ROWS,
    asOf: now - 5 * 60 * second,
    refreshing: null,
    error: null,
    rights: { teamRoles: ["admin", "editor", "viewer", "unassigned"], userRoles: ["admin", "adminViewer", "user"], reason: null },
    batch: null,
  });
  const change = (more) => publish({ team: { ...shown().team, ...more } });
  const batch = () => shown().team?.batch ?? null;
  const setBatch = (more) => change({ batch: more && { ...batch(), ...more } });

  const planned = (more = {}) => ({
    state: "planned", kind: "team", role: "viewer", undoes: false, fromFile: false, total: many + 10, changes: many, done: 0, failed: 0, cancelled: 0,
    leftOut: [{ reason: "noChange", count: 7 }, { reason: "owner", count: 2 }, { reason: "ownRow", count: 1 }],
    confirmation: null, canUndo: 0, waitsUntil: null, ...more,
  });

  /** Row of the batch by its place: the first ones done, every 40th of them failed, the last ones left out. */
  function row(at, { changes, done, failed, cancelled, state, role, fromFile, undoes, leftOut }) {
    const name = NAMES[at % NAMES.length];
    const made = at < done + failed;
    const out = at >= changes;
    const bad = made && at % 40 === 3;
    const is = out ? "leftOut" : made ? (bad ? "failed" : "done") : cancelled > 0 ? "cancelled" : state === "running" && at < done + failed + 4 ? "running" : "planned";
    return {
      line: fromFile ? at + 2 : null,
      name: `${name} ${at}`,
      email: `person.${at}@example.com`,
      from: undoes ? "viewer" : out ? (role ?? "viewer") : ROLES[at % ROLES.length],
      to: role ?? (at % 9 === 4 ? "admin" : "editor"),
      state: is,
      leftOut: out ? leftOut[at % leftOut.length].reason : null,
      error: bad ? error("rejected", { serverMessage: "The role is locked by a policy." }) : null,
    };
  }

  let timer;
  function run() {
    const { changes, done, failed, state, waitsUntil } = batch() ?? {};
    if (state === "waiting" && waitsUntil > Date.now()) return;
    if (done + failed >= changes || !changes) {
      clearInterval(timer);
      if (batch()) setBatch({ state: "over", canUndo: batch().done - 30, waitsUntil: null });
      return;
    }
    const step = Math.min(23, changes - done - failed);
    const bad = Math.random() < 0.3 ? 1 : 0;
    const waits = done + failed >= 400 && done + failed < 423;
    setBatch({ state: waits ? "waiting" : "running", waitsUntil: waits ? Date.now() + 6 * second : null, done: done + step - bad, failed: failed + bad });
  }

  const moved = new Map();
  const choice = (role, gained, lost, more = {}) => ({ role, gained, lost, confirmation: null, canUndo: true, ...more });
  const teamOffer = (role) => ({
    role,
    choices: [
      choice("admin", ["editContent", "manageTeam"], [], { confirmation: "givesAdmin" }),
      choice("editor", ["editContent"], []),
      choice("viewer", [], ["editContent"]),
      choice("unassigned", [], ["viewContent", "editContent"]),
    ].filter((one) => one.role !== role),
    reason: null,
  });
  const userOffer = (role) => ({
    role,
    choices: [
      choice("admin", ["viewAdministration", "manageUsers"], [], { confirmation: "givesAdmin" }),
      choice("adminViewer", ["viewAdministration"], []),
      choice("user", [], ["viewAdministration"]),
    ].filter((one) => one.role !== role),
    reason: null,
  });
  /** What the scenes of one role are about, by the word after the scene. */
  const OFFERS = {
    own: { name: "Owner Person", isSelf: true, team: { role: "owner", choices: [], reason: "ownOwnership" } },
    self: {
      name: "Anna Admin", isSelf: true, user: null,
      team: { role: "admin", choices: ["editor", "viewer", "unassigned"].map((role) => choice(role, [], ["manageTeam"], { confirmation: "stepsDown", canUndo: false })), reason: null },
    },
    unknown: { team: { role: "captain", choices: ["admin", "editor", "viewer"].map((role) => choice(role, [], [], { canUndo: false })), reason: null } },
    invitation: { user: null },
  };
  const about = query.get("about");
  let fails = query.get("fails");

  const history = Array.from({ length: 340 }, (_, at) => ({
    at: now - at * at * 1000 * second,
    name: NAMES[at % NAMES.length],
    organization: at % 7 === 3 ? "Example Labs" : "Acme Industries",
    by: "owner@example.com",
    kind: at % 5 === 2 ? "user" : "team",
    from: at % 5 === 2 ? "user" : ROLES[at % ROLES.length],
    to: at % 5 === 2 ? "adminViewer" : "viewer",
    outcome: at % 11 === 4 ? "failed" : at % 23 === 8 ? "unknown" : "made",
  }));
  const found = (search) => history.filter((one) => JSON.stringify(one).toLowerCase().includes(search.toLowerCase()));

  const scenes = {
    roleDialog() {
      snapshot.team = team();
    },
    roleOffline() {
      snapshot.team = { ...team(), rights: { teamRoles: [], userRoles: [], reason: "offline" } };
      sync("waitingForNetwork", 0, error("network"));
    },
    batchPlanned() {
      snapshot.team = { ...team(), batch: planned() };
    },
    batchAdmins() {
      snapshot.team = { ...team(), batch: planned({ role: "admin", confirmation: "givesAdmin", changes: 47, total: 50, leftOut: [{ reason: "noChange", count: 3 }] }) };
    },
    batchFile() {
      const leftOut = ["unknownEmail", "unknownRole", "twice", "incomplete"].map((reason) => ({ reason, count: 2 }));
      snapshot.team = { ...team(), batch: planned({ role: null, fromFile: true, changes: 40, total: 48, leftOut }) };
    },
    batchRunning() {
      snapshot.team = { ...team(), batch: planned({ state: "running", done: 390, failed: 10 }) };
      timer = setInterval(run, 200);
    },
    batchOver() {
      snapshot.team = { ...team(), batch: planned({ state: "over", done: 1170, failed: 30, canUndo: 1100 }) };
    },
    history() {
      snapshot.team = team();
    },
  };

  /** The team behind the dialogs, where the scene is one of these. */
  const selected = new Set();
  const opened = snapshot;
  const list = {
    open_team: () => publish({ team: opened.team }),
    team_rows: ({ from, count }) => {
      const counts = { teamRoles: ROLES.map((value) => ({ value, count: ROWS / ROLES.length })), userRoles: [], members: ROWS, pending: 0, tags: [] };
      const rows = Array.from({ length: Math.max(0, Math.min(count, ROWS - from)) }, (_, at) => ({
        id: `c${from + at}`, name: `${NAMES[(from + at) % NAMES.length]}`, initials: "AA", email: `person.${from + at}@example.com`, picture: null,
        teamRole: ROLES[at % ROLES.length], userRole: "user", sso: null, tags: [], pending: false, since: now, isSelf: false,
        selected: selected.has(`c${from + at}`), nameMarks: [], emailMarks: [], idMarks: [],
      }));
      return { version: shown().team.version, found: ROWS, from, rows, counts, selected: selected.size };
    },
    select_team: ({ change: { kind, id } }) => {
      if (kind === "toggle") selected.has(id) ? selected.delete(id) : selected.add(id);
      if (kind === "none") selected.clear();
      if (kind === "all") for (let at = 0; at < ROWS; at += 1) selected.add(`c${at}`);
    },
  };

  return {
    scenes,
    commands: {
      ...(query.get("scene") in scenes ? list : {}),
      role_dialog: async ({ id }) => {
        if (about === "gone") throw error("rowGone");
        const roles = moved.get(id) ?? { team: "editor", user: "user" };
        return { id, name: "Anna Admin", email: "anna.admin@example.com", isSelf: false, team: teamOffer(roles.team), user: userOffer(roles.user), ...OFFERS[about] };
      },
      change_role: async ({ request: { id, kind, from, to } }) => {
        await wait(900);
        const failure = fails;
        fails = null;
        if (failure === "roleMoved") {
          moved.set(id, { team: "viewer", user: "user" });
          throw error("roleMoved", { problem: "viewer" });
        }
        if (failure) throw error(failure);
        moved.set(id, { team: "editor", user: "user", ...moved.get(id), [kind]: to });
        return { id, name: "Anna Admin", kind, from, to, canUndo: about !== "self" && about !== "unknown" };
      },
      plan_batch: async ({ kind, role }) => {
        await wait(300);
        const confirmation = role === "admin" ? "givesAdmin" : null;
        change({ batch: planned({ kind, role, confirmation, changes: 47, total: 50, leftOut: [{ reason: "noChange", count: 3 }] }) });
      },
      import_batch: async (bytes) => {
        await wait(300);
        if (bytes.length < 10) throw error("notAList", { problem: "empty" });
        change({ batch: planned({ role: null, fromFile: true, changes: 40, total: 48, leftOut: [{ reason: "unknownEmail", count: 8 }] }) });
      },
      batch_rows: ({ only, from, count }) => {
        const view = batch();
        if (!view) return { found: 0, from, rows: [] };
        if (only === null) return { found: view.total, from, rows: Array.from({ length: Math.max(0, Math.min(count, view.total - from)) }, (_, at) => row(from + at, view)) };
        const rows = Array.from({ length: view.total }, (_, at) => row(at, view)).filter(({ state }) => state === only);
        return { found: rows.length, from, rows: rows.slice(from, from + count) };
      },
      run_batch: () => {
        setBatch({ state: "running" });
        timer = setInterval(run, 200);
      },
      cancel_batch: () => {
        clearInterval(timer);
        const { changes, done, failed } = batch();
        setBatch({ cancelled: changes - done - failed });
        setTimeout(() => batch() && setBatch({ state: "over", canUndo: done, waitsUntil: null }), second);
      },
      retry_batch: () => setBatch(planned({ changes: batch().failed + batch().cancelled, total: batch().failed + batch().cancelled, leftOut: [] })),
      undo_batch: () =>
        setBatch(planned({ undoes: true, role: null, changes: batch().canUndo, total: batch().done, leftOut: [{ reason: "cannotGoBack", count: batch().done - batch().canUndo }] })),
      close_batch: () => (clearInterval(timer), change({ batch: null })),
      role_history: ({ search, from, count }) => {
        const rows = about === "empty" ? [] : found(search);
        return { found: rows.length, from, rows: rows.slice(from, from + count) };
      },
      export_team: async () => (await wait(300), { path: "/home/owner/Downloads/acme-industries-team.csv", rows: 120 }),
      export_history: async ({ search }) => {
        await wait(300);
        if (search === "full") throw error("exportFailed");
        return { path: "/home/owner/Downloads/lapel-role-history.csv", rows: found(search).length };
      },
    },
  };
});
