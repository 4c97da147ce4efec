// Exporting the team and importing roles from a file. The fake shell holds each call until the test responds.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { errorText } from "../src/errors/table";
import { DEFAULT_QUERY } from "../src/features/team/query";
import { TeamFiles } from "../src/features/team/roles/team-files.svelte";
import { TeamState } from "../src/features/team/state";
import TeamFoot from "../src/features/team/TeamFoot.svelte";
import type { Team } from "../src/features/team/team.svelte";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { app } from "../src/state/app.svelte";
import { listSeparator } from "../src/text/list-separator";
import { host, settle } from "./host";
import InTeam from "./InTeam.svelte";
import { html } from "./page";
import { failure, snapshot, teamView } from "./samples";

host.hold = true;
let { teamFiles } = new TeamState();

const commands = host.pendingCommands;

beforeEach(() => {
  app.snapshot = snapshot({ team: teamView({ total: 50 }) });
  host.snapshot = app.snapshot;
  ({ teamFiles } = new TeamState());
});
afterEach(async () => {
  // End all pending calls before the next test.
  for (const { reject } of host.pending) reject(failure("cancelled"));
  await settle();
});

describe("an export", () => {
  test("has the selected rows, or else those that are found, and says so", async () => {
    for (const [selected, search, saved, notice] of [
      [0, "", false, "Saved 12 people as /x.csv"],
      [0, "a", false, "Saved 12 people found by your search and filters as /x.csv"],
      [2, "a", true, "Saved 2 selected people as /x.csv"],
    ] as const) {
      host.pending = [];
      const query = { ...DEFAULT_QUERY, search };
      const files = new TeamFiles({ query, found: 12, selected } as Team);
      expect(files.exportLabel).toBe(selected > 0 ? "Export 2 selected" : "Export");
      const exporting = files.export();
      expect(host.pending.map(({ command, payload }) => [command, payload])).toEqual([["export_team", { query, separator: listSeparator() }]]);
      expect(files.exportLabel).toBe("Exporting…");
      host.pending[0]?.resolve({ path: "/x.csv", rows: saved ? 2 : 12, selected: saved });
      await exporting;
      expect(files.notice?.text()).toBe(notice);
    }
  });

  test("is called a file in Spanish, because nobody is saved", async () => {
    void setInterfaceLanguage("es");
    const files = new TeamFiles({ query: DEFAULT_QUERY, found: 305, selected: 0 } as Team);
    host.pending = [];
    const exporting = files.export();
    host.pending[0]?.resolve({ path: "/tmp/x.csv", rows: 305, selected: false });
    await exporting;
    expect(files.notice?.text()).toBe("Se ha guardado un archivo con 305 personas: /tmp/x.csv");
  });

  test("has the separator that spreadsheets expect", () => {
    for (const [locale, separator] of [["en-US", "comma"], ["es-ES", "semicolon"], ["es-MX", "comma"], ["de-DE", "semicolon"], ["zh-CN", "comma"]] as const) {
      expect(listSeparator(locale), locale).toBe(separator);
    }
  });
});

describe("copied addresses", () => {
  test("are counted, and the notice says which ones are missing", async () => {
    const copied = { copied: 3, withoutAddress: 0, leftOut: 0, partial: false, selected: false };
    for (const [change, notice, bad] of [
      [{}, "Copied 3 email addresses.", false],
      [{ copied: 1, withoutAddress: 1, partial: true }, "Not everyone was loaded. Copied 1 email address. 1 person has no email address.", false],
      [{ leftOut: 2000 }, "Copied 3 email addresses. 2,000 addresses didn't fit. Select fewer people to copy them.", false],
      [{ copied: 0, withoutAddress: 4 }, "There are no email addresses to copy.", true],
    ] as const) {
      host.pending = [];
      const query = { ...DEFAULT_QUERY, search: "a" };
      const files = new TeamFiles({ query, found: 12, selected: 0 } as Team);
      const copying = files.copyEmails();
      expect(host.pending.map(({ command, payload }) => [command, payload])).toEqual([["copy_team_emails", { query }]]);
      host.pending[0]?.resolve({ ...copied, ...change });
      await copying;
      expect([files.notice?.text(), files.notice?.bad]).toEqual([notice, bad]);
    }
  });

  test("that the clipboard does not take are an error", async () => {
    host.pending = [];
    const files = new TeamFiles({ query: DEFAULT_QUERY, found: 1, selected: 0 } as Team);
    const copying = files.copyEmails();
    host.pending[0]?.reject(failure("notCopied"));
    await copying;
    expect([files.notice?.text(), files.notice?.bad]).toEqual(["The text couldn't be copied. Try again.", true]);
  });
});

describe("a role file", () => {
  test("shows that it is being read", () => {
    const state = new TeamState();
    const foot = () => html(InTeam, { state, component: TeamFoot });
    expect(foot()).not.toContain("<progress");
    state.teamFiles.importing = true;
    expect(foot()).toMatch(/<progress[^>]*aria-label="Reading the file…"/);
  });

  test("that is too large is not read", async () => {
    await teamFiles.import({ size: app.boot.limits.listBytes + 1 } as Blob);
    expect(commands()).toEqual([]);
    expect(teamFiles.notice?.text()).toContain("too large");
  });

  test("has a different message for each problem", async () => {
    const texts = new Set<string>();
    for (const problem of ["text", "columns", "ambiguousEmail", "ambiguousRole", "ambiguousHistory", "empty", "unknown-reason"]) {
      host.pending = [];
      const importing = teamFiles.import(new Blob(["x"]));
      await vi.waitFor(() => expect(commands()).toEqual(["import_batch"]));
      host.pending[0]?.reject(failure("notAList", { problem }));
      await importing;
      texts.add(teamFiles.notice?.text() ?? "");
    }
    expect(texts.size).toBe(7);
  });

  test("with ambiguous columns says which ones", () => {
    expect(errorText(failure("notAList", { problem: "ambiguousRole", columns: ["role", "Rol"] }))).toBe(
      "More than one column of this list could have the roles: “role”, “Rol”. Keep only one of them.",
    );
  });

  test("is not read without a connection", async () => {
    app.snapshot = snapshot({ team: teamView({ rights: { teamRoles: [], userRoles: [], tags: false, reason: "offline" } }) });
    await teamFiles.import(new Blob(["x"]));
    expect(teamFiles.offersImport).toBe(true);
    teamFiles.explainNoImport();
    expect(teamFiles.notice?.text()).toBe("You need to be online to import roles.");
    expect(commands()).toEqual([]);
  });
});
