// The people of the team: made up, or those of the scene. Search, filters, order and selection work as in the app, only
// slower and with simpler rules.

import type { PersonView, SelectionChange, TeamColumn, TeamQuery, TeamRow, TeamWindow } from "../../src/host/types";
import { personView, teamCounts, teamRow } from "../../tests/samples";
import { scene } from "./scenes";

const FIRST = ["Olivia", "Álvaro", "Zoë", "Noah", "Søren", "Amélie", "Kenji", "Priya", "Łukasz", "Chloé", "Yuki"];
const LAST = ["García", "O’Connor", "Müller", "Nakamura", "Núñez", "Kowalski", "Wolfeschlegelsteinhausen"];
const ROLES = ["owner", "admin", "editor", "viewer", "unassigned"];
const TAGS = ["Design", "EMEA", "Madrid office", "Pilot program"];
const DAY = 86_400_000;

function madeUp(index: number): PersonView {
  const [firstName = "", lastName = ""] = [FIRST[index % FIRST.length], LAST[(index * 3) % LAST.length]];
  const isPending = index % 37 === 5;
  const email = `person.${index}@example.com`;
  const row = teamRow({
    id: `p${index}`, name: isPending ? email : `${firstName} ${lastName}`, initials: `${firstName[0]}${lastName[0]}`, email,
    picture: index % 9 === 4 ? { id: `p${index}`, url: null } : null,
    teamRole: index === 0 ? "owner" : (ROLES[1 + (index % 4)] ?? ""), userRole: isPending ? null : "user", sso: isPending ? null : index % 3 === 0,
    tags: TAGS.filter((_, tag) => index % (tag + 3) === 0), pending: isPending, since: Date.now() - index * DAY, isSelf: index === 0,
  });
  return personView({ row, firstName, lastName, canEdit: index > 0 && !isPending });
}

const all = new Map((scene.people ?? Array.from({ length: 1200 }, (_, index) => madeUp(index))).map((person) => [person.row.id, person]));
const selected = new Set<string>();

/** The number of people. */
export const total = all.size;

/** One person; undefined if there is none with this id. */
export const personOf = (id: string): PersonView | undefined => all.get(id);

/** Changes one person. */
export function setPerson(person: PersonView): void {
  all.set(person.row.id, person);
}

/** The selected rows. */
export const selectedRows = (): TeamRow[] => [...all.values()].map(({ row }) => row).filter(({ id }) => selected.has(id));

const SORT_KEYS: Record<TeamColumn, (row: TeamRow) => string | number> = {
  name: ({ name }) => name, email: ({ email }) => email, teamRole: ({ teamRole }) => ROLES.indexOf(teamRole), userRole: ({ userRole }) => userRole ?? "",
  sso: ({ sso }) => Number(sso), tags: ({ tags }) => tags.join(), state: ({ pending }) => Number(pending), since: ({ since }) => since ?? 0,
};

/** Whether a row counts as changed from this computer. */
const isChangedByMe = ({ id }: TeamRow): boolean => id.endsWith("7");

/** Start and end of the first match; empty without a match. */
function marks(text: string, search: string): [number, number][] {
  const at = search === "" ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  return at < 0 ? [] : [[at, at + search.length]];
}

function matching({ search, teamRole, userRole, state, tags, sso, changedByMe, sort, descending }: TeamQuery): TeamRow[] {
  const rows = [...all.values()]
    .map(({ row }) => ({ ...row, selected: selected.has(row.id), nameMarks: marks(row.name, search), emailMarks: marks(row.email, search) }))
    .filter((row) => search === "" || row.nameMarks.length + row.emailMarks.length > 0)
    .filter((row) => (teamRole === null || row.teamRole === teamRole) && (userRole === null || row.userRole === userRole))
    .filter((row) => (state === null || row.pending === (state === "pending")) && tags.every((tag) => row.tags.includes(tag)))
    .filter((row) => (sso === null || row.sso === sso) && (!changedByMe || isChangedByMe(row)));
  const key = SORT_KEYS[sort ?? "teamRole"];
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (descending ? -1 : 1));
}

/** A range of the rows that match a query. */
export function windowOf(query: TeamQuery, from: number, count: number, version: number): TeamWindow {
  const rows = matching(query);
  const pending = rows.filter((row) => row.pending).length;
  const teamRoles = ROLES.map((value) => ({ value, count: rows.filter((row) => row.teamRole === value).length }));
  return {
    version, found: rows.length, from, rows: rows.slice(from, from + count), selected: rows.filter((row) => row.selected).length,
    counts: teamCounts({
      teamRoles, userRoles: [{ value: "user", count: rows.length - pending }], members: rows.length - pending, pending,
      tags: TAGS.map((value) => ({ value, count: rows.filter(({ tags }) => tags.includes(value)).length })),
      sso: rows.filter(({ sso }) => sso === true).length, noSso: rows.filter(({ sso }) => sso === false).length,
      changedByMe: rows.filter(isChangedByMe).length,
    }),
  };
}

/** Changes the selection among the rows that match a query. */
export function select(query: TeamQuery, change: SelectionChange): void {
  const ids = matching(query).map(({ id }) => id);
  if (change.kind === "toggle") selected.has(change.id) ? selected.delete(change.id) : selected.add(change.id);
  else if (change.kind === "none") ids.forEach((id) => selected.delete(id));
  else if (change.kind === "all") ids.forEach((id) => selected.add(id));
  else ids.slice(Math.min(change.from, change.to), Math.max(change.from, change.to) + 1).forEach((id) => selected.add(id));
}

/** The tags that somebody has. */
export const allTags = (): string[] => [...new Set([...all.values()].flatMap(({ row }) => row.tags))].sort();
