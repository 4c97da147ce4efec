// The commands of the made-up shell. Each has the type of the real one (src/host/commands.ts) and returns plausible data.

import type * as real from "../../src/host/commands";
import type { AccountView, BatchRow, BatchView, HistoryRow, OpenedPicture, ProfileField, ProfileView, RoleKind, RoleOffer } from "../../src/host/types";
import { DEFAULT_QUERY } from "../../src/features/team/query";
import { account, failure, openedPicture } from "../../tests/samples";
import { allTags, personOf, select, selectedRows, setPerson, total, windowOf } from "./people";
import { firstTeam } from "./scenes";
import { publish, publishBatch, publishTeam, state, wait } from "./state";

export { FIRST_PIECE_SIZE, PIECE_SIZE } from "../../src/host/commands";

const nothing = async (): Promise<void> => {};

export const painted: typeof real.painted = nothing;
export const start: typeof real.start = nothing;
export const keepFirstPage: typeof real.keepFirstPage = nothing;
export const acknowledgeClosing: typeof real.acknowledgeClosing = nothing;
export const closeWindow: typeof real.closeWindow = async () => window.close();
export { nextSnapshot } from "./state";

// Sessions and accounts

let cancelPending = () => {};
let signedInProfile: ProfileView | null = state().profile;

function enter(entered: AccountView): void {
  const { account: left, otherAccounts, profile } = state();
  signedInProfile = profile ?? signedInProfile;
  const others = [left, ...otherAccounts].filter((other) => other !== null && other.id !== entered.id) as AccountView[];
  publish({ account: entered, otherAccounts: others, session: "signedIn", profile: signedInProfile && { ...signedInProfile, email: entered.email }, edits: [], draft: null });
}

export const signIn: typeof real.signIn = async ({ email, password, twoFactorCode }) => {
  const cancelled = new Promise<never>((_, reject) => (cancelPending = () => reject(failure("cancelled"))));
  await Promise.race([wait(1000), cancelled]);
  if (email.startsWith("twofactor") && twoFactorCode === null) throw failure("twoFactorRequired");
  if (password !== "lapel-demo") throw failure("wrongCredentials");
  enter({ ...account(9), email });
};
export const signInWithToken: typeof real.signInWithToken = async () => enter({ ...account(9), email: "", byToken: true });
export const cancelSignIn: typeof real.cancelSignIn = async () => cancelPending();
export const switchAccount: typeof real.switchAccount = async (id) => enter(state().otherAccounts.find((other) => other.id === id) ?? account(id));
export const leaveAccount: typeof real.leaveAccount = async () => {
  const { account: left, otherAccounts } = state();
  publish({ account: null, otherAccounts: left ? [left, ...otherAccounts] : otherAccounts, session: "signedOut", profile: null, edits: [], draft: null });
};
export const unsentWork: typeof real.unsentWork = async () => {
  const { account, edits } = state();
  return account && edits.length > 0 ? [{ account: account.id, fields: edits.map(({ field }) => field), role: false, draftsAboutOthers: 0 }] : [];
};
export const signOut: typeof real.signOut = async (scope) => {
  await wait();
  if (scope === "allAccounts") publish({ otherAccounts: [] });
  publish({ account: null, session: "signedOut", profile: null, edits: [], draft: null });
};
export const retryKeyring: typeof real.retryKeyring = async () => {
  await wait();
  throw failure("keyringLocked");
};

export const removeSurplusEntries: typeof real.removeSurplusEntries = async () => {
  await wait();
  publish({ session: "signedIn", tokenKeeping: "keyring" });
};

// The security of the account

