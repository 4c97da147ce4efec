// Loads the picture of a typed URL, to show it in the form before saving.

import type { TypedForm } from "../../form/typed.svelte";
import { previewPictureUrl } from "../../host/commands";
import { asAppError } from "../../host/failure";
import { staleGuard } from "../../state/stale-guard";

/** The preview of a form's typed URL. The result of the latest request counts. */
export class UrlPreview {
  loading = $state(false);
  /** The last requested URL, so that leaving the field again does not load it again. */
  #requestedUrl = "";
  #begin = staleGuard();

  /** `owner`: the form with the URL field. */
  constructor(private readonly owner: TypedForm) {}

  get #typedUrl(): string {
    const choice = this.owner.typed.picture;
    return choice?.kind === "url" ? choice.url.trim() : "";
  }

  /** Loads the picture, or shows the error at the field. */
  async load(): Promise<void> {
    const url = this.#typedUrl;
    if (url === "" || url === this.#requestedUrl || this.owner.urlPicture?.url === url) return;
    const isCurrent = this.#begin();
    this.#requestedUrl = url;
    this.loading = true;
    try {
      const picture = await previewPictureUrl(url);
      if (isCurrent()) this.owner.urlPicture = { url, picture };
    } catch (caught) {
      if (isCurrent()) {
        this.#requestedUrl = "";
        // The user may have typed another URL since.
        if (this.#typedUrl === url) this.owner.setFailure("url", asAppError(caught));
      }
    }
    if (isCurrent()) this.loading = false;
  }
}

const previews = new WeakMap<TypedForm, UrlPreview>();

/** The URL preview of a form. One instance per form, because both typing and pasting a URL load it. */
export function urlPreviewOf(form: TypedForm): UrlPreview {
  const preview = previews.get(form) ?? new UrlPreview(form);
  previews.set(form, preview);
  return preview;
}
