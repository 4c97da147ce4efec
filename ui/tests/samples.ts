// Sample data for several tests.

import type { AccountView, AppError, BatchView, EditView, ErrorDetails, HistoryRow, OpenedPicture, PersonView, ProfileView, RoleDialog, Snapshot, SyncView, TeamCounts, TeamRow, TeamView } from "../src/host/types";

/** A profile without unknown values. */
export const profile: ProfileView = {
  id: "u1",
  email: "owner@example.com",
  firstName: "Owner",
  lastName: "Person",
  fullName: "Owner Person",
  initials: "OP",
  picture: null,
  pictureAddress: "",
  language: "en",
  role: { role: "admin", choices: [], reason: null },
  verification: "verified",
  twoFactor: true,
  sso: false,
  hasPassword: true,
  newsletter: false,
  organizations: [],
  activity: { lastLogin: 2, lastAction: 3 },
  createdAt: 1,
  updatedAt: 4,
  updated: null,
  storedAs: [],
};

/** A waiting edit of the first name. */
export function edit(change: Partial<EditView>): EditView {
  return { field: "firstName", state: "waiting", base: "Owner", mine: "Olivia", picture: null, theirs: null, theirsAt: null, reason: null, madeAt: 0, ...change };
}

/** A sync without problems. */
export function sync(change: Partial<SyncView> = {}): SyncView {
  return { state: "fresh", asOf: 0, unsent: 0, error: null, triesAgain: false, signInHelps: false, nextTry: null, ...change };
}

/** An error as the shell sends it. */
export function failure(code: AppError["code"], details: Partial<ErrorDetails> = {}): AppError {
  return { code, message: "", details: details as ErrorDetails };
}

/** An account at the demo server. */
export function account(id = 1, change: Partial<AccountView> = {}): AccountView {
  const { email, fullName, initials } = profile;
  return {
    id, userId: `u${id}`, server: { key: "sandbox", kind: "sandbox" }, email, byToken: false, fullName, initials, picture: null, unsent: 0, ...change,
  };
}

/** The snapshot of a signed-in user. */
export function snapshot(change: Partial<Snapshot>): Snapshot {
  return {
    revision: 1,
    interfaceLanguage: "en",
    preferences: { theme: "system", zoom: 100, language: "profile", loadRemotePictures: true, lastServer: null },
    account: account(),
    otherAccounts: [],
    session: "signedIn",
    tokenKeeping: "keyring",
    profile,
    security: { noPassword: null, twoFactor: true, verified: true, twoFactorPage: null },
    edits: [],
    draft: null,
    sync: sync(),
    upload: null,
    team: null,
    batch: null,
    storage: "sound",
    ...change,
  };
}

/** A row of a team. */
export function teamRow(change: Partial<TeamRow> = {}): TeamRow {
  return {
    id: "r1", userId: null, name: "Zoë Núñez", initials: "ZN", email: "zoe@example.com", picture: null, teamRole: "viewer", userRole: "user", mayChangeTeamRole: false, mayChangeUserRole: false, sso: false,
    tags: [], pending: false, since: 1, isSelf: false, selected: false, nameMarks: [], emailMarks: [], idMarks: [], tagMarks: [], ...change,
  };
}

/** The counts of an empty team. */
export function teamCounts(change: Partial<TeamCounts> = {}): TeamCounts {
  return { teamRoles: [], userRoles: [], members: 0, pending: 0, tags: [], sso: 0, noSso: 0, changedByMe: 0, ...change };
}

/** A loaded team. */
export function teamView(change: Partial<TeamView> = {}): TeamView {
  return {
    organizations: [{ id: "o1", name: "Acme", picture: null }], organization: "o1", loaded: true, version: 1, total: 3, asOf: 1, partial: null,
    refreshing: null, error: null, rights: { teamRoles: ["admin", "editor", "viewer", "unassigned"], userRoles: ["admin", "adminViewer", "user"], tags: true, reason: null }, ...change,
  };
}

/** Another person, whom the user may edit. */
export function personView(change: Partial<PersonView> = {}): PersonView {
  return {
    row: teamRow({ id: "p1" }), firstName: "Zoë", lastName: "Núñez", pictureAddress: "", updatedAt: 2, canEdit: true, draft: null, ...change,
  };
}

/** The roles of a person, which can be changed. */
export function roleDialog(change: Partial<RoleDialog> = {}): RoleDialog {
  const choice = { gained: [], lost: [], confirmation: null, canUndo: true };
  return { id: "p1", name: "Zoë Núñez", email: "zoe@example.com", isSelf: false, team: { role: "viewer", choices: [{ role: "editor", ...choice }], reason: null }, user: null, ...change };
}

/** A change of one role in the history. */
export const historyRow = (more: Partial<HistoryRow> = {}): HistoryRow => ({
  at: 1, batch: null, undoes: false, running: false, counts: { made: 1, failed: 0, unknown: 0, notTried: 0 }, name: "Anna", email: "anna@example.com",
  organization: "Acme", by: "owner@example.com", kind: "team", from: "editor", to: "viewer", outcome: "made", undo: null, undoTags: null, ...more,
});

/** A picture that is open in the editor. */
export function openedPicture(id: string, change: Partial<OpenedPicture> = {}): OpenedPicture {
  return { id, width: 1600, height: 1200, notes: [], transparent: false, crop: null, ...change };
}

/** A planned batch of role changes. */
export const batchView = (more: Partial<BatchView> = {}): BatchView => ({
  state: "planned", organization: "o1", organizationName: "Acme", interrupted: false, kind: "team", role: "viewer", tags: null, undoes: false, fromFile: false,
  total: 50, changes: 47, done: 0, failed: 0, cancelled: 0, unknown: 0, perMinute: null, remaining: null, hours: null, admins: 0, newAdmins: 0, stopped: null,
  leftOut: [{ reason: "owner", count: 1 }, { reason: "noChange", count: 2 }], confirmation: null, canUndo: 0, canRetry: 0, waitsUntil: null, ...more,
});
