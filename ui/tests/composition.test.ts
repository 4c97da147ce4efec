// The keys of an input method do not reach the page.

import { beforeEach, describe, expect, test } from "vitest";

import { ignoreComposingKey } from "../src/components/composition";

/** A key event, as far as the page looks at it. Node has no `KeyboardEvent`. */
class Key extends Event {
  readonly isComposing: boolean;
  readonly keyCode: number;

  constructor(readonly key: string, { isComposing = false, keyCode = 0 } = {}) {
    super("keydown", { cancelable: true });
    this.isComposing = isComposing;
    this.keyCode = keyCode;
  }
}

let page: EventTarget;
let reached: string[];

beforeEach(() => {
  page = new EventTarget();
  reached = [];
  page.addEventListener("keydown", (event) => ignoreComposingKey(event as KeyboardEvent), { capture: true });
  // As the save shortcut does, which listens on the window, too.
  page.addEventListener("keydown", (event) => reached.push((event as Key).key), { capture: true });
});

describe("an Enter that ends a composition", () => {
  test("does not reach the page before the composition ends, as in Chromium", () => {
    const enter = new Key("Enter", { isComposing: true, keyCode: 229 });
    page.dispatchEvent(enter);
    page.dispatchEvent(new Event("compositionend"));
    expect(reached).toEqual([]);
    expect(enter.defaultPrevented).toBe(true);
    page.dispatchEvent(new Key("Enter", { keyCode: 13 }));
    expect(reached).toEqual(["Enter"]);
  });

  test("does not reach the page after the composition has ended, as in WebKit", () => {
    page.dispatchEvent(new Event("compositionend"));
    const enter = new Key("Enter", { keyCode: 229 });
    page.dispatchEvent(enter);
    expect(reached).toEqual([]);
    expect(enter.defaultPrevented).toBe(true);
    page.dispatchEvent(new Key("Enter", { keyCode: 13 }));
    expect(reached).toEqual(["Enter"]);
  });
});

describe("during a composition", () => {
  test.each(["ArrowDown", "ArrowUp", "Escape", "Tab", " ", "Home", "Process"])("%j does not reach the page", (key) => {
    page.dispatchEvent(new Key(key, { isComposing: true }));
    expect(reached).toEqual([]);
  });

  test("Ctrl+S does not reach the page, because the text is not complete", () => {
    page.dispatchEvent(new Key("s", { isComposing: true, keyCode: 83 }));
    expect(reached).toEqual([]);
  });

  test("only keys that would leave the field lose their default action", () => {
    const prevented = (key: string) => !page.dispatchEvent(new Key(key, { isComposing: true }));
    expect(["Enter", "Escape", "Tab", "ArrowLeft", "Backspace", "a"].filter(prevented)).toEqual(["Enter", "Escape", "Tab"]);
  });
});

test("ordinary keys reach the page", () => {
  for (const key of ["Enter", "Escape", "Tab", "ArrowDown", "s"]) page.dispatchEvent(new Key(key, { keyCode: 65 }));
  expect(reached).toEqual(["Enter", "Escape", "Tab", "ArrowDown", "s"]);
});
