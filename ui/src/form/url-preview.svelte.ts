// Loads the picture of a typed URL, to show it in the form before saving, and to ask before a URL without a picture is saved.

import { previewPictureUrl } from "../host/commands";
import { asAppError } from "../host/failure";
import type { AppError, PictureChoice, PictureView } from "../host/types";
import { staleGuard } from "../state/stale-guard";

/** The form with the URL field. */
interface UrlOwner {
  readonly typed: { readonly picture?: PictureChoice };
  readonly failures: { readonly url?: AppError };
  urlPicture: { url: string; picture: PictureView } | null;
  setFailure(target: "url", error: AppError): void;
}

/** Why the preview of a URL may fail although the URL may be saved: the server may be able to load it. */
const PREVIEW_PROBLEMS = ["private", "redirects"];

/** Whether Lapel saves no such URL, so that there is nothing to ask. The error stands at the field. */
const isNeverAccepted = ({ code, details }: AppError): boolean =>
  code === "invalidPictureUrl" && !PREVIEW_PROBLEMS.includes(details.problem ?? "");

/** The preview of a form's typed URL. The result of the latest request counts. */
export class UrlPreview {
  loading = $state(false);
  /** The question whether to save a URL whose picture could not be loaded. The save waits for the answer. */
  question = $state.raw<{ error: AppError; answer: (yes: boolean) => void } | null>(null);
  /** The last requested URL, so that leaving the field again does not load it again. */
  #requestedUrl = "";
  #request: Promise<void> = Promise.resolve();
  #begin = staleGuard();
  #beginConfirm = staleGuard();

  constructor(private readonly owner: UrlOwner) {}

  get #typedUrl(): string {
    const choice = this.owner.typed.picture;
    return choice?.kind === "url" ? choice.url.trim() : "";
  }

  /** Loads the picture, or shows the error at the field. */
  load(): Promise<void> {
    const url = this.#typedUrl;
    if (url === "" || this.owner.urlPicture?.url === url) return Promise.resolve();
    if (url !== this.#requestedUrl) this.#request = this.#load(url);
    return this.#request;
  }

  async #load(url: string): Promise<void> {
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

  /** Whether the typed URL may be saved: its picture was loaded, or the user wants to save it anyway. */
  async confirm(): Promise<boolean> {
    if (this.#typedUrl === "") return true;
    if (this.question) return false;
    const isWanted = this.#beginConfirm();
    await this.load();
    const error = this.owner.failures.url;
    // With the setting that keeps pictures of other servers away, no URL can be tried.
    if (!error || error.code === "remotePicturesOff") return true;
    if (!isWanted() || isNeverAccepted(error)) return false;
    const confirmed = await new Promise<boolean>((answer) => (this.question = { error, answer }));
    this.question = null;
    return confirmed;
  }

  /** Answers the question with no, also if it has not come up yet: the user has left the field that shows it. */
  withdraw(): void {
    this.#beginConfirm();
    this.question?.answer(false);
  }
}
