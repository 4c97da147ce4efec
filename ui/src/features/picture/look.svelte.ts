// What is behind a typed address.

import { form } from "../../form/form.svelte";
import type { TypedForm } from "../../form/typed.svelte";
import { previewPictureUrl } from "../../host/commands";
import { asAppError } from "../../host/failure";
import { newest } from "../../state/newest";

/** Looks at the typed address; the newest look counts. */
export class AddressLook {
  loading = $state(false);
  /** The address looked at last, so that leaving the field again asks nobody. */
  #seen = "";
  #begin = newest();

  /** Of the profile, unless another form is named. */
  constructor(private readonly of: TypedForm = form) {}

  get #typed(): string {
    const choice = this.of.typed.picture;
    return choice?.kind === "url" ? choice.url.trim() : "";
  }

  /** Loads the picture at the address, or says at the field why there is none. */
  async look(): Promise<void> {
    const url = this.#typed;
    if (url === "" || url === this.#seen || this.of.loaded?.url === url) return;
    const isNewest = this.#begin();
    this.#seen = url;
    this.loading = true;
    try {
      const picture = await previewPictureUrl(url);
      if (isNewest()) this.of.loaded = { url, picture };
    } catch (caught) {
      if (isNewest()) {
        this.#seen = "";
        // Another address may stand there by now.
        if (this.#typed === url) this.of.fail("url", asAppError(caught));
      }
    }
    if (isNewest()) this.loading = false;
  }
}

const looks = new WeakMap<TypedForm, AddressLook>();

/** The look at the address of a form: the field shows what comes of it, wherever the address came from. */
export function lookOf(form: TypedForm): AddressLook {
  const look = looks.get(form) ?? new AddressLook(form);
  looks.set(form, look);
  return look;
}
