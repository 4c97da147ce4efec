// Tags of people in the team: the options of the field, and the changes of one person.

import { beforeEach, describe, expect, test } from "vitest";

import { TeamState } from "../src/features/team/state";
import { similarTag, tagOptions, typedTag } from "../src/features/team/tags/options";
import { host, settle } from "./host";
import { failureText } from "../src/features/team/roles/change-failures.svelte";
import { failure, teamRow } from "./samples";

describe("the options", () => {
  const suggestions = ["Design", "Developers", "Sales"];
  const options = (text: string, chosen: string[] = [], offersNew = true) =>
    tagOptions(suggestions, chosen, text, offersNew, "en").map(({ tag, isNew }) => (isNew ? `+${tag}` : tag));

  test("are the tags that contain the text, in any case, and the text itself as a new tag", () => {
    expect(options("")).toEqual(suggestions);
    expect(options(" DE ")).toEqual(["Design", "Developers", "+DE"]);
    expect(tagOptions(suggestions, [], "sig", true, "en")[0]?.marks).toEqual([[2, 5]]);
  });

  test("leave out the chosen tags, and offer no tag twice", () => {
    expect(options("des", ["Design"])).toEqual(["+des"]);
    expect(options("Design")).toEqual(["Design"]);
    expect(options("Design", ["Design"])).toEqual([]);
  });

  test("offer no new tag where tags are removed", () => {
    expect(options("other", [], false)).toEqual([]);
  });

  test("offer a tag first that differs only in case, accents or Unicode form, and say it of the new one", () => {
    const similar = (text: string, tags: string[], chosen: string[] = []) =>
      tagOptions(tags, chosen, text, true, "en").map(({ tag, isSimilar, similar }) => [tag, isSimilar, similar]);
    expect(similar("sales", ["Presales", "Sales"])).toEqual([["Sales", true, null], ["Presales", false, null], ["sales", false, "Sales"]]);
    expect(similar("cafe", ["Café"])).toEqual([["Café", true, null], ["cafe", false, "Café"]]);
    // The server may have a tag in another Unicode form.
    expect(similar("caf\u00e9", ["cafe\u0301"])).toEqual([["cafe\u0301", true, null], ["caf\u00e9", false, "cafe\u0301"]]);
    expect(similar("DESIGN", [], ["Design"]), "the person has it").toEqual([["DESIGN", false, "Design"]]);
    expect(similar("Sales", ["Sales", "sales"])).toEqual([["Sales", false, null], ["sales", true, null]]);
    expect([similarTag("Sales", ["sales", "Sales"]), similarTag("", [""])]).toEqual([null, null]);
  });

  test("take a tag as it is typed, without the spaces around it", () => {
    expect(typedTag("  e\u0301quipe A ")).toBe("\u00e9quipe A");
  });
});

describe("the tags of one person", () => {
  const row = teamRow({ id: "r1", name: "Anna", tags: ["a"] });
  const changed = (from: string[], to: string[]) => ({
    revision: 0,
    value: { id: "r1", name: "Anna", from, to, added: to.filter((tag) => !from.includes(tag)), removed: from.filter((tag) => !to.includes(tag)) },
  });
  let { tagEdits, undoNotice } = new TeamState();
  beforeEach(() => {
    host.hold = true;
    host.pending = [];
    ({ tagEdits, undoNotice } = new TeamState());
    return () => (host.hold = false);
  });

  test("are shown as wished during the request, and what is changed meanwhile is sent after it", async () => {
    void tagEdits.set(row, ["a", "b"]);
    void tagEdits.set(row, ["a", "b", "c"]);
    expect([tagEdits.tagsOf(row), tagEdits.isBusy("r1"), host.pending.length]).toEqual([["a", "b", "c"], true, 1]);
    expect(host.pending[0]).toMatchObject({ command: "change_tags", payload: { request: { id: "r1", from: ["a"], to: ["a", "b"] } } });
    host.pending.shift()?.resolve(changed(["a"], ["a", "b"]));
    await settle();
    expect(host.pending[0]?.payload).toEqual({ request: { id: "r1", from: ["a", "b"], to: ["a", "b", "c"], undoes: false } });
    host.pending.shift()?.resolve(changed(["a", "b"], ["a", "b", "c"]));
    await settle();
    expect([tagEdits.isBusy("r1"), tagEdits.tagsOf(row), undoNotice.canUndo]).toEqual([false, ["a"], true]);
    expect(host.pending.map(({ command }) => command)).not.toContain("change_tags");
  });

  test("go back to the present ones if the change fails, which is said with the name", async () => {
    void tagEdits.set(row, ["a", "b"]);
    expect(tagEdits.unconfirmedOf(row)).toEqual(["b"]);
    host.pending.shift()?.reject(failure("tagsMoved"));
    await settle();
    expect([tagEdits.isBusy("r1"), tagEdits.tagsOf(row), tagEdits.unconfirmedOf(row)]).toEqual([false, ["a"], []]);
    expect(tagEdits.textOf("r1"), "what was typed goes back into the field").toBe("b");
    expect(undoNotice.failures.all.map(failureText)).toEqual([expect.stringMatching(/^Anna: .*Someone else changed these tags/)]);
  });

  test("keep the text that is not a tag yet while another person is shown", () => {
    tagEdits.type("r1", "desi");
    tagEdits.type("r2", "x");
    expect([tagEdits.textOf("r1"), tagEdits.textOf("r2"), tagEdits.textOf("r3")]).toEqual(["desi", "x", ""]);
  });
});

test("the tags to remove are those of the selected people, read for the current query", async () => {
  host.respondWith("team_tags", { tags: ["Design", "Sales"], fromCache: false, selected: [{ value: "Sales", count: 3 }] });
  const { tagSuggestions, team } = new TeamState();
  await tagSuggestions.loadSelected(team.query);
  expect(host.payloads("team_tags").at(-1)).toEqual({ selected: team.query });
  expect([tagSuggestions.tags, tagSuggestions.selected]).toEqual([["Design", "Sales"], [{ value: "Sales", count: 3 }]]);
  await tagSuggestions.load();
  expect(host.payloads("team_tags").at(-1)).toEqual({ selected: null });
});
