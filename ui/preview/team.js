// Scenes and commands of the list of the team: a hundred thousand made-up people.

(window.previewParts ??= []).push(({ query, now, snapshot, sync, error, wait, publish, shown }) => {
  const FIRST = ["Olivia", "Álvaro", "Zoë", "Noah", "Martín", "Søren", "Amélie", "Kenji", "Priya", "Łukasz", "Ingrid", "Mateo", "Chloé", "Omar", "Yuki", "Nuria"];
  const LAST = ["García", "O’Connor", "Müller", "Nakamura", "Núñez", "Kowalski", "Dubois", "Svensson", "Pérez", "Haddad", "Wolfeschlegelsteinhausen", "Lee", "Brontë"];
  const TAGS = ["design", "madrid", "contractor", "on call", "berlin", "partners"];
  const DAY = 86_400_000;
  const ROLES = ["owner", "admin", "editor", "viewer", "unassigned"];
  const USER_ROLES = ["admin", "adminViewer", "user", "serviceAccount"];
  const SORTS = {
    name: (row) => row.name, email: (row) => row.email, teamRole: (row) => rank(row.teamRole), userRole: (row) => row.userRole ?? "~",
    sso: (row) => Number(row.sso), tags: (row) => row.tags.join(), state: (row) => Number(row.pending), since: (row) => row.since ?? 0,
  };
  const rank = (role) => (ROLES.includes(role) ? ROLES.indexOf(role) : ROLES.length);
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const roleOf = (at) => {
    if (at === 0) return "owner";
    if (at % 2500 === 7) return at % 5000 === 7 ? "captain" : "";
    return ROLES[at % 20 === 1 ? 1 : at % 7 === 2 ? 2 : at % 11 === 3 ? 4 : 3];
  };

  let rows = [];
  const selected = new Set();
  function fill(count) {
    rows = Array.from({ length: count }, (_, at) => {
      const first = FIRST[at % FIRST.length];
      const last = LAST[(at * 7) % LAST.length];
      const pending = at % 37 === 5;
      const email = `${fold(first)}.${fold(last).replace(/[^a-z]/g, "")}${at}@example.com`;
      const name = at === 0 ? "Owner Person" : pending ? email : `${first} ${last}`;
      return {
        id: at === 0 ? "5f1c0b7e2f8fb814b56fa181" : (0x5f1c0b7e2f8f + at).toString(16).padStart(24, "a"),
        name, email: at === 0 ? "owner@example.com" : email,
        initials: pending ? email[0].toUpperCase() : `${name[0]}${name.split(" ")[1][0]}`,
        picture: at % 9 === 4 ? { id: `t${at}`, url: null } : null,
        teamRole: roleOf(at),
        userRole: pending ? null : at === 0 ? "admin" : USER_ROLES[at % 211 === 3 ? 3 : at % 53 === 9 ? 1 : at % 97 === 11 ? 0 : 2],
        sso: pending ? null : at % 3 === 0,
        tags: TAGS.filter((_, tag) => at % (tag + 4) === tag),
        pending, since: at % 101 === 50 ? null : now - ((at * 37) % 1500) * DAY - DAY,
        isSelf: at === 0, folded: fold(`${name}\n${email}`),
      };
    });
    rows.sort((a, b) => rank(a.teamRole === "owner" ? "owner" : "admin") - rank(b.teamRole === "owner" ? "owner" : "admin") || (a.folded < b.folded ? -1 : 1));
  }

  const marks = (text, words) => {
    const folded = [...text].map(fold);
    const found = [];
    for (const word of words) {
      for (let at = folded.join("").indexOf(word); at >= 0; at = folded.join("").indexOf(word, at + word.length)) found.push([at, at + word.length]);
    }
    return found.sort((a, b) => a[0] - b[0]).filter(([start], at, all) => at === 0 || start >= all[at - 1][1]);
  };

  let last = { key: "", found: [], counts: null };
  function find(asked) {
    const key = JSON.stringify([asked, shown()?.team?.version]);
    if (last.key === key) return last;
    const words = fold(asked.search).split(/\s+/).filter(Boolean);
    const tests = {
      teamRole: (row) => asked.teamRole === null || row.teamRole === asked.teamRole,
      userRole: (row) => asked.userRole === null || row.userRole === asked.userRole,
      state: (row) => asked.state === null || row.pending === (asked.state === "pending"),
      tag: (row) => asked.tag === null || row.tags.includes(asked.tag),
    };
    const matching = rows.filter((row) => words.every((word) => row.folded.includes(word) || row.id.includes(word)));
    const but = (facet) => matching.filter((row) => Object.entries(tests).every(([name, test]) => name === facet || test(row)));
    const tally = (list, values, of) => {
      const counts = new Map(values.map((value) => [value, 0]));
      for (const row of list) for (const value of of(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
      return [...counts].map(([value, count]) => ({ value, count }));
    };
    const states = but("state");
    const counts = {
      teamRoles: tally(but("teamRole"), ROLES, (row) => [row.teamRole]),
      userRoles: tally(but("userRole"), USER_ROLES, (row) => (row.userRole === null ? [] : [row.userRole])),
      members: states.filter((row) => !row.pending).length,
      pending: states.filter((row) => row.pending).length,
      tags: tally(but("tag"), [...TAGS].sort(), (row) => row.tags),
    };
    const found = but(null);
    if (asked.sort) {
      const of = SORTS[asked.sort];
      found.sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
    }
    if (asked.descending) found.reverse();
    last = { key, found, counts };
    return last;
  }

  const organizations = [{ id: "o1", name: "Acme Industries", picture: { id: "logo", url: null } }, { id: "o2", name: "Example Labs", picture: null }];
  const view = (change = {}) => ({
    organizations, organization: "o1", loaded: true, version: 1, total: rows.length, asOf: now - 5 * 60_000, refreshing: null,
    error: null, rights: { teamRoles: ["admin", "editor", "viewer", "unassigned"], userRoles: ["admin", "adminViewer", "user"], reason: null }, batch: null, ...change,
  });
  /** What `open_team` makes of the state. */
  let opened = () => view();
  const scene = (count, make) => () => (fill(count), (opened = () => view(make())));
  const many = Number(query.get("rows") ?? 100_000);
  const offline = () => (sync("waitingForNetwork", 0, error("network")), { error: error("network"), rights: { teamRoles: [], userRoles: [], reason: "offline" } });

  return {
    scenes: {
      team: scene(many, () => ({})),
      teamOne: scene(many, () => ({ organizations: organizations.slice(0, 1) })),
      teamViewer: scene(many, () => ({ rights: { teamRoles: [], userRoles: [], reason: "noRight" } })),
      teamOffline: scene(many, offline),
      teamNeverOffline: scene(0, () => ({ ...offline(), asOf: null })),
      teamForbidden: scene(0, () => ({ asOf: null, error: error("forbidden") })),
      teamEmpty: scene(0, () => ({ organizations: [], organization: null, asOf: null })),
      teamReading: scene(1200, () => ({ asOf: null, refreshing: { done: 12, total: 100 } })),
      teamFirst: scene(0, () => ({ asOf: null, refreshing: { done: 0, total: null } })),
    },
    commands: {
      open_team: async ({ organization }) => {
        await wait(Number(query.get("open") ?? 60));
        publish({ team: { ...opened(), ...(organization ? { organization, version: 2 } : {}) } });
      },
      refresh_team: async () => {
        const { team } = shown();
        const offline = team.error?.code === "network";
        for (let done = 0; done <= 10; done += 1) {
          publish({ team: { ...shown().team, refreshing: { done, total: 10 }, version: shown().team.version + 1 } });
          await wait(120);
        }
        publish({ team: { ...shown().team, refreshing: null, error: team.error, asOf: offline ? team.asOf : Date.now() } });
      },
      team_rows: async ({ query: asked, from, count }) => {
        await wait(Number(query.get("delay") ?? 5));
        const words = fold(asked.search).split(/\s+/).filter(Boolean);
        const { found, counts } = find(asked);
        return {
          version: shown().team.version, found: found.length, from, counts,
          selected: found.filter((row) => selected.has(row.id)).length,
          rows: found.slice(from, from + count).map(({ folded: _, ...row }) => ({
            ...row, selected: selected.has(row.id), nameMarks: marks(row.name, words), emailMarks: marks(row.email, words), idMarks: marks(row.id, words),
          })),
        };
      },
      select_team: async ({ query: asked, change }) => {
        await wait(Number(query.get("delay") ?? 5));
        const { found } = find(asked);
        if (change.kind === "toggle") selected.has(change.id) ? selected.delete(change.id) : selected.add(change.id);
        else if (change.kind === "range") found.slice(Math.min(change.from, change.to), Math.max(change.from, change.to) + 1).forEach((row) => selected.add(row.id));
        else selected.clear();
        if (change.kind === "only") selected.add(change.id);
        if (change.kind === "all") found.forEach((row) => selected.add(row.id));
      },
    },
  };
});
