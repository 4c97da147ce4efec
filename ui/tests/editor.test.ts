// The picture editor and the picker, with a mock shell whose responses the tests control.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { OpenedPicture } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, profile, snapshot } from "./samples";

interface Call {
  command: string;
  payload: unknown;
  answer: (value: unknown) => void;
  refuse: (error: unknown) => void;
}

const shell = vi.hoisted(() => ({ calls: [] as Call[] }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, payload: unknown) =>
    command === "snapshot" || command.endsWith("_draft")
      ? Promise.resolve(null)
      : new Promise((answer, refuse) => shell.calls.push({ command, payload, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

const page = { documentElement: {}, activeElement: null };
vi.stubGlobal("document", page);
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "picture:", dataFolder: "", version: "", languages: [] } });
vi.stubGlobal("Image", class {
  src = "";
  decode = () => Promise.resolve();
});

const { LARGE_FILE_SIZE, MAX_FILE_SIZE, PicturePicker } = await import("../src/features/picture/picture-picker.svelte");
const { Editor } = await import("../src/features/picture/editor.svelte");
const { handleKey } = await import("../src/features/picture/gestures");
const { REST_MS } = await import("../src/features/picture/exact-preview.svelte");
const { isDraggedOver, onDragEvent, onKeydown, onPaste, receivesPictures } = await import("../src/features/picture/drop-and-paste.svelte");
const { fitted, toPictureCrop } = await import("../src/features/picture/crop");
const { form } = await import("../src/form/form.svelte");
const { app } = await import("../src/state/app.svelte");

const opened = (id: string, change: Partial<OpenedPicture> = {}): OpenedPicture => ({
  id, width: 1600, height: 1200, notes: [], transparent: false, crop: null, ...change,
});
const callCount = (count: number) => vi.waitFor(() => expect(shell.calls).toHaveLength(count));
const commands = () => shell.calls.map(({ command }) => command);
const closed = () => shell.calls.filter(({ command }) => command === "close_picture").map(({ payload }) => payload);

/** A picker with an open picture in the editor. */
async function openEditor(picture = opened("o1")) {
  const picker = new PicturePicker();
  const choosing = picker.openFile(new Blob(["1"]));
  await callCount(1);
  shell.calls.shift()?.answer(picture);
  await choosing;
  const { editor } = picker;
  if (!editor) throw new Error("no editor");
  return { picker, editor };
}

beforeEach(() => {
  overwriteGetLocale(() => "en");
  shell.calls = [];
  form.discard();
});

describe("choosing a picture", () => {
  test("uses the last of two files, even if it is opened first", async () => {
    const picker = new PicturePicker();
    const first = picker.openFile(new Blob(["1"]));
    const second = picker.openFile(new Blob(["2"]));
    await callCount(2);
    expect(picker.preparing).toBe(true);
    shell.calls[1]?.answer(opened("two"));
    await second;
    shell.calls[0]?.answer(opened("one"));
    await first;
    expect(picker.editor?.opened.id).toBe("two");
    expect(picker.preparing).toBe(false);
    expect(closed()).toEqual([{ id: "one" }]);
  });

  test("replaces the picture in the editor only when the new one is open", async () => {
    const { picker } = await openEditor();
    const dropping = picker.openDropped();
    expect(picker.editor?.opened.id).toBe("o1");
    shell.calls[0]?.answer(opened("o2"));
    await dropping;
    expect(picker.editor?.opened.id).toBe("o2");
    expect(closed()).toEqual([{ id: "o1" }]);
  });

  test("shows an invalid picture as an error of the file field, even if a URL is typed", async () => {
    form.typeUrl("https://example.com/a.png");
    const { picker } = await openEditor();
    const choosing = picker.openFile(new Blob(["x"]));
    await callCount(1);
    shell.calls[0]?.refuse(failure("notAPicture", { field: "picture" }));
    await choosing;
    expect(picker.editor).toBeNull();
    expect(form.failures.file?.code).toBe("notAPicture");
    expect(form.failures.url).toBeUndefined();
    expect(form.typed.picture?.kind).toBe("url");
  });

  test("opens the editor for a large file before it is decoded", async () => {
    const picker = new PicturePicker();
    const choosing = picker.openFile(new Blob([new Uint8Array(LARGE_FILE_SIZE)]));
    for (const index of [0, 1, 2]) {
      await callCount(index + 1);
      expect(picker.awaiting).toBe(false);
      shell.calls[index]?.answer(undefined);
    }
    await callCount(4);
    expect(picker.awaiting).toBe(true);
    shell.calls[3]?.answer(opened("large"));
    await choosing;
    expect(commands()).toEqual(["add_to_picture", "add_to_picture", "add_to_picture", "open_picture"]);
    expect(picker.editor?.opened.id).toBe("large");
    expect(picker.awaiting).toBe(false);
  });

  test("can be cancelled before the picture is decoded", async () => {
    const picker = new PicturePicker();
    const choosing = picker.openFile(new Blob([new Uint8Array(LARGE_FILE_SIZE)]));
    for (const index of [0, 1, 2]) {
      await callCount(index + 1);
      shell.calls[index]?.answer(undefined);
    }
    await callCount(4);
    picker.cancel();
    expect(picker.awaiting).toBe(false);
    shell.calls[3]?.answer(opened("large"));
    await choosing;
    expect(picker.editor).toBeNull();
    expect(closed()).toEqual([{ id: "large" }]);
  });

  test("does not read a file that is too large", async () => {
    await new PicturePicker().openFile({ size: MAX_FILE_SIZE + 1 } as Blob);
    expect(form.failures.file?.code).toBe("pictureTooLarge");
    expect(shell.calls).toEqual([]);
  });

  test("changes nothing if the clipboard has no picture", async () => {
    const { picker } = await openEditor();
    const pasting = picker.openClipboard();
    shell.calls[0]?.answer(null);
    await pasting;
    expect(picker.editor?.opened.id).toBe("o1");
    expect(picker.preparing).toBe(false);
    expect(closed()).toEqual([]);
  });

  test("can open the form's picture again, with its last crop", async () => {
    app.applySnapshot({ ...app.snapshot, profile: { ...profile, picture: { id: "p1", url: null } } });
    const picker = new PicturePicker();
    const opening = picker.reopen();
    expect(shell.calls[0]).toMatchObject({ command: "reopen_picture", payload: { id: "p1" } });
    const crop = { turns: 1, mirrored: true, x: -200, y: 0, side: 1600, ground: "#112233" };
    shell.calls[0]?.answer(opened("o1", { crop }));
    await opening;
    expect(picker.editor?.crop).toMatchObject({ fit: true, turns: 1, mirrored: true });
    expect(toPictureCrop(picker.editor?.crop as never)).toEqual(crop);
    expect(picker.editor?.backgroundColour).toBe("#112233");
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
    expect(shell.calls[0]).toMatchObject({
      command: "use_picture",
      payload: { id: "o1", crop: { turns: 0, mirrored: false, x: 0, y: -200, side: 1600, ground: "#aabbcc" } },
    });
    shell.calls[0]?.answer({ picture: { id: "p7", url: null }, notes: [] });
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
    shell.calls[0]?.refuse(failure("storageFailed"));
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
    shell.calls[0]?.refuse(failure("internal"));
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
    shell.calls[0]?.answer({ picture: { id: "p7", url: null }, notes: [] });
    await using;
    expect(form.typed.picture).toBeUndefined();
  });
});

describe("announcements", () => {
  const announcementAfter = (editor: InstanceType<typeof Editor>, change: () => void) => (change(), editor.announcement.text);

  test("exist for every change", () => {
    const editor = new Editor(opened("o1"));
    expect(announcementAfter(editor, () => editor.setSlider(0.25))).toBe("Zoom 200%");
    expect(announcementAfter(editor, () => editor.zoomIn())).toBe("Zoom 220%");
    expect(announcementAfter(editor, () => editor.move("left"))).toBe("Moved left");
    expect(announcementAfter(editor, () => editor.rotate("right"))).toBe("Rotated right");
    expect(announcementAfter(editor, () => editor.rotate("left"))).toBe("Rotated left");
    expect(announcementAfter(editor, () => editor.flip())).toBe("Flipped");
    expect(announcementAfter(editor, () => editor.flip())).toBe("Flip undone");
    expect(announcementAfter(editor, () => editor.setFit(true))).toBe("Whole picture, with transparent edges");
    expect(announcementAfter(editor, () => editor.setBackground("#00ff00"))).toBe("Whole picture, with colored edges");
    expect(announcementAfter(editor, () => editor.reset())).toBe("Reset");
    expect(editor.crop).toEqual(new Editor(opened("o1")).crop);
  });

  test("use the current language", () => {
    overwriteGetLocale(() => "es");
    const editor = new Editor(opened("o1"));
    expect(announcementAfter(editor, () => editor.setSlider(0.25)).replace(/\s/g, " ")).toBe("Zoom 200 %");
  });

  test("say when a limit is reached, and are repeated", () => {
    const editor = new Editor(opened("o1"));
    expect(announcementAfter(editor, () => editor.move("up"))).toBe("Can't go any further");
    const { announcement } = editor;
    expect(announcementAfter(editor, () => editor.zoomOut())).toBe("Can't go any further");
    expect(editor.announcement).not.toBe(announcement);
  });

  test("are made at the end of a drag", () => {
    const editor = new Editor(opened("o1"));
    const before = editor.crop;
    editor.dragTo({ ...before, x: before.x + 20, y: before.y - 4 });
    expect(editor.announcement.text).toBe("");
    editor.endDrag(before);
    expect(editor.announcement.text).toBe("Moved left");
    editor.endDrag(editor.crop);
    expect(editor.announcement.text).toBe("Moved left");
    editor.dragTo({ ...before, side: 600 });
    editor.endDrag(before);
    expect(editor.announcement.text).toBe("Zoom 200%");
  });

  test("follow the editor's keys; other keys are ignored", () => {
    const editor = new Editor(opened("o1"));
    const key = (name: string, more = {}) => handleKey(editor, { key: name, ...more } as KeyboardEvent);
    const { x, side } = editor.crop;
    expect(key("ArrowRight", { shiftKey: true })).toBe(true);
    expect(editor.crop.x).toBe(x - side / 8);
    expect([key("+"), key("-"), key("Tab"), key("+", { ctrlKey: true }), key("Escape")]).toEqual([true, true, false, false, false]);
  });
});

test("the notes about modifications depend on the crop", () => {
  const editor = new Editor(opened("o1", { notes: ["metadataRemoved", "coloursConverted", "enlarged"] }));
  expect(editor.notes).toEqual(["metadataRemoved", "coloursConverted"]);
  editor.setSlider(0.5);
  expect(editor.notes).toEqual(["metadataRemoved", "coloursConverted", "enlarged"]);
});

test("the background controls are shown only if the background is visible", () => {
  expect(new Editor(opened("o1", { transparent: true })).backgroundVisible).toBe(true);
  const editor = new Editor(opened("o1"));
  expect(editor.backgroundVisible).toBe(false);
  editor.setFit(true);
  expect(editor.backgroundVisible).toBe(true);
});

describe("the exact result", () => {
  afterEach(() => void vi.useRealTimers());

  /** An editor that shows a part for which its preview (half the size) has too few pixels. */
  function zoomedEditor() {
    vi.useFakeTimers();
    const editor = new Editor(opened("o1"));
    editor.onPreviewLoaded(800);
    editor.setSlider(0.25);
    return editor;
  }

  test("is not requested while the preview has enough pixels", () => {
    vi.useFakeTimers();
    new Editor(opened("o1")).onPreviewLoaded(800);
    vi.advanceTimersByTime(REST_MS * 2);
    expect(shell.calls).toEqual([]);
  });

  test("is shown when the crop has not changed for a moment, until the next change", async () => {
    const editor = zoomedEditor();
    vi.advanceTimersByTime(REST_MS - 1);
    editor.move("left");
    vi.advanceTimersByTime(REST_MS - 1);
    expect(shell.calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(shell.calls[0]).toMatchObject({ command: "render_picture", payload: { id: "o1", crop: toPictureCrop(editor.crop) } });
    shell.calls[0]?.answer({ id: "r1", url: null });
    await vi.waitFor(() => expect(editor.exactPreview.address).toBe("picture:r1"));
    editor.dragTo(fitted(editor.crop, true));
    expect(editor.exactPreview.address).toBeNull();
    vi.advanceTimersByTime(REST_MS);
    expect(shell.calls).toHaveLength(1);
  });

  test("of an earlier crop is not shown, and after a failure the preview stays", async () => {
    const editor = zoomedEditor();
    vi.advanceTimersByTime(REST_MS);
    editor.move("left");
    vi.advanceTimersByTime(REST_MS);
    shell.calls[0]?.answer({ id: "r1", url: null });
    shell.calls[1]?.refuse(failure("internal"));
    await vi.advanceTimersByTimeAsync(10);
    expect(editor.exactPreview.address).toBeNull();
    expect(editor.failure).toBeNull();
  });

  test("is not requested after the editor is disposed", () => {
    zoomedEditor().dispose();
    vi.advanceTimersByTime(REST_MS * 2);
    expect(shell.calls).toEqual([]);
  });
});

describe("a dropped or pasted picture", () => {
  const fieldElement = (inert: boolean) => ({ closest: (selector: string) => (inert && selector === "[inert]" ? {} : null) }) as unknown as HTMLElement;
  const unregister: (() => void)[] = [];

  function field(inert = false) {
    const picker = new PicturePicker();
    unregister.push(receivesPictures(picker)(fieldElement(inert)) as () => void);
    return picker;
  }

  const pasteText = (text: string, target: object = { tagName: "BODY" }) => {
    const event = { clipboardData: { getData: () => text, files: [] }, target, defaultPrevented: false, preventDefault: vi.fn() };
    onPaste(event as unknown as ClipboardEvent);
    return event;
  };

  afterEach(() => {
    for (const end of unregister.splice(0)) end();
    vi.useRealTimers();
  });

  test("is ignored if there is no picture field", () => {
    onDragEvent("over");
    expect(isDraggedOver()).toBe(false);
    onDragEvent("dropped");
    pasteText("");
    expect(shell.calls).toEqual([]);
  });

  test("goes to the topmost reachable field", () => {
    const below = field();
    field(true);
    onDragEvent("over");
    expect(isDraggedOver()).toBe(true);
    onDragEvent("dropped");
    expect(isDraggedOver()).toBe(false);
    expect(below.preparing).toBe(true);
    expect(commands()).toEqual(["open_dropped_picture"]);
    const above = field();
    pasteText("");
    expect(above.preparing).toBe(true);
    expect(commands().at(-1)).toBe("open_clipboard_picture");
  });

  test("is ignored if the drag leaves the window", () => {
    field();
    onDragEvent("over");
    onDragEvent("left");
    expect(isDraggedOver()).toBe(false);
    expect(shell.calls).toEqual([]);
  });

  test("can be a URL, but not if it is pasted into a text field", () => {
    field();
    expect(pasteText("https://example.com/a.png", { tagName: "INPUT", type: "text" }).preventDefault).not.toHaveBeenCalled();
    expect(form.typed.picture).toBeUndefined();
    expect(pasteText("https://example.com/a.png").preventDefault).toHaveBeenCalled();
    expect(form.typed.picture).toEqual({ kind: "url", url: "https://example.com/a.png" });
  });

  test("is opened once, although both the keys and the event report it", () => {
    vi.useFakeTimers();
    field();
    onKeydown({ key: "v", code: "KeyV", ctrlKey: true, metaKey: false, altKey: false, target: null } as unknown as KeyboardEvent);
    pasteText("");
    vi.advanceTimersByTime(1000);
    expect(commands()).toEqual(["open_clipboard_picture"]);
  });
});
