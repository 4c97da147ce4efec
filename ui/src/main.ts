// The entry point of the page.

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

import { mount } from "svelte";

import App from "./app/App.svelte";
import { onDragEvent } from "./features/picture/drop-and-paste.svelte";
import { requestClose } from "./form/leaving.svelte";
import { onClosing, onDrag } from "./host/events";
import { suppressContextMenu } from "./state/menu";
import { app } from "./state/app.svelte";
import { failures } from "./state/failures.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element with the id app");
mount(App, { target });
document.addEventListener("contextmenu", suppressContextMenu);
void app.start();
void failures.attempt("close", () => onClosing(() => void requestClose()));
void failures.attempt("drag", () => onDrag(onDragEvent));