/** The demo password is right; any other one is wrong. */
async function checkPassword(password: string): Promise<void> {
  await wait();
  if (password !== "lapel-demo") throw failure("wrongPassword");
}
export const changePassword: typeof real.changePassword = ({ current }) => checkPassword(current);
export const forgotPassword: typeof real.forgotPassword = async (server) => {
  await wait();
  return { demoLink: server === "sandbox" ? "http://127.0.0.1:8787/change-password?token=made-up" : null };
};
export const resetPassword: typeof real.resetPassword = () => wait();
export const resendVerification: typeof real.resendVerification = ({ password }) => checkPassword(password);
export const removeTwoFactor: typeof real.removeTwoFactor = async ({ password }) => {
  await checkPassword(password);
  const { profile, security } = state();
  publish({ profile: profile && { ...profile, twoFactor: false }, security: security && { ...security, twoFactor: false } });
};

export const openTwoFactorPage: typeof real.openTwoFactorPage = () => wait();
export const exportData: typeof real.exportData = async () => {
  await wait();
  return { name: "lapel data owner@example.com.zip", folder: "Downloads" };
};
export const showExportedData: typeof real.showExportedData = () => wait();

// The profile

export const refresh: typeof real.refresh = () => wait();
export const keepDraft: typeof real.keepDraft = nothing;
export const dropDraft: typeof real.dropDraft = nothing;
export const saveProfile: typeof real.saveProfile = async ({ base: _, picture, ...values }) => {
  await wait();
  if (values.firstName?.trim() === "") throw failure("invalidName", { field: "firstName", problem: "empty" });
  const { profile } = state();
  if (!profile) return;
  const saved = { ...profile, ...values };
  const chosen = picture?.kind === "held" ? { id: picture.id, url: null } : picture?.kind === "url" ? { id: "url", url: picture.url } : null;
  publish({ profile: { ...saved, fullName: `${saved.firstName} ${saved.lastName}`, picture: picture ? chosen : saved.picture }, draft: null });
};
export const changeOwnRole: typeof real.changeOwnRole = async () => {
  throw failure("rejected", { serverMessage: "The last administrator stays one." });
};

const withoutEdits = (fields: readonly ProfileField[]) =>
  publish({ edits: state().edits.filter(({ field }) => !fields.includes(field)), sync: { ...state().sync, state: "fresh", unsent: 0, error: null } });
export const resolveEdits: typeof real.resolveEdits = async (conflicts) => withoutEdits(conflicts.map(({ field }) => field));
export const sendAgain: typeof real.sendAgain = async (field) => withoutEdits([field]);
export const dropEdit: typeof real.dropEdit = async (field) => withoutEdits([field]);
export const cancelUpload: typeof real.cancelUpload = async () => publish({ upload: null, edits: [] });
export const setPreferences: typeof real.setPreferences = async (preferences) => publish({ preferences });

// Pictures

let openedCount = 0;
const opened = async (): Promise<OpenedPicture> => {
  await wait();
  return openedPicture(`opened${(openedCount += 1)}`, { width: 512, height: 512, notes: ["metadataRemoved"] });
};
export const addToPicture: typeof real.addToPicture = nothing;
export const openPicture: typeof real.openPicture = opened;
const found = async () => ({ kind: "opened" as const, picture: await opened() });
export const openDroppedPicture: typeof real.openDroppedPicture = found;
export const openClipboardPicture: typeof real.openClipboardPicture = found;
export const reopenPicture: typeof real.reopenPicture = opened;
export const renderPicture: typeof real.renderPicture = async () => {
  throw failure("pictureGone");
};
export const usePicture: typeof real.usePicture = async () => {
  await wait();
  return { picture: { id: "used", url: null }, notes: [] };
};
export const closePicture: typeof real.closePicture = nothing;
export const previewPictureUrl: typeof real.previewPictureUrl = async (url) => {
  await wait();
  if (!url.startsWith("https://")) throw failure("invalidPictureUrl");
  return { id: "url", url };
};

// The team

