// A toast that disappears after a while: what was saved, changed or exported.

import { Countdown } from "./countdown";

/** How long a toast is shown, in milliseconds: one of a few words, and one that is long or has an action. */
export const SHOWN_MS = 4000;
export const SHOWN_LONG_MS = 10_000;
/** The number of characters from which a text is long. */
const LONG = 64;

/** The content of a toast. The texts are functions, so that they follow the interface language. */
interface Content {
  text: () => string;
  bad?: boolean;
  action?: { text: () => string; run: () => void };
}

/** The toast. A new content replaces the former one. */
export class TimedToast {
  content = $state.raw<Content | null>(null);
  #countdown = new Countdown(() => this.dismiss());

  show(content: Content): void {
    this.content = content;
    this.#countdown.start(content.action || content.text().length >= LONG ? SHOWN_LONG_MS : SHOWN_MS);
  }

  /** Keeps the toast while it has the focus or the pointer. */
  hold(reason: "focus" | "pointer"): void {
    this.#countdown.hold(reason);
  }

  /** Ends a hold. */
  release(reason: "focus" | "pointer"): void {
    this.#countdown.release(reason);
  }

  /** Runs the action, and removes the toast. */
  act(): void {
    const { content } = this;
    this.dismiss();
    content?.action?.run();
  }

  dismiss(): void {
    this.#countdown.stop();
    this.content = null;
    // Removing the focused or hovered element fires no leave event.
    this.release("focus");
    this.release("pointer");
  }
}
