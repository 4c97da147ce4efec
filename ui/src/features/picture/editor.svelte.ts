// The state of the picture editor: the crop of the opened picture and the announcement of the last change.

import { renderPicture, usePicture } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, OpenedPicture, PictureNote, PreparedPicture } from "../../host/types";
import * as m from "../../messages";
import { app } from "../../state/app.svelte";
import { announcements } from "./announcements";
import {
  type Crop, type Direction, fitted, flipped, fromPictureCrop, initialCrop, moveDirection, rotated, sameCrop, type Spot,
  stepped, toPictureCrop, withSliderValue, ZOOM_STEP, zoomed,
} from "./crop";
import { ExactPreview } from "./exact-preview.svelte";

/** The initial background color of the color picker. */
const DEFAULT_BACKGROUND = "#ffffff";

/** An opened picture in the editor. */
export class Editor {
  crop = $state.raw() as Crop;
  /** The announcement of the last change. Always a new object, so that a repeated text is announced again. */
  announcement = $state.raw<{ text: string }>({ text: "" });
  /** Whether the picture is being cropped for the form. The crop cannot be changed in that time. */
  using = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** The last chosen background color. It stays selected while the background is transparent. */
  backgroundColor = $state(DEFAULT_BACKGROUND);
  readonly exactPreview: ExactPreview;
  /** The width of the preview in pixels; 0 until it is loaded. */
  #previewWidth = 0;

  readonly notes: PictureNote[] = $derived.by(() => [
    ...this.opened.notes.filter((note) => note !== "enlarged"),
    ...(this.crop.side < app.boot.limits.pictureSide ? (["enlarged"] as const) : []),
  ]);
  /** Whether the background is visible: around the picture, or through transparent parts. */
  readonly backgroundVisible = $derived.by(() => this.crop.fit || this.opened.transparent);

  constructor(readonly opened: OpenedPicture) {
    const { id, width, height, crop } = opened;
    this.crop = crop ? fromPictureCrop(crop, width, height) : initialCrop(width, height);
    this.backgroundColor = crop?.ground ?? DEFAULT_BACKGROUND;
    this.exactPreview = new ExactPreview(() => renderPicture(id, toPictureCrop(this.crop)));
  }

  /** Call it when the preview is loaded. `width`: its width in pixels. */
  onPreviewLoaded(width: number): void {
    this.#previewWidth = width;
    this.#updateExactPreview();
  }

  /** Call it when the preview could not be loaded. */
  onPreviewFailed(): void {
    this.failure = asAppError({ code: "pictureGone", message: "the preview is gone" });
  }

  /** Cancels pending requests. */
  dispose(): void {
    this.exactPreview.clear();
  }

  move(to: Direction, step?: number): void {
    this.#change(stepped(this.crop, to, step), announcements.moved[to]);
  }

  zoomIn(): void {
    this.#change(zoomed(this.crop, ZOOM_STEP), announcements.zoom);
  }

  zoomOut(): void {
    this.#change(zoomed(this.crop, 1 / ZOOM_STEP), announcements.zoom);
  }

  zoomBy(factor: number, spot: Spot): void {
    this.#change(zoomed(this.crop, factor, spot), announcements.zoom);
  }

  /** Sets the zoom by the slider, 0 to 1. */
  setSlider(value: number): void {
    this.#change(withSliderValue(this.crop, value), announcements.zoom);
  }

  rotate(to: "left" | "right"): void {
    this.#change(rotated(this.crop, to), announcements.rotated[to]);
  }

  flip(): void {
    this.#change(flipped(this.crop), announcements.flipped);
  }

  /** Shows the whole picture, or the largest square inside it. */
  setFit(fit: boolean): void {
    this.#change(fitted(this.crop, fit), announcements.background);
  }

  /** Sets the background color; null for transparent. */
  setBackground(ground: string | null): void {
    if (ground !== null) this.backgroundColor = ground;
    this.#change({ ...this.crop, ground }, announcements.background);
  }

  reset(): void {
    if (this.using) return;
    const { width, height } = this.opened;
    this.backgroundColor = DEFAULT_BACKGROUND;
    this.#show(initialCrop(width, height));
    this.#announce(m.picture_said_reset());
  }

  /** Shows the crop during a drag. The change is announced at the end of the drag. */
  dragTo(crop: Crop): void {
    if (!this.using) this.#show(crop);
  }

  /** Announces the change at the end of a drag. `before`: the crop at its start. */
  endDrag(before: Crop): void {
    const direction = moveDirection(before, this.crop);
    if (before.side !== this.crop.side) this.#announce(announcements.zoom(this.crop));
    else if (direction) this.#announce(announcements.moved[direction]());
  }

  /** Crops the picture for the form. Returns null if it failed (the error is shown) or is already in progress. */
  async use(): Promise<PreparedPicture | null> {
    if (this.using) return null;
    this.using = true;
    this.failure = null;
    this.#announce(m.picture_using());
    try {
      return await usePicture(this.opened.id, toPictureCrop(this.crop));
    } catch (caught) {
      this.failure = asAppError(caught);
      this.#announce("");
      return null;
    } finally {
      this.using = false;
    }
  }

  #change(crop: Crop, textFor: (crop: Crop) => string): void {
    if (this.using) return;
    const atLimit = sameCrop(crop, this.crop);
    this.#show(crop);
    this.#announce(atLimit ? m.picture_said_limit() : textFor(crop));
  }

  #announce(text: string): void {
    this.announcement = { text };
  }

  #show(crop: Crop): void {
    if (sameCrop(crop, this.crop)) return;
    this.crop = crop;
    this.#updateExactPreview();
  }

  #updateExactPreview(): void {
    const previewPixels = (this.crop.side * this.#previewWidth) / this.opened.width;
    this.exactPreview.update(this.#previewWidth > 0 && previewPixels < app.boot.limits.pictureSide);
  }
}
