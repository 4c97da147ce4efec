// Choosing a picture and putting it into the form. The fake shell holds each call until the test responds to it.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { toPictureCrop } from "../src/features/picture/crop";
import { LARGE_FILE_SIZE, PicturePicker } from "../src/features/picture/picture-picker.svelte";
import { app } from "../src/state/app.svelte";
import { globals, host } from "./host";
import { form, signInAgain } from "./page";
import { failure, openedPicture as opened, profile } from "./samples";

host.hold = true;

const callCount = (count: number) => vi.waitFor(() => expect(host.pending).toHaveLength(count));
const commands = host.pendingCommands;
const closed = () => host.pending.filter(({ command }) => command === "close_picture").map(({ payload }) => payload);

/** A picker with an open picture in the editor. */
async function openEditor(picture = opened("o1")) {
  const picker = new PicturePicker(form);
  const choosing = picker.openFile(new Blob(["1"]));
  await callCount(1);
  host.pending.shift()?.resolve(picture);
  await choosing;
  const { editor } = picker;
  if (!editor) throw new Error("no editor");
  return { picker, editor };
}

beforeEach(() => signInAgain());

describe("choosing a picture", () => {
  test("uses the last of two files, even if it is opened first", async () => {
    const picker = new PicturePicker(form);
    const first = picker.openFile(new Blob(["1"]));
    const second = picker.openFile(new Blob(["2"]));
    await callCount(2);
    expect(picker.preparing).toBe(true);
    host.pending[1]?.resolve(opened("two"));
    await second;
    host.pending[0]?.resolve(opened("one"));
    await first;
    expect(picker.editor?.opened.id).toBe("two");
    expect(picker.preparing).toBe(false);
    expect(closed()).toEqual([{ id: "one" }]);
  });

  test("a picture waits until the user has left the text field, or saves", async () => {
    const page = { activeElement: { tagName: "BUTTON" } as unknown, hasFocus: () => true, listeners: new Map<string, (event: unknown) => void>() };
    vi.stubGlobal("document", {
      get activeElement() { return page.activeElement; },
      hasFocus: page.hasFocus,
      addEventListener: (name: string, listener: (event: unknown) => void) => page.listeners.set(name, listener),
      removeEventListener: (name: string) => page.listeners.delete(name),
    });
    const field = { tagName: "INPUT", type: "text" };
    let picker = new PicturePicker(form);
    for (const leave of [() => page.listeners.get("focusout")?.({ relatedTarget: null }), () => void picker.finish()]) {
      page.activeElement = { tagName: "BUTTON" };
      picker = new PicturePicker(form);
      const choosing = picker.openFile(new Blob(["1"]));
      await callCount(1);
      page.activeElement = field;
      host.pending.shift()?.resolve(opened("o1"));
      await vi.waitFor(() => expect(picker.waits).toBe(true));
      page.listeners.get("focusout")?.({ relatedTarget: field });
      expect([picker.editor, picker.preparing]).toEqual([null, true]);
      leave();
      await choosing;
      expect([picker.waits, picker.editor?.opened.id]).toEqual([false, "o1"]);
      host.pending.length = 0;
    }
    vi.stubGlobal("document", globals.document);
  });

  test("replaces the picture in the editor only when the new one is open", async () => {
    const { picker } = await openEditor();
    const dropping = picker.openDropped();
    expect(picker.editor?.opened.id).toBe("o1");
    host.pending[0]?.resolve(opened("o2"));
    await dropping;
    expect(picker.editor?.opened.id).toBe("o2");
    expect(closed()).toEqual([{ id: "o1" }]);
  });

  test("shows an invalid picture as an error of the file field, even if a URL is typed", async () => {
    form.typeUrl("https://example.com/a.png");
    const { picker } = await openEditor();
    const choosing = picker.openFile(new Blob(["x"]));
    await callCount(1);
    host.pending[0]?.reject(failure("notAPicture", { field: "picture" }));
    await choosing;
    expect(picker.editor).toBeNull();
    expect(form.failures.file?.code).toBe("notAPicture");
    expect(form.failures.url).toBeUndefined();
    expect(form.typed.picture?.kind).toBe("url");
  });

  test("opens the editor for a large file before it is decoded", async () => {
    const picker = new PicturePicker(form);
    const choosing = picker.openFile(new Blob([new Uint8Array(LARGE_FILE_SIZE)]));
    for (const index of [0, 1, 2]) {
      await callCount(index + 1);
      expect(picker.awaiting).toBe(false);
      host.pending[index]?.resolve(undefined);
    }
    await callCount(4);
    expect(picker.awaiting).toBe(true);
    host.pending[3]?.resolve(opened("large"));
    await choosing;
    expect(commands()).toEqual(["add_to_picture", "add_to_picture", "add_to_picture", "open_picture"]);
    expect(picker.editor?.opened.id).toBe("large");
    expect(picker.awaiting).toBe(false);
  });

  test("can be cancelled before the picture is decoded", async () => {
    const picker = new PicturePicker(form);
    const choosing = picker.openFile(new Blob([new Uint8Array(LARGE_FILE_SIZE)]));
    for (const index of [0, 1, 2]) {
      await callCount(index + 1);
      host.pending[index]?.resolve(undefined);
    }
    await callCount(4);
    picker.cancel();
    expect(picker.awaiting).toBe(false);
    host.pending[3]?.resolve(opened("large"));
    await choosing;
    expect(picker.editor).toBeNull();
    expect(closed()).toEqual([{ id: "large" }]);
  });

  test("does not read a file that is too large", async () => {
    await new PicturePicker(form).openFile({ size: app.boot.limits.pictureBytes + 1 } as Blob);
    expect(form.failures.file?.code).toBe("pictureTooLarge");
    expect(host.pending).toEqual([]);
  });

  test("changes nothing if the clipboard has no picture", async () => {
    const { picker } = await openEditor();
    const pasting = picker.openClipboard();
    host.pending[0]?.resolve(null);
    await pasting;
    expect(picker.editor?.opened.id).toBe("o1");
    expect(picker.preparing).toBe(false);
    expect(closed()).toEqual([]);
  });

  test("can be found on the clipboard or in a drop", async () => {
    const picker = new PicturePicker(form);
    const pasting = picker.openClipboard();
    host.pending[0]?.resolve({ kind: "opened", picture: opened("pasted") });
    await pasting;
    expect(picker.editor?.opened.id).toBe("pasted");
    const dropping = picker.openDropped();
    host.pending[1]?.resolve({ kind: "opened", picture: opened("dropped") });
    await dropping;
    expect(picker.editor?.opened.id).toBe("dropped");
    expect(closed()).toEqual([{ id: "pasted" }]);
  });

  test("can be a dropped or pasted address, which is treated like a typed one", async () => {
    const { picker } = await openEditor();
    for (const [index, open] of [() => picker.openDropped(), () => picker.openClipboard()].entries()) {
      const url = `https://example.com/${index}.png`;
      const before = host.pending.length;
      void open();
      host.pending[before]?.resolve({ kind: "address", url });
      await vi.waitFor(() => expect(commands().at(-1)).toBe("preview_picture_url"));
      expect(form.typed.picture).toEqual({ kind: "url", url });
      expect(picker.editor).toBeNull();
    }
  });

  test("ignores an address that arrives after another picture was chosen", async () => {
    const picker = new PicturePicker(form);
    const dropping = picker.openDropped();
    picker.abort();
    host.pending[0]?.resolve({ kind: "address", url: "https://example.com/late.png" });
    await dropping;
    expect(form.typed.picture).toBeUndefined();
  });

  test("can open the form's picture again, with its last crop", async () => {
    app.applySnapshot({ ...app.snapshot, profile: { ...profile, picture: { id: "p1", url: null } } });
    const picker = new PicturePicker(form);
    const opening = picker.reopen();
    expect(host.pending[0]).toMatchObject({ command: "reopen_picture", payload: { id: "p1" } });
    const crop = { turns: 1, mirrored: true, x: -200, y: 0, side: 1600, ground: "#112233" };
    host.pending[0]?.resolve(opened("o1", { crop }));
    await opening;
    expect(picker.editor?.crop).toMatchObject({ fit: true, turns: 1, mirrored: true });
    expect(toPictureCrop(picker.editor?.crop as never)).toEqual(crop);
    expect(picker.editor?.backgroundColor).toBe("#112233");
    app.applySnapshot({ ...app.snapshot, profile });
  });

  test("closes the editor when a URL is used instead", async () => {
    const { picker } = await openEditor();
    void picker.useUrl("https://example.com/a.png");
    expect(picker.editor).toBeNull();
    expect(form.typed.picture).toEqual({ kind: "url", url: "https://example.com/a.png" });
    expect(commands()).toEqual(["close_picture", "preview_picture_url"]);
  });
});

