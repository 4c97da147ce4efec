// What is behind a typed address.

import { form } from "../../form/form.svelte";
import { previewPictureUrl } from "../../host/commands";
import { asAppError } from "../../host/failure";
import { newest } from "../../state/newest";

function typedAddress(): string {
  const choice = form.typed.picture;
  return choice?.kind === "url" ? choice.url.trim() : "";
}

/** Looks at the typed address; the newest look counts. */
export class AddressLook {
  loading = $state(false);
  /** The address looked at last, so that leaving the field again asks nobody. */
  #seen = "";
  #begin = newest();

  /** Loads the picture at the address, or says at the field why there is none. */
  async look(): Promise<void> {
    const url = typedAddress();
    if (url === "" || url === this.#seen || form.loaded?.url === url) return;
    const isNewest = this.#begin();
    this.#seen = url;
    this.loading = true;
    try {
      const picture = await previewPictureUrl(url);
      if (isNewest()) form.loaded = { url, picture };
    } catch (caught) {
      if (isNewest()) {
        this.#seen = "";
        // Another address may stand there by now.
        if (typedAddress() === url) form.fail("url", asAppError(caught));
      }
    }
    if (isNewest()) this.loading = false;
  }
}
