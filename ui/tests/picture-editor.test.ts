// The picture editor: announcements, notes and the exact result. The fake shell holds each call until the test responds to it.

import { afterEach, describe, expect, test, vi } from "vitest";

import { fitted, toPictureCrop } from "../src/features/picture/crop";
import { Editor } from "../src/features/picture/editor.svelte";
import { REST_MS } from "../src/features/picture/exact-preview.svelte";
import { handleKey } from "../src/features/picture/gestures";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { host } from "./host";
import { failure, openedPicture as opened } from "./samples";

host.hold = true;

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
    expect(announcementAfter(editor, () => editor.reset())).toBe("Crop reset");
    expect(editor.crop).toEqual(new Editor(opened("o1")).crop);
  });

  test("use the current language", () => {
    void setInterfaceLanguage("es");
    const editor = new Editor(opened("o1"));
    expect(announcementAfter(editor, () => editor.setSlider(0.25)).replace(/\s/g, " ")).toBe("Zoom al 200 %");
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
  const editor = new Editor(opened("o1", { notes: ["metadataRemoved", "colorsConverted", "enlarged"] }));
  expect(editor.notes).toEqual(["metadataRemoved", "colorsConverted"]);
  editor.setSlider(0.5);
  expect(editor.notes).toEqual(["metadataRemoved", "colorsConverted", "enlarged"]);
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
    expect(host.pending).toEqual([]);
  });

  test("is shown when the crop has not changed for a moment, until the next change", async () => {
    const editor = zoomedEditor();
    vi.advanceTimersByTime(REST_MS - 1);
    editor.move("left");
    vi.advanceTimersByTime(REST_MS - 1);
    expect(host.pending).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(host.pending[0]).toMatchObject({ command: "render_picture", payload: { id: "o1", crop: toPictureCrop(editor.crop) } });
    host.pending[0]?.resolve({ id: "r1", url: null });
    await vi.waitFor(() => expect(editor.exactPreview.address).toBe("pictures/r1"));
    editor.dragTo(fitted(editor.crop, true));
    expect(editor.exactPreview.address).toBeNull();
    vi.advanceTimersByTime(REST_MS);
    expect(host.pending).toHaveLength(1);
  });

  test("of an earlier crop is not shown, and after a failure the preview stays", async () => {
    const editor = zoomedEditor();
    vi.advanceTimersByTime(REST_MS);
    editor.move("left");
    vi.advanceTimersByTime(REST_MS);
    host.pending[0]?.resolve({ id: "r1", url: null });
    host.pending[1]?.reject(failure("internal"));
    await vi.advanceTimersByTimeAsync(10);
    expect(editor.exactPreview.address).toBeNull();
    expect(editor.failure).toBeNull();
  });

  test("is not requested after the editor is disposed", () => {
    zoomedEditor().dispose();
    vi.advanceTimersByTime(REST_MS * 2);
    expect(host.pending).toEqual([]);
  });
});
