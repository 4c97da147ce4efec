// The zoom of the page. The shell applies it, because the web view's own zoom changes the media queries, too.

import * as m from "../messages";
import { app } from "./app.svelte";
import { formattingLocale } from "./locale.svelte";
import { TimedToast } from "./toast.svelte";
import { zoomAfter, type ZoomChange } from "./zoom-steps";

class ZoomState {
  /** The chosen zoom until the preferences contain it: keys and the wheel are faster than the shell. */
  #chosen = $state<number | null>(null);
  /** The zoom in percent. */
  readonly percent = $derived(this.#chosen ?? app.snapshot.preferences.zoom);
  /** The zoom, as text. */
  readonly text = $derived(new Intl.NumberFormat(formattingLocale(), { style: "percent" }).format(this.percent / 100));
  /** Shows each change for a moment. */
  readonly toast = new TimedToast();

  /** Whether a change has an effect. */
  can = (change: ZoomChange): boolean => zoomAfter(this.percent, change) !== this.percent;

  /** Changes the zoom. At the end of the steps, only shows it. */
  async change(change: ZoomChange): Promise<void> {
    const percent = zoomAfter(this.percent, change);
    this.#chosen = percent;
    this.toast.show({ text: () => m.zoom_is({ percent: this.text }) });
    if (percent !== app.snapshot.preferences.zoom) await app.changePreferences({ zoom: percent });
    if (this.#chosen === percent) this.#chosen = null;
  }
}

/** The zoom of the page. */
export const zoom = new ZoomState();
