// The script of the first paint, which the build puts into index.html. It shows the kept page and loads the page's code.

import { showFirstPage, visible } from "./show";

/** The address of the page's code, and of what it imports. The build sets them. */
declare const PAGE: string;
declare const PARTS: string[];

function openPage(): void {
  // All parts at once. Otherwise the web view finds those that a part imports only when that has arrived.
  for (const href of PARTS) document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: PAGE }));
}

const root = document.getElementById("app");
// The shell shows the window as soon as the kept page has loaded. The code of the page would delay its first frame.
if (root && showFirstPage(root)) void visible(root).then(openPage);
else openPage();
