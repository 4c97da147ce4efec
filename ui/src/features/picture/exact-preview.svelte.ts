// The exact result of the crop, rendered by the Rust core. It is requested when the crop has not changed for a moment
// and the preview has too few pixels for it.

import type { PictureView } from "../../host/types";
import { app } from "../../state/app.svelte";
import { staleGuard } from "../../state/stale-guard";

/** How long the crop has to be unchanged before the exact result is requested. */
export const REST_MS = 250;

/** Resolves once the picture is decoded, so that it can be shown without a gap. */
async function decoded(address: string): Promise<string> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return address;
}

/** The exact result of an opened picture. If a request fails, the preview stays visible. */
export class ExactPreview {
  /** The address of the rendered picture; null while the preview is shown instead. */
  address = $state.raw<string | null>(null);
  #begin = staleGuard();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly render: () => Promise<PictureView>) {}

  /** Call it after a change of the crop. `needed`: whether the preview has too few pixels for the new crop. */
  update(needed: boolean): void {
    this.clear();
    const isCurrent = this.#begin();
    if (needed) this.#timer = setTimeout(() => void this.#request(isCurrent), REST_MS);
  }

  /** Returns to the preview. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#begin();
    this.address = null;
  }

  async #request(isCurrent: () => boolean): Promise<void> {
    try {
      const { id } = await this.render();
      if (!isCurrent()) return;
      const address = await decoded(app.boot.pictureOrigin + id);
      if (isCurrent()) this.address = address;
    } catch {
      // The preview already shows the same crop, with fewer pixels.
    }
  }
}
