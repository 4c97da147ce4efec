// The opened picture in the editor: its square, what was said about the last change, and the way to its use.

import { renderPicture, usePicture } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, OpenedPicture, PictureNote, PreparedPicture } from "../../host/types";
import * as m from "../../paraglide/messages";
import {
  type Crop, type Direction, fitted, flipped, fromCrop, initial, RESULT, same, slid, type Spot, stepped, toCrop, turned,
  wayFrom, ZOOM_STEP, zoomed,
} from "./crop";
import { said } from "./said";
import { Sharp } from "./sharp.svelte";

/** The colour that is offered first. */
const FIRST_GROUND = "#ffffff";

/** One opened picture. */
export class Editor {
  crop = $state.raw() as Crop;
  /** The last change in words. Each is an object of its own, so that the same words are heard again. */
  last = $state.raw<{ text: string }>({ text: "" });
  /** Whether the square is being made. */
  using = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** The colour chosen last, also while none is behind the picture. */
  colour = $state(FIRST_GROUND);
  readonly sharp: Sharp;
  /** Width of the preview that the page has; not known before it is loaded. */
  #preview = 0;

  readonly notes: PictureNote[] = $derived.by(() => [
    ...this.opened.notes.filter((note) => note !== "enlarged"),
    ...(this.crop.side < RESULT ? (["enlarged"] as const) : []),
  ]);
  /** Whether anything is seen of what is behind the picture. */
  readonly grounded = $derived.by(() => this.crop.fit || this.opened.transparent);

  constructor(readonly opened: OpenedPicture) {
    const { id, width, height, crop } = opened;
    this.crop = crop ? fromCrop(crop, width, height) : initial(width, height);
    this.colour = crop?.ground ?? FIRST_GROUND;
    this.sharp = new Sharp(() => renderPicture(id, toCrop(this.crop)));
  }

  /** The preview is there, in this size. */
  previewed(width: number): void {
    this.#preview = width;
    this.#sharpen();
  }

  /** The preview could not be loaded. */
  lost(): void {
    this.failure = asAppError({ code: "pictureGone", message: "the preview is gone" });
  }

  /** Nothing of it is wanted any more. */
  end(): void {
    this.sharp.forget();
  }

  move(to: Direction, step?: number): void {
    this.#change(stepped(this.crop, to, step), said.moved[to]);
  }

  zoomIn(): void {
    this.#change(zoomed(this.crop, ZOOM_STEP), said.zoom);
  }

  zoomOut(): void {
    this.#change(zoomed(this.crop, 1 / ZOOM_STEP), said.zoom);
  }

  zoomBy(factor: number, spot: Spot): void {
    this.#change(zoomed(this.crop, factor, spot), said.zoom);
  }

  slide(to: number): void {
    this.#change(slid(this.crop, to), said.zoom);
  }

  turn(to: "left" | "right"): void {
    this.#change(turned(this.crop, to), said.turned[to]);
  }

  flip(): void {
    this.#change(flipped(this.crop), said.flipped);
  }

  fit(fit: boolean): void {
    this.#change(fitted(this.crop, fit), said.ground);
  }

  ground(ground: string | null): void {
    if (ground !== null) this.colour = ground;
    this.#change({ ...this.crop, ground }, said.ground);
  }

  reset(): void {
    if (this.using) return;
    const { width, height } = this.opened;
    this.colour = FIRST_GROUND;
    this.#show(initial(width, height));
    this.#say(m.picture_said_reset());
  }

  /** Follows fingers or the mouse; what came of it is said when they let go. */
  follow(crop: Crop): void {
    if (!this.using) this.#show(crop);
  }

  /** They have let go; `before` is where they began. */
  letGo(before: Crop): void {
    const way = wayFrom(before, this.crop);
    if (before.side !== this.crop.side) this.#say(said.zoom(this.crop));
    else if (way) this.#say(said.moved[way]());
  }

  /** Makes the square; null where that failed, which is said, or runs already. */
  async use(): Promise<PreparedPicture | null> {
    if (this.using) return null;
    this.using = true;
    this.failure = null;
    this.#say(m.picture_using());
    try {
      return await usePicture(this.opened.id, toCrop(this.crop));
    } catch (caught) {
      this.failure = asAppError(caught);
      this.#say("");
      return null;
    } finally {
      this.using = false;
    }
  }

  #change(crop: Crop, words: (crop: Crop) => string): void {
    if (this.using) return;
    // At a limit, which those who do not see it would otherwise not know.
    const stays = same(crop, this.crop);
    this.#show(crop);
    this.#say(stays ? m.picture_said_limit() : words(crop));
  }

  #say(text: string): void {
    this.last = { text };
  }

  #show(crop: Crop): void {
    if (same(crop, this.crop)) return;
    this.crop = crop;
    this.#sharpen();
  }

  #sharpen(): void {
    const seen = (this.crop.side * this.#preview) / this.opened.width;
    this.sharp.change(this.#preview > 0 && seen < RESULT);
  }
}
