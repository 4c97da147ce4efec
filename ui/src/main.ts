// The entry point of the page. index.html shows the page of the last start until this has loaded (first-page/entry.ts).

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/field-slots.css";
import "./styles/floating-bar.css";
import "./styles/popup-lists.css";

import { mount } from "svelte";

import App from "./app/App.svelte";
import { listenForZoom } from "./app/zoom";
import { ignoreComposingKey } from "./components/composition";
import { ignoreSecondClick } from "./components/double-click";
import { onDragEvent } from "./features/picture/drop-and-paste.svelte";
import { keepLastPage } from "./first-page/keep";
import { dropFirstPage } from "./first-page/show";
import { closeWithoutQuestion, requestClose } from "./form/leaving.svelte";
import { onClosing, onDrag, onEnding } from "./host/events";
import { app } from "./state/app.svelte";
import { windowFailures } from "./state/failures.svelte";

/**
 * Suppresses the web view's context menu, except over text fields or while text is selected: then it offers cut, copy and
 * paste.
 */
function suppressContextMenu(event: MouseEvent): void {
  const onField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  const selected = (document.getSelection()?.toString() ?? "") !== "";
  if (!onField && !selected) event.preventDefault();
}

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element with the id app");
// Before the page is created, so that its own listeners on the window come later.
window.addEventListener("keydown", ignoreComposingKey, { capture: true });
// The page appears in its language at once. Not a top-level await: with one, the build would split the page into more files.
void app.loadLanguage().then(() => {
  const shown = dropFirstPage(target);
  mount(App, { target, props: { root: target, shown } });
});
listenForZoom();
document.addEventListener("contextmenu", suppressContextMenu);
document.addEventListener("click", ignoreSecondClick, { capture: true });
void app.start();
void windowFailures.attempt("close", () => onClosing(() => void keepLastPage().then(requestClose)));
void windowFailures.attempt("close", () => onEnding(() => void closeWithoutQuestion()));
void windowFailures.attempt("drag", () => onDrag(onDragEvent));
