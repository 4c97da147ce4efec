// The entry point of the page. It is small, so that the page of the last start appears before the rest has loaded.

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/field-slots.css";
import "./styles/floating-bar.css";
import "./styles/popup-lists.css";

import { showFirstPage, visible } from "./first-page/show";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element with the id app");
const openPage = async () => (await import("./page")).openPage(target);
// The shell shows the window as soon as the kept page has loaded. The code of the page would delay its first frame.
if (showFirstPage(target)) void visible().then(openPage);
else void openPage();
