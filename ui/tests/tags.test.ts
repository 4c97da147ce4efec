// Changes of tags: the texts of a plan, its results, the notices and the history, and undoing a change.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { errorText } from "../src/errors/table";
import { changeText, footText, leftOutReasonTexts, outcomeText, runText, summaryText, targetText, titleText } from "../src/features/team/roles/batch-texts";
import { RoleHistory } from "../src/features/team/roles/history.svelte";
import { historyChangeText } from "../src/features/team/roles/history-texts";
import { tagsChangedText } from "../src/features/team/roles/tag-texts";
import { TeamState } from "../src/features/team/state";
import type { BatchRow, BatchView, HistoryRow, TagsChanged } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { app } from "../src/state/app.svelte";
import { host, settle } from "./host";
import { batchView, failure, historyRow, snapshot, teamView } from "./samples";
import { showSmallTeam } from "./small-team";

const tagBatch = (more: Partial<BatchView> = {}) =>
  batchView({ kind: "tags", role: null, tags: { add: ["Design", "EMEA"], remove: ["Pilot"] }, leftOut: [{ reason: "noChange", count: 3 }], ...more });
const row = (more: Partial<BatchRow> = {}): BatchRow => ({
  line: null, name: "Anna", email: "anna@example.com", from: "[]", to: '["Design"]', state: "planned", leftOut: null, error: null, ...more,
});
const changed = (more: Partial<TagsChanged> = {}): TagsChanged => ({ id: "c1", name: "Anna", from: ["a"], to: ["a", "b"], added: ["b"], removed: [], ...more });
const tagsRow = (more: Partial<HistoryRow> = {}): HistoryRow =>
  historyRow({ kind: "tags", from: "[]", to: '["b"]', undoTags: { id: "c1", from: ["b"], to: [], undoes: true }, ...more });

beforeEach(showSmallTeam);

describe("a batch of tags", () => {
  test("says what happens to the tags, and never speaks of roles", () => {
    expect([titleText(tagBatch()), targetText(tagBatch())]).toEqual(["Change tags", "Add “Design” and “EMEA”; remove “Pilot”"]);
    expect(targetText(tagBatch({ tags: { add: [], remove: ["Pilot"] } }))).toBe("Remove “Pilot”");
    expect([summaryText(tagBatch()), runText(tagBatch())]).toEqual(["Tags of 47 people will change, 3 skipped", "Change tags of 47 people"]);
    expect(summaryText(tagBatch({ changes: 0, total: 3 }))).toBe("No tags will change, 3 skipped");
    expect(leftOutReasonTexts(tagBatch(), "en")).toEqual(["Tags are already like this: 3"]);
    expect(summaryText(tagBatch({ state: "running" }))).toBe("Changing tags…");
    const undo = tagBatch({ undoes: true, tags: null });
    expect([titleText(undo), targetText(undo), runText(undo)]).toEqual([
      "Undo tag changes", "The changed tags go back to what they were. Other changes to tags stay.", "Undo 47 changes",
    ]);
  });

  test("has the same sentences in Spanish", () => {
    void setInterfaceLanguage("es");
    const one = tagBatch({ tags: { add: ["Design"], remove: ["Pilot"] } });
    expect([titleText(one), targetText(one)]).toEqual(["Cambiar etiquetas", "Añadir «Design»; quitar «Pilot»"]);
    expect([summaryText(tagBatch({ changes: 1, total: 1, leftOut: [] })), runText(tagBatch())]).toEqual([
      "Cambiarán las etiquetas de 1 persona", "Cambiar etiquetas de 47 personas",
    ]);
  });

  test("shows the change of each person and why it was not made", () => {
    expect(changeText("tags", row())).toBe("Add “Design”");
    expect(changeText("tags", row({ from: '["a, b"]', to: "[]" }))).toBe("Remove “a, b”");
    expect(changeText("tags", row({ from: "[]", to: "[]", state: "leftOut", leftOut: "noChange" })), "a person whose tags are as wished").toBe("");
    expect(outcomeText("tags", row({ state: "leftOut", leftOut: "noChange" }))).toBe("Tags are already like this");
    expect(outcomeText("tags", row({ state: "leftOut", leftOut: "tooManyTags" }))).toBe("Would have more than 100 tags");
    expect(outcomeText("team", row({ state: "leftOut", leftOut: "noChange" }))).toBe("Already has this role");
    expect(changeText("team", row({ from: "editor", to: "viewer", state: "leftOut", leftOut: "noChange" })), "the role that somebody else has given").toBe("Viewer");
    const moved = row({ state: "failed", error: failure("tagsMoved") });
    expect(outcomeText("tags", moved)).toBe("Someone else changed these tags in the meantime. Nothing was changed.");
  });

  test("is named in the foot of the page", () => {
    const over = tagBatch({ state: "over", done: 45, failed: 2, total: 47, leftOut: [], canRetry: 2 });
    expect(footText(over, 0)).toBe("A tag change in Acme is not complete: 45 changed, 2 failed");
    expect(footText(tagBatch({ state: "running" }), 0)).toMatch(/^Changing tags in Acme: /);
    expect(footText(tagBatch({ state: "over", undoes: true, done: 47, total: 47 }), 0)).toBe("Tag changes undone in Acme: 47 changed");
  });

  test("is planned for the current query, unless another batch runs", async () => {
    const { selectionPlan, team } = new TeamState();
    expect(selectionPlan.offersTags).toBe(true);
    const edit = { add: ["Design"], remove: [] };
    await selectionPlan.planTags(edit);
    expect(host.payloads("plan_tags")).toEqual([{ query: team.query, edit }]);
    app.snapshot = snapshot({ team: teamView(), batch: batchView({ state: "running" }) });
    await selectionPlan.planTags(edit);
    expect(host.payloads("plan_tags")).toHaveLength(1);
  });
});