describe("using the picture", () => {
  test("sends the current crop", async () => {
    const { picker, editor } = await openEditor();
    editor.setFit(true);
    editor.setBackground("#aabbcc");
    const using = picker.use();
    expect(editor.using).toBe(true);
    expect(host.pending[0]).toMatchObject({
      command: "use_picture",
      payload: { id: "o1", crop: { turns: 0, mirrored: false, x: 0, y: -200, side: 1600, ground: "#aabbcc" } },
    });
    host.pending[0]?.resolve({ picture: { id: "p7", url: null }, notes: [] });
    await using;
    expect(form.typed.picture).toEqual({ kind: "held", id: "p7" });
    expect(picker.editor).toBeNull();
    expect(closed()).toEqual([]);
  });

  test("shows a failure and keeps the crop", async () => {
    const { picker, editor } = await openEditor();
    editor.rotate("right");
    const { crop } = editor;
    const using = picker.use();
    expect(editor.announcement.text).toBe("Preparing the picture…");
    host.pending[0]?.reject(failure("storageFailed"));
    await using;
    expect(picker.editor).toBe(editor);
    expect(editor).toMatchObject({ using: false, crop, failure: { code: "storageFailed" } });
    expect(form.typed.picture).toBeUndefined();
    void picker.use();
    expect(editor.failure).toBeNull();
  });

  test("ignores changes of the crop in the meantime", async () => {
    const { picker, editor } = await openEditor();
    const { crop } = editor;
    const using = picker.use();
    editor.rotate("left");
    editor.dragTo({ ...crop, x: crop.x + 1 });
    editor.reset();
    expect(editor.crop).toBe(crop);
    expect(editor.announcement.text).toBe("Preparing the picture…");
    host.pending[0]?.reject(failure("internal"));
    await using;
    editor.rotate("left");
    expect(editor.crop.turns).toBe(3);
  });

  test("happens only once, and not at all if the editor was closed in the meantime", async () => {
    const { picker } = await openEditor();
    const using = picker.use();
    await picker.use();
    picker.closeEditor();
    expect(commands()).toEqual(["use_picture", "close_picture"]);
    host.pending[0]?.resolve({ picture: { id: "p7", url: null }, notes: [] });
    await using;
    expect(form.typed.picture).toBeUndefined();
  });
});
