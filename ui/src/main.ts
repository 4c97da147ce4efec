// The entry point of the page. It is small, so that the page of the last start appears before the rest has loaded.

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/field-slots.css";
import "./styles/floating-bar.css";
import "./styles/popup-lists.css";

import { showFirstPage } from "./first-page/show";
import { painted } from "./host/commands";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element with the id app");
const load = async () => (await import("./page")).openPage(target);
if (showFirstPage(target)) {
  // The window is shown first: the code of the page would delay it. If it cannot be shown now, the page tries it again.
  const shown = painted().then(() => true, () => false);
  void shown.then(load);
} else void load();
