// Scenes and commands of somebody's details. In a scene of its own the team is that one person, to be opened from the list.

(window.previewParts ??= []).push(({ query, now, snapshot, error, wait, publish, shown }) => {
  const alone = (query.get("scene") ?? "").startsWith("person");
  const day = 24 * 60 * 60_000;
  const rights = { teamRoles: ["admin", "editor", "viewer", "unassigned"], userRoles: ["admin", "adminViewer", "user"], reason: null };

  const row = {
    id: "5f1c0b7e2f8fb814b56fa190",
    name: "Anna Admin",
    initials: "AA",
    email: "anna.admin@example.com",
    picture: { id: "p1", url: "https://pictures.example.com/anna.png" },
    teamRole: "editor",
    userRole: "user",
    sso: false,
    tags: ["Design", "Madrid"],
    pending: false,
    since: Date.UTC(2024, 2, 4),
    isSelf: false,
    selected: false,
    nameMarks: [],
    emailMarks: [],
    idMarks: [],
  };
  let person = {
    row,
    firstName: "Anna",
    lastName: "Admin",
    pictureAddress: row.picture.url,
    updatedAt: now - 3 * day,
    canEdit: true,
    draft: null,
  };

  /** Whether the next save finds that somebody else was faster. */
  let moves = false;
  let gone = false;
  let team = null;

  function begin(change = {}, rowChange = {}, may = rights) {
    person = { ...person, ...change, row: { ...row, ...rowChange } };
    team = {
      organizations: [{ id: "o1", name: "Acme Industries", picture: null }],
      organization: "o1",
      loaded: true,
      version: 1,
      total: 1,
      asOf: now - 60_000,
      refreshing: null,
      error: null,
      rights: may,
      batch: null,
    };
  }

  const scenes = {
    person: () => begin(),
    personDraft: () => begin({ draft: { firstName: "Annabel", language: "es", base: { firstName: "Anne" } } }),
    personOffline: () => begin({}, {}, { teamRoles: [], userRoles: [], reason: "offline" }),
    personMoved() {
      begin();
      moves = true;
    },
    personGone() {
      begin();
      gone = true;
    },
    personNone: () => begin(),
    personSelf: () => begin({ canEdit: false }, { isSelf: true }),
    personInvitation: () =>
      begin(
        { canEdit: false, firstName: "", lastName: "", pictureAddress: "", updatedAt: null },
        { name: "invited@example.com", email: "invited@example.com", initials: "I", picture: null, userRole: null, sso: null, tags: [], pending: true },
      ),
    personViewer: () => begin({ canEdit: false }, {}, { teamRoles: [], userRoles: [], reason: "noRight" }),
    personLong: () =>
      begin(
        { firstName: "Wolfeschlegelsteinhausenbergerdorff", lastName: "Nachname" },
        {
          name: "Wolfeschlegelsteinhausenbergerdorff Nachname",
          email: "a-rather-long-name.of-somebody@department.example.com",
          picture: null,
          userRole: "adminViewer",
          tags: Array.from({ length: 12 }, (_, place) => `Department ${place + 1}`),
        },
      ),
  };

  const commands = {
    open_person: async () => {
      await wait(Number(query.get("delay") ?? 0));
      if (query.get("scene") === "personNone") throw error("rowGone");
      return person;
    },
    save_person: async ({ changes: { base, picture, language: _, ...names } }) => {
      await wait(300);
      if (gone) throw error("rowGone");
      if (shown().team?.rights.reason === "offline") throw error("network");
      if (moves) {
        moves = false;
        person = { ...person, firstName: "Anne", pictureAddress: "", row: { ...person.row, picture: null, name: "Anne Admin" } };
      }
      const shows = { ...person, picture: person.pictureAddress };
      if (Object.keys(base).some((field) => base[field] !== shows[field])) throw error("personMoved");
      if (names.firstName?.trim() === "") throw error("invalidName", { field: "firstName", problem: "empty" });
      const next = { ...person, ...names, updatedAt: Date.now(), draft: null };
      next.row = { ...person.row, name: `${next.firstName} ${next.lastName}` };
      if (picture) {
        next.row.picture = picture.kind === "removed" ? null : { id: picture.id ?? "p2", url: picture.url ?? null };
        next.pictureAddress = next.row.picture ? (picture.url ?? "/pictures/2.png") : "";
      }
      person = next;
    },
    keep_person_draft: ({ draft }) => void (person = { ...person, draft }),
  };

  // In the place of the big team.
  const list = {
    open_team: () => publish({ team }),
    team_rows: ({ from }) => ({
      version: 1,
      found: 1,
      selected: 0,
      from,
      rows: from === 0 ? [person.row] : [],
      counts: { teamRoles: [], userRoles: [], members: 1, pending: 0, tags: [] },
    }),
  };

  return { scenes, commands: { ...commands, ...(alone ? list : {}) } };
});