export const openTeam: typeof real.openTeam = async () => void (state().team ?? publish({ team: firstTeam(total) }));
export const refreshTeam: typeof real.refreshTeam = async () => {
  publishTeam({ refreshing: { done: 1, total: 3 } });
  await wait(900);
  publishTeam({ refreshing: null, asOf: Date.now() });
};
export const findPeople: typeof real.findPeople = async (search) => ({
  people: search.trim() === "" ? [] : windowOf({ ...DEFAULT_QUERY, search: search.trim() }, 0, 8, 1).rows,
  total,
  partial: null,
});
export const teamRows: typeof real.teamRows = async (query, from, count) => windowOf(query, from, count, state().team?.version ?? 1);
export const selectTeam: typeof real.selectTeam = async (query, change) => select(query, change);
export const copyTeamEmails: typeof real.copyTeamEmails = async () => {
  const selected = selectedRows().length;
  return { copied: selected || total, withoutAddress: 0, leftOut: 0, selected: selected > 0, partial: false };
};
export const exportTeam: typeof real.exportTeam = async () => {
  const selected = selectedRows().length;
  return { path: "/home/owner/Downloads/team.csv", rows: selected || total, selected: selected > 0, partial: false };
};

export const openPerson: typeof real.openPerson = async (id) => {
  const person = personOf(id);
  if (!person) throw failure("rowGone");
  return person;
};
export const savePerson: typeof real.savePerson = async (id, { base: _, picture, language: __, ...names }) => {
  await wait();
  if (names.firstName?.trim() === "") throw failure("invalidName", { field: "firstName", problem: "empty" });
  const person = await openPerson(id);
  const saved = { ...person, ...names, draft: null, updatedAt: Date.now() };
  setPerson({ ...saved, row: { ...saved.row, name: `${saved.firstName} ${saved.lastName}`, picture: picture ? { id: "used", url: null } : saved.row.picture } });
};
export const keepPersonDraft: typeof real.keepPersonDraft = async (id, draft) => setPerson({ ...(await openPerson(id)), draft });

// Roles

function offer(kind: RoleKind, current: string): RoleOffer {
  const roles = kind === "team" ? ["admin", "editor", "viewer", "unassigned"] : ["admin", "adminViewer", "user"];
  const choices = roles.filter((role) => role !== current).map((role) => ({
    role, gained: role === "admin" ? (["manageTeam"] as const).slice() : [], lost: role === "viewer" ? (["editContent"] as const).slice() : [],
    confirmation: role === "admin" ? ("givesAdmin" as const) : null, canUndo: true,
  }));
  return { role: current, choices, reason: null };
}
export const roleDialog: typeof real.roleDialog = async (id) => {
  const { row } = await openPerson(id);
  const user = row.userRole === null ? null : offer("user", row.userRole);
  return { id, name: row.name, email: row.email, isSelf: row.isSelf, team: offer("team", row.teamRole), user };
};
export const changeRole: typeof real.changeRole = async ({ id, kind, from, to }) => {
  await wait();
  const person = await openPerson(id);
  setPerson({ ...person, row: { ...person.row, ...(kind === "team" ? { teamRole: to } : { userRole: to }) } });
  return { id, name: person.row.name, kind, from, to, canUndo: true };
};

export const teamTags: typeof real.teamTags = async () => ({ tags: allTags(), fromCache: false, selected: [] });
export const changeTags: typeof real.changeTags = async ({ id, from, to }) => {
  await wait();
  const person = await openPerson(id);
  setPerson({ ...person, row: { ...person.row, tags: to } });
  const without = (tags: string[], others: string[]) => tags.filter((tag) => !others.includes(tag));
  return { id, name: person.row.name, from, to, added: without(to, from), removed: without(from, to) };
};

let planned: BatchRow[] = [];
let running: ReturnType<typeof setInterval> | undefined;

function plan(rows: BatchRow[], change: Partial<BatchView>): void {
  planned = rows;
  publish({
    batch: {
      state: "planned", organization: "o1", organizationName: "Acme Industries", interrupted: false, kind: "team", role: null, tags: null, undoes: false, fromFile: false, total: rows.length, changes: rows.length, done: 0, failed: 0,
      cancelled: 0, unknown: 0, perMinute: null, remaining: null, hours: null, leftOut: [], stopped: null, admins: 0, newAdmins: 0, confirmation: null, canUndo: 0, canRetry: 0, waitsUntil: null, ...change,
    },
  });
}
const planRow = (from: string, to: string, name: string, email: string, line: number | null): BatchRow =>
  ({ line, name, email, from, to, state: "planned", leftOut: null, error: null });