describe("a change of one person's tags", () => {
  test("is described by its difference", () => {
    expect(tagsChangedText(changed())).toBe("Anna: added “b”");
    expect(tagsChangedText(changed({ added: [], removed: ["a"] }))).toBe("Anna: removed “a”");
    expect(tagsChangedText(changed({ removed: ["a", "c"] }))).toBe("Anna: added “b”, removed “a” and “c”");
    void setInterfaceLanguage("es");
    expect(tagsChangedText(changed({ removed: ["a"] }))).toBe("Anna ahora tiene «b» y ya no tiene «a»");
  });

  test("can be undone from its notice", async () => {
    vi.useFakeTimers();
    const { undoNotice } = new TeamState();
    undoNotice.showTags(changed());
    expect([undoNotice.text, undoNotice.canUndo]).toEqual(["Anna: added “b”", true]);
    host.respondWith("change_tags", { revision: 0, value: changed({ from: ["a", "b"], to: ["a"], added: [], removed: ["b"] }) });
    const undoing = undoNotice.undo();
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    await undoing;
    expect(host.payloads("change_tags")).toEqual([{ request: { id: "c1", from: ["a", "b"], to: ["a"], undoes: true } }]);
  });

  test("that somebody else had made already is said and cannot be undone", () => {
    const { undoNotice } = new TeamState();
    undoNotice.showTags(changed({ from: ["a"], to: ["a"], added: [] }));
    expect([undoNotice.text, undoNotice.canUndo]).toEqual(["Anna: tags are already like this", false]);
    undoNotice.dismiss();
  });

  test("whose undo finds other tags is not offered again", async () => {
    const { undoNotice } = new TeamState();
    undoNotice.showTags(changed());
    host.responses["change_tags"] = () => Promise.reject(failure("tagsMoved"));
    await undoNotice.undo();
    expect([undoNotice.text, undoNotice.canUndo]).toEqual(["Anna: Someone else changed these tags in the meantime. Nothing was changed.", false]);
    undoNotice.dismiss();
  });

  test("is undone from the history with the request of the shell", async () => {
    host.respondWith("role_history", { found: 1, from: 0, rows: [tagsRow()] });
    host.respondWith("change_tags", { revision: 0, value: changed({ from: ["a", "b"], to: ["a"], added: [], removed: ["b"] }) });
    const history = new RoleHistory(new TeamState());
    await settle();
    await history.undo(tagsRow());
    expect(host.payloads("change_tags")).toEqual([{ request: tagsRow().undoTags }]);
    expect(history.status).toEqual({ text: "Undone. Anna: removed “b”", isFailure: false });
  });

  test("has a row in the history; a batch may have different changes", () => {
    expect(historyChangeText(tagsRow())).toBe("Add “b”");
    expect(historyChangeText(tagsRow({ from: null }))).toBe("Different tags");
  });

  test("explains what is wrong with a tag", () => {
    const text = (problem: string) => errorText(failure("invalidTag", { problem }));
    expect(["empty", "tooLong", "control", "tooMany", "?"].map(text)).toEqual([
      "Enter a tag.", "A tag can have at most 128 characters.", "A tag can't contain line breaks or other control characters.", "A person can have at most 100 tags.", "This tag isn't valid.",
    ]);
  });
});
