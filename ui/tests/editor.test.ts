// The picture editor and the ways into it, with a shell that answers when it is told to.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { OpenedPicture } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, profile, snapshot } from "./samples";

interface Asked {
  command: string;
  payload: unknown;
  answer: (value: unknown) => void;
  refuse: (error: unknown) => void;
}

const shell = vi.hoisted(() => ({ asked: [] as Asked[] }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, payload: unknown) =>
    command === "snapshot" || command.endsWith("_draft")
      ? Promise.resolve(null)
      : new Promise((answer, refuse) => shell.asked.push({ command, payload, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

const page = { documentElement: {}, activeElement: null };
vi.stubGlobal("document", page);
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "picture:", dataFolder: "", version: "", languages: [] } });
vi.stubGlobal("Image", class {
  src = "";
  decode = () => Promise.resolve();
});

const { Chooser, LARGE_FILE, LARGEST_FILE } = await import("../src/features/picture/choose.svelte");
const { Editor } = await import("../src/features/picture/editor.svelte");
const { press } = await import("../src/features/picture/gestures");
const { REST_MS } = await import("../src/features/picture/sharp.svelte");
const { dragged, held, keyed, paste, takes } = await import("../src/features/picture/doors.svelte");
const { fitted, toCrop } = await import("../src/features/picture/crop");
const { form } = await import("../src/form/form.svelte");
const { app } = await import("../src/state/app.svelte");

const opened = (id: string, change: Partial<OpenedPicture> = {}): OpenedPicture => ({
  id, width: 1600, height: 1200, notes: [], transparent: false, crop: null, ...change,
});
const asked = (count: number) => vi.waitFor(() => expect(shell.asked).toHaveLength(count));
const commands = () => shell.asked.map(({ command }) => command);
const closed = () => shell.asked.filter(({ command }) => command === "close_picture").map(({ payload }) => payload);

/** A chooser with a picture in the editor. */
async function editing(of = opened("o1")) {
  const chooser = new Chooser();
  const choosing = chooser.choose(new Blob(["1"]));
  await asked(1);
  shell.asked.shift()?.answer(of);
  await choosing;
  const { editor } = chooser;
  if (!editor) throw new Error("no editor");
  return { chooser, editor };
}

beforeEach(() => {
  overwriteGetLocale(() => "en");
  shell.asked = [];
  form.discard();
});

describe("a chosen picture", () => {
  test("is the newest of two, also where its answer comes first", async () => {
    const chooser = new Chooser();
    const first = chooser.choose(new Blob(["1"]));
    const second = chooser.choose(new Blob(["2"]));
    await asked(2);
    expect(chooser.preparing).toBe(true);
    shell.asked[1]?.answer(opened("two"));
    await second;
    shell.asked[0]?.answer(opened("one"));
    await first;
    expect(chooser.editor?.opened.id).toBe("two");
    expect(chooser.preparing).toBe(false);
    expect(closed()).toEqual([{ id: "one" }]);
  });

  test("takes the place of the one in the editor once it is there", async () => {
    const { chooser } = await editing();
    const dropping = chooser.dropped();
    expect(chooser.editor?.opened.id).toBe("o1");
    shell.asked[0]?.answer(opened("o2"));
    await dropping;
    expect(chooser.editor?.opened.id).toBe("o2");
    expect(closed()).toEqual([{ id: "o1" }]);
  });

  test("that is none is said at the file, also while an address is typed", async () => {
    form.typeUrl("https://example.com/a.png");
    const { chooser } = await editing();
    const choosing = chooser.choose(new Blob(["x"]));
    await asked(1);
    shell.asked[0]?.refuse(failure("notAPicture", { field: "picture" }));
    await choosing;
    expect(chooser.editor).toBeNull();
    expect(form.failures.file?.code).toBe("notAPicture");
    expect(form.failures.url).toBeUndefined();
    expect(form.typed.picture?.kind).toBe("url");
  });

  test("opens its editor before it is there where it is large", async () => {
    const chooser = new Chooser();
    const choosing = chooser.choose(new Blob([new Uint8Array(LARGE_FILE)]));
    for (const at of [0, 1, 2]) {
      await asked(at + 1);
      expect(chooser.awaiting).toBe(false);
      shell.asked[at]?.answer(undefined);
    }
    await asked(4);
    expect(chooser.awaiting).toBe(true);
    shell.asked[3]?.answer(opened("large"));
    await choosing;
    expect(commands()).toEqual(["add_to_picture", "add_to_picture", "add_to_picture", "open_picture"]);
    expect(chooser.editor?.opened.id).toBe("large");
    expect(chooser.awaiting).toBe(false);
  });

  test("can be left before it is there", async () => {
    const chooser = new Chooser();
    const choosing = chooser.choose(new Blob([new Uint8Array(LARGE_FILE)]));
    for (const at of [0, 1, 2]) {
      await asked(at + 1);
      shell.asked[at]?.answer(undefined);
    }
    await asked(4);
    chooser.leave();
    expect(chooser.awaiting).toBe(false);
    shell.asked[3]?.answer(opened("large"));
    await choosing;
    expect(chooser.editor).toBeNull();
    expect(closed()).toEqual([{ id: "large" }]);
  });

  test("that is too large is not read at all", async () => {
    await new Chooser().choose({ size: LARGEST_FILE + 1 } as Blob);
    expect(form.failures.file?.code).toBe("pictureTooLarge");
    expect(shell.asked).toEqual([]);
  });

  test("may be missing on the clipboard, which changes nothing", async () => {
    const { chooser } = await editing();
    const pasting = chooser.clipboard();
    shell.asked[0]?.answer(null);
    await pasting;
    expect(chooser.editor?.opened.id).toBe("o1");
    expect(chooser.preparing).toBe(false);
    expect(closed()).toEqual([]);
  });

  test("can be the one that the form has, as it was used last", async () => {
    app.receive({ ...app.snapshot, profile: { ...profile, picture: { id: "p1", url: null } } });
    const chooser = new Chooser();
    const opening = chooser.again();
    expect(shell.asked[0]).toMatchObject({ command: "reopen_picture", payload: { id: "p1" } });
    const crop = { turns: 1, mirrored: true, x: -200, y: 0, side: 1600, ground: "#112233" };
    shell.asked[0]?.answer(opened("o1", { crop }));
    await opening;
    expect(chooser.editor?.crop).toMatchObject({ fit: true, turns: 1, mirrored: true });
    expect(toCrop(chooser.editor?.crop as never)).toEqual(crop);
    expect(chooser.editor?.colour).toBe("#112233");
    app.receive({ ...app.snapshot, profile });
  });

  test("gives way to an address", async () => {
    const { chooser } = await editing();
    void chooser.address("https://example.com/a.png");
    expect(chooser.editor).toBeNull();
    expect(form.typed.picture).toEqual({ kind: "url", url: "https://example.com/a.png" });
    expect(commands()).toEqual(["close_picture", "preview_picture_url"]);
  });
});

describe("using it", () => {
  test("hands over the square as it is", async () => {
    const { chooser, editor } = await editing();
    editor.fit(true);
    editor.ground("#aabbcc");
    const using = chooser.use();
    expect(editor.using).toBe(true);
    expect(shell.asked[0]).toMatchObject({
      command: "use_picture",
      payload: { id: "o1", crop: { turns: 0, mirrored: false, x: 0, y: -200, side: 1600, ground: "#aabbcc" } },
    });
    shell.asked[0]?.answer({ picture: { id: "p7", url: null }, notes: [] });
    await using;
    expect(form.typed.picture).toEqual({ kind: "held", id: "p7" });
    expect(chooser.editor).toBeNull();
    expect(closed()).toEqual([]);
  });

  test("that fails says so and keeps the square", async () => {
    const { chooser, editor } = await editing();
    editor.turn("right");
    const { crop } = editor;
    const using = chooser.use();
    expect(editor.last.text).toBe("Getting the picture ready…");
    shell.asked[0]?.refuse(failure("storageFailed"));
    await using;
    expect(chooser.editor).toBe(editor);
    expect(editor).toMatchObject({ using: false, crop, failure: { code: "storageFailed" } });
    expect(form.typed.picture).toBeUndefined();
    void chooser.use();
    expect(editor.failure).toBeNull();
  });

  test("is not changed any more meanwhile", async () => {
    const { chooser, editor } = await editing();
    const { crop } = editor;
    const using = chooser.use();
    editor.turn("left");
    editor.follow({ ...crop, x: crop.x + 1 });
    editor.reset();
    expect(editor.crop).toBe(crop);
    expect(editor.last.text).toBe("Getting the picture ready…");
    shell.asked[0]?.refuse(failure("internal"));
    await using;
    editor.turn("left");
    expect(editor.crop.turns).toBe(3);
  });

  test("happens once, and not at all when it was cancelled meanwhile", async () => {
    const { chooser } = await editing();
    const using = chooser.use();
    await chooser.use();
    chooser.cancel();
    expect(commands()).toEqual(["use_picture", "close_picture"]);
    shell.asked[0]?.answer({ picture: { id: "p7", url: null }, notes: [] });
    await using;
    expect(form.typed.picture).toBeUndefined();
  });
});

describe("every change is said", () => {
  const says = (editor: InstanceType<typeof Editor>, change: () => void) => (change(), editor.last.text);

  test("in words", () => {
    const editor = new Editor(opened("o1"));
    expect(says(editor, () => editor.slide(0.25))).toBe("Zoom 200%");
    expect(says(editor, () => editor.zoomIn())).toBe("Zoom 220%");
    expect(says(editor, () => editor.move("left"))).toBe("Moved left");
    expect(says(editor, () => editor.turn("right"))).toBe("Turned right");
    expect(says(editor, () => editor.turn("left"))).toBe("Turned left");
    expect(says(editor, () => editor.flip())).toBe("Flipped");
    expect(says(editor, () => editor.flip())).toBe("Flipped back");
    expect(says(editor, () => editor.fit(true))).toBe("Whole picture, transparent around it");
    expect(says(editor, () => editor.ground("#00ff00"))).toBe("Whole picture, a color around it");
    expect(says(editor, () => editor.reset())).toBe("Reset");
    expect(editor.crop).toEqual(new Editor(opened("o1")).crop);
  });

  test("in the language of the moment", () => {
    overwriteGetLocale(() => "es");
    const editor = new Editor(opened("o1"));
    expect(says(editor, () => editor.slide(0.25)).replace(/\s/g, " ")).toBe("Zoom 200 %");
  });

  test("also that there is no further, and the same words anew", () => {
    const editor = new Editor(opened("o1"));
    expect(says(editor, () => editor.move("up"))).toBe("It goes no further");
    const { last } = editor;
    expect(says(editor, () => editor.zoomOut())).toBe("It goes no further");
    expect(editor.last).not.toBe(last);
  });

  test("of a drag when it ends", () => {
    const editor = new Editor(opened("o1"));
    const before = editor.crop;
    editor.follow({ ...before, x: before.x + 20, y: before.y - 4 });
    expect(editor.last.text).toBe("");
    editor.letGo(before);
    expect(editor.last.text).toBe("Moved left");
    editor.letGo(editor.crop);
    expect(editor.last.text).toBe("Moved left");
    editor.follow({ ...before, side: 600 });
    editor.letGo(before);
    expect(editor.last.text).toBe("Zoom 200%");
  });

  test("by the keys on the picture, and by no others", () => {
    const editor = new Editor(opened("o1"));
    const key = (name: string, more = {}) => press(editor, { key: name, ...more } as KeyboardEvent);
    const { x, side } = editor.crop;
    expect(key("ArrowRight", { shiftKey: true })).toBe(true);
    expect(editor.crop.x).toBe(x - side / 8);
    expect([key("+"), key("-"), key("Tab"), key("+", { ctrlKey: true }), key("Escape")]).toEqual([true, true, false, false, false]);
  });
});

test("what was done to the picture says so while it is so", () => {
  const editor = new Editor(opened("o1", { notes: ["metadataRemoved", "coloursConverted", "enlarged"] }));
  expect(editor.notes).toEqual(["metadataRemoved", "coloursConverted"]);
  editor.slide(0.5);
  expect(editor.notes).toEqual(["metadataRemoved", "coloursConverted", "enlarged"]);
});

test("the background matters where something of it is seen", () => {
  expect(new Editor(opened("o1", { transparent: true })).grounded).toBe(true);
  const editor = new Editor(opened("o1"));
  expect(editor.grounded).toBe(false);
  editor.fit(true);
  expect(editor.grounded).toBe(true);
});

describe("the exact result", () => {
  afterEach(() => void vi.useRealTimers());

  /** An editor with a preview of half the size, resting on a part with too few pixels. */
  function resting() {
    vi.useFakeTimers();
    const editor = new Editor(opened("o1"));
    editor.previewed(800);
    editor.slide(0.25);
    return editor;
  }

  test("is not asked for while the preview has enough pixels", () => {
    vi.useFakeTimers();
    new Editor(opened("o1")).previewed(800);
    vi.advanceTimersByTime(REST_MS * 2);
    expect(shell.asked).toEqual([]);
  });

  test("is shown once the square rests, until the next change", async () => {
    const editor = resting();
    vi.advanceTimersByTime(REST_MS - 1);
    editor.move("left");
    vi.advanceTimersByTime(REST_MS - 1);
    expect(shell.asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(shell.asked[0]).toMatchObject({ command: "render_picture", payload: { id: "o1", crop: toCrop(editor.crop) } });
    shell.asked[0]?.answer({ id: "r1", url: null });
    await vi.waitFor(() => expect(editor.sharp.shown).toBe("picture:r1"));
    editor.follow(fitted(editor.crop, true));
    expect(editor.sharp.shown).toBeNull();
    vi.advanceTimersByTime(REST_MS);
    expect(shell.asked).toHaveLength(1);
  });

  test("of an earlier square is not shown, and a failure leaves the preview", async () => {
    const editor = resting();
    vi.advanceTimersByTime(REST_MS);
    editor.move("left");
    vi.advanceTimersByTime(REST_MS);
    shell.asked[0]?.answer({ id: "r1", url: null });
    shell.asked[1]?.refuse(failure("internal"));
    await vi.advanceTimersByTimeAsync(10);
    expect(editor.sharp.shown).toBeNull();
    expect(editor.failure).toBeNull();
  });

  test("is not asked for when the editor is gone", () => {
    resting().end();
    vi.advanceTimersByTime(REST_MS * 2);
    expect(shell.asked).toEqual([]);
  });
});

describe("what is dropped or pasted", () => {
  const place = (inert: boolean) => ({ closest: (of: string) => (inert && of === "[inert]" ? {} : null) }) as unknown as HTMLElement;
  const leave: (() => void)[] = [];

  function field(inert = false) {
    const chooser = new Chooser();
    leave.push(takes(chooser)(place(inert)) as () => void);
    return chooser;
  }

  const pasting = (text: string, target: object = { tagName: "BODY" }) => {
    const event = { clipboardData: { getData: () => text, files: [] }, target, defaultPrevented: false, preventDefault: vi.fn() };
    paste(event as unknown as ClipboardEvent);
    return event;
  };

  afterEach(() => {
    for (const go of leave.splice(0)) go();
    vi.useRealTimers();
  });

  test("goes nowhere where there is no field", () => {
    dragged("over");
    expect(held()).toBe(false);
    dragged("dropped");
    pasting("");
    expect(shell.asked).toEqual([]);
  });

  test("goes to the topmost field that is in reach", () => {
    const below = field();
    field(true);
    dragged("over");
    expect(held()).toBe(true);
    dragged("dropped");
    expect(held()).toBe(false);
    expect(below.preparing).toBe(true);
    expect(commands()).toEqual(["open_dropped_picture"]);
    const above = field();
    pasting("");
    expect(above.preparing).toBe(true);
    expect(commands().at(-1)).toBe("open_clipboard_picture");
  });

  test("and taken away again is nothing", () => {
    field();
    dragged("over");
    dragged("left");
    expect(held()).toBe(false);
    expect(shell.asked).toEqual([]);
  });

  test("is the address of a picture, but never text for a field", () => {
    field();
    expect(pasting("https://example.com/a.png", { tagName: "INPUT", type: "text" }).preventDefault).not.toHaveBeenCalled();
    expect(form.typed.picture).toBeUndefined();
    expect(pasting("https://example.com/a.png").preventDefault).toHaveBeenCalled();
    expect(form.typed.picture).toEqual({ kind: "url", url: "https://example.com/a.png" });
  });

  test("is taken once, with the keys and the event of it", () => {
    vi.useFakeTimers();
    field();
    keyed({ key: "v", code: "KeyV", ctrlKey: true, metaKey: false, altKey: false, target: null } as unknown as KeyboardEvent);
    pasting("");
    vi.advanceTimersByTime(1000);
    expect(commands()).toEqual(["open_clipboard_picture"]);
  });
});