export const planBatch: typeof real.planBatch = async (_, kind, role) =>
  plan(selectedRows().map((row) => planRow((kind === "team" ? row.teamRole : row.userRole) ?? "", role, row.name, row.email, null)), {
    kind, role, confirmation: role === "admin" ? "givesAdmin" : null,
  });
export const planTags: typeof real.planTags = async (_, edit) =>
  plan(selectedRows().map((row) => planRow(JSON.stringify(edit.remove), JSON.stringify(edit.add), row.name, row.email, null)), { kind: "tags", tags: edit });
export const importBatch: typeof real.importBatch = async () =>
  plan(Array.from({ length: 40 }, (_, index) => planRow("editor", "viewer", `Person ${index}`, `person.${index}@example.com`, index + 2)), { fromFile: true });
export const batchRows: typeof real.batchRows = async (only, from, count) => {
  const rows = planned.filter(({ state }) => only === null || state === only);
  return { found: rows.length, from, rows: rows.slice(from, from + count) };
};

/** Changes one row every 50 milliseconds. Every tenth change fails. */
export const runBatch: typeof real.runBatch = async () => {
  publishBatch({ state: "running" });
  running = setInterval(() => {
    const index = planned.findIndex(({ state }) => state === "planned");
    const next = planned[index];
    if (!next) return endBatch();
    const error = index % 10 === 3 ? failure("rejected", { serverMessage: "The role is locked by a policy." }) : null;
    planned[index] = { ...next, state: error ? "failed" : "done", error };
    const failed = planned.filter((row) => row.state === "failed").length;
    publishBatch({ failed, done: planned.filter((row) => row.state === "done").length });
  }, 50);
};
function endBatch(): void {
  clearInterval(running);
  planned = planned.map((row) => (row.state === "planned" ? { ...row, state: "cancelled" } : row));
  const done = planned.filter((row) => row.state === "done").length;
  publishBatch({ state: "over", canUndo: done, cancelled: planned.filter((row) => row.state === "cancelled").length });
}
export const cancelBatch: typeof real.cancelBatch = async () => endBatch();
export const retryBatch: typeof real.retryBatch = async () =>
  plan(planned.filter(({ state }) => state !== "done").map((row) => ({ ...row, state: "planned", error: null })), {});
export const undoBatch: typeof real.undoBatch = async () =>
  plan(planned.filter(({ state }) => state === "done").map((row) => ({ ...row, from: row.to, to: row.from, state: "planned" })), { undoes: true });
export const closeBatch: typeof real.closeBatch = async () => {
  clearInterval(running);
  publishBatch(null);
};
export const openBatch: typeof real.openBatch = nothing;

const history: HistoryRow[] = Array.from({ length: 300 }, (_, index) => ({
  at: Date.now() - index * 3_600_000, batch: null, undoes: false, running: false, undo: null, undoTags: null, counts: { made: 1, failed: 0, unknown: 0, notTried: 0 }, name: `Person ${index}`, email: `person.${index}@example.com`, organization: "Acme Industries", by: "owner@example.com", kind: index % 5 === 0 ? "user" : "team",
  from: index % 5 === 0 ? "user" : "editor", to: index % 5 === 0 ? "admin" : "viewer", outcome: index % 7 === 0 ? "failed" : "made",
}));
export const roleHistory: typeof real.roleHistory = async (search, from, count) => {
  const rows = history.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  return { found: rows.length, from, rows: rows.slice(from, from + count) };
};
export const exportHistory: typeof real.exportHistory = async () => ({ path: "/home/owner/Downloads/role-changes.csv", rows: history.length, selected: false, partial: false });
