// The scenes of the preview: states of the page that are hard to reach by hand. The address chooses one: /?scene=offline.

import type { InterfaceLanguage, PersonView, Snapshot, Theme } from "../../src/host/types";
import { account, edit, failure, personView, profile, snapshot, sync, teamRow, teamView } from "../../tests/samples";

/** What the page shows at first. */
export interface Scene {
  snapshot: Snapshot;
  /** The people of the team; undefined for many made-up ones. */
  people?: PersonView[];
}

const MINUTE = 60_000;
const now = Date.now();
const query = new URLSearchParams(location.search);

const owner = {
  ...profile,
  role: { role: "admin", choices: ["admin", "adminViewer", "user"].map((role) => ({ role, stepsDown: role !== "admin" })), reason: null },
  organizations: [
    { id: "o1", name: "Acme Industries", picture: null, current: true, primaryColor: query.get("accent"), enforcesSso: false },
    { id: "o2", name: "Example Labs", picture: null, current: false, primaryColor: null, enforcesSso: true },
  ],
  activity: { lastLogin: now - 180 * MINUTE, lastAction: now - 2 * MINUTE },
  createdAt: Date.UTC(2025, 5, 12),
  updatedAt: now - MINUTE,
};

const fresh = { asOf: now - 12 * MINUTE };
const signedOut = { session: "signedOut", profile: null, account: null } as const;
const pending = (change: Parameters<typeof edit>[0]) => edit({ madeAt: now - 7 * MINUTE, ...change });

/** A scene that changes the snapshot of a signed-in user with a current profile. */
function page(change: Partial<Snapshot>): Scene {
  return {
    snapshot: snapshot({
      preferences: { ...snapshot({}).preferences, theme: (query.get("theme") as Theme | null) ?? "system" },
      interfaceLanguage: (query.get("lang") as InterfaceLanguage | null) ?? "en",
      otherAccounts: [
        account(2, { email: "viewer@example.com", fullName: "Victor Viewer", initials: "VV" }),
        account(3, { email: "admin@example.com", fullName: "Adam Admin", initials: "AA", unsent: 2 }),
      ],
      profile: owner,
      sync: sync(fresh),
      ...change,
    }),
  };
}

/** A scene whose team consists of one person. */
function person(change: Partial<PersonView> = {}): Scene {
  const view = personView({ updatedAt: now - 90 * MINUTE, ...change });
  return { ...page({}), people: [{ ...view, row: { ...view.row, since: Date.UTC(2024, 2, 4), tags: ["Design", "Madrid"] } }] };
}

const SCENES: Record<string, () => Scene> = {
  profile: () => page({}),
  signIn: () => page({ ...signedOut, otherAccounts: [] }),
  accounts: () => page(signedOut),
  loading: () => page({ session: "starting", profile: null, sync: sync({ state: "refreshing" }) }),
  draft: () => page({ draft: { firstName: "Olivia", language: "es", role: "user", base: { firstName: "Owner", language: "en" } } }),
  upload: () =>
    page({ edits: [pending({ field: "picture", state: "sending", mine: "", picture: { id: "new", url: null } })], upload: { sent: 34, total: 90 } }),
  offline: () =>
    page({
      edits: [pending({}), pending({ field: "language", base: "en", mine: "pt" })],
      profile: { ...owner, role: { ...owner.role, reason: "offline" } },
      sync: sync({ ...fresh, state: "waitingForNetwork", unsent: 2, error: failure("network"), triesAgain: true }),
    }),
  stale: () => page({ sync: sync({ ...fresh, state: "stale", error: failure("unreadable", { host: "api.example.com", httpStatus: 200 }) }) }),
  conflict: () => page({ edits: [pending({ state: "conflict", theirs: "Oliver" })], sync: sync({ ...fresh, state: "conflict", unsent: 1 }) }),
  refused: () =>
    page({
      edits: [pending({ state: "refused", reason: failure("rejected", { serverMessage: "This name is reserved." }) })],
      sync: sync({ ...fresh, state: "refused", unsent: 1 }),
    }),
  expired: () => page({ session: "expired", sync: sync({ ...fresh, state: "signedOut" }), draft: { firstName: "Olivia", base: { firstName: "Owner" } } }),
  locked: () => page({ session: "keyringLocked", storage: "full", sync: sync({ ...fresh, state: "signedOut" }) }),
  ambiguous: () => page({ session: "keyringAmbiguous", sync: sync({ ...fresh, state: "signedOut" }) }),
  memory: () => page({ tokenKeeping: "memory" }),
  memoryAmbiguous: () => page({ tokenKeeping: "memoryAmbiguous" }),
  memoryNotSetUp: () => page({ tokenKeeping: "memoryNotSetUp" }),
  person,
  personDraft: () => person({ draft: { firstName: "Annabel", base: { firstName: "Anne" } } }),
  personSelf: () => person({ canEdit: false, row: teamRow({ id: "p1", isSelf: true }) }),
  invitation: () => person({ canEdit: false, row: teamRow({ id: "p1", name: "invited@example.com", pending: true, userRole: null, sso: null }) }),
};

/** The chosen scene. */
export const scene = (SCENES[query.get("scene") ?? ""] ?? (() => page({})))();

/** The team at first, before it is opened. */
export const firstTeam = (total: number) =>
  teamView({ total, asOf: now - 5 * MINUTE, organizations: [{ id: "o1", name: "Acme Industries", picture: null }] });
