// The exact result, asked for once the square rests where the preview has too few pixels for it.

import type { PictureView } from "../../host/types";
import { app } from "../../state/app.svelte";
import { newest } from "../../state/newest";

/** How long the square rests before. */
export const REST_MS = 250;

/** Resolves once the picture can be shown without a gap. */
async function loaded(address: string): Promise<string> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return address;
}

/** The exact result of one opened picture; the newest one counts, and one that fails leaves the preview. */
export class Sharp {
  /** Its address; null while the preview has to do. */
  shown = $state.raw<string | null>(null);
  #begin = newest();
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly render: () => Promise<PictureView>) {}

  /** The square is another one, for which the exact result is `wanted` or not. */
  change(wanted: boolean): void {
    this.forget();
    const isNewest = this.#begin();
    if (wanted) this.#rest = setTimeout(() => void this.#ask(isNewest), REST_MS);
  }

  /** Back to the preview. */
  forget(): void {
    clearTimeout(this.#rest);
    this.#begin();
    this.shown = null;
  }

  async #ask(isNewest: () => boolean): Promise<void> {
    try {
      const { id } = await this.render();
      if (!isNewest()) return;
      const address = await loaded(app.boot.pictureOrigin + id);
      if (isNewest()) this.shown = address;
    } catch {
      // The preview shows the same square.
    }
  }
}
