// While not everybody in the team has been loaded, the page says so wherever it counts, searches, selects or exports.

import { afterEach, describe, expect, test } from "vitest";

import EmptyTeam from "../src/features/team/EmptyTeam.svelte";
import Freshness from "../src/features/team/Freshness.svelte";
import ListSummary from "../src/features/team/ListSummary.svelte";
import ListHead from "../src/features/team/ListHead.svelte";
import SelectionBar from "../src/features/team/roles/SelectionBar.svelte";
import { TeamState } from "../src/features/team/state";
import type { TeamView } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { host, settle } from "./host";
import InTeam from "./InTeam.svelte";
import { html, receiveSnapshot, signInAgain } from "./page";
import { teamCounts, teamRow, teamView } from "./samples";

const partlyRead: Partial<TeamView> = { total: 12_000, asOf: null, partial: { loaded: 12_000, expected: 100_000 } };
const parts = { Freshness, ListSummary, EmptyTeam, ListHead, SelectionBar };

/** Loads a team with a search that finds two people, both selected. Returns its state and the text of each part of the page. */
async function load(change: Partial<TeamView>, interfaceLanguage = "en"): Promise<{ state: TeamState; texts: Record<keyof typeof parts, string> }> {
  host.respondWith("team_rows", { version: 1, found: 2, from: 0, counts: teamCounts(), selected: 2, rows: [teamRow({ id: "a" }), teamRow({ id: "b" })] });
  const view = teamView(change);
  signInAgain({ team: view, interfaceLanguage });
  const state = new TeamState();
  state.team.applySnapshot(view);
  state.team.updateQuery({ search: "a" });
  await settle();
  receiveSnapshot({ team: view, interfaceLanguage });
  const props = { EmptyTeam: { reason: "noMatch" }, ListHead: { scrollbarWidth: 0, focusRows: () => {} } };
  const text = (name: keyof typeof parts) =>
    html(InTeam, { state, component: parts[name], props: props[name as keyof typeof props] }).replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  const texts = { Freshness: "", ListSummary: "", EmptyTeam: "", ListHead: "", SelectionBar: "" };
  for (const name of Object.keys(parts) as (keyof typeof parts)[]) texts[name] = text(name);
  return { state, texts };
}

/** Exports, and returns the notice. */
async function exported({ teamFiles }: TeamState, partial: boolean): Promise<string> {
  host.respondWith("export_team", { path: "/tmp/team.csv", rows: 2, partial });
  await teamFiles.export();
  return teamFiles.notice?.text() ?? "";
}

afterEach(() => setInterfaceLanguage("en"));

describe("a partly loaded team", () => {
  test("is called that in every place that counts, searches, selects or exports", async () => {
    const { state, texts } = await load(partlyRead);
    expect(texts.Freshness).toContain("12,000 of about 100,000 people loaded");
    expect(texts.Freshness).not.toContain("Not loaded yet");
    expect(texts.ListSummary).toContain("2 found so far. Not everyone has been loaded yet.");
    expect(texts.EmptyTeam).toContain("No matches so far. Not everyone in this team has been loaded yet.");
    expect(texts.ListHead).toContain("Select everyone loaded so far");
    expect(texts.SelectionBar).toContain("Only people loaded so far can be selected.");
    expect(await exported(state, true)).toBe("Not everyone was loaded. Saved 2 people found by your search and filters as /tmp/team.csv");
  });

  test("is called that during the load, and if the whole number is not known", async () => {
    const { texts } = await load({ ...partlyRead, partial: { loaded: 12_000, expected: null }, refreshing: { done: 12, total: 100 } });
    expect(texts.Freshness).toContain("Only 12,000 people loaded so far");
    expect(texts.Freshness).toContain("12 of 100 pages");
  });

  test("is called that in Spanish", async () => {
    const { state, texts } = await load(partlyRead, "es");
    expect(texts.Freshness).toContain("Personas cargadas: 12.000 de aproximadamente 100.000");
    expect(texts.EmptyTeam).toContain("Aún no se ha cargado a todo el equipo.");
    expect(await exported(state, true)).toContain("No se había cargado a todo el equipo.");
  });

  test("is not called that once everybody was loaded", async () => {
    const { state, texts } = await load({});
    expect(texts.Freshness).not.toContain("loaded");
    expect(texts.ListSummary).toContain("2 found");
    expect(texts.EmptyTeam).toContain("No matches Clear filters");
    expect(texts.ListHead).toContain("Select all ");
    expect(texts.SelectionBar).not.toContain("loaded");
    expect(await exported(state, false)).toBe("Saved 2 people found by your search and filters as /tmp/team.csv");
  });
});
