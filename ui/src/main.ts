// Where the page starts.

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

import { mount } from "svelte";

import App from "./app/App.svelte";
import { dragged } from "./features/picture/doors.svelte";
import { closeForm } from "./form/leaving.svelte";
import { onClosing, onDrag } from "./host/events";
import { keepPagesMenuAway } from "./state/menu";
import { app } from "./state/app.svelte";
import { failures } from "./state/failures.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no place for the page");
mount(App, { target });
document.addEventListener("contextmenu", keepPagesMenuAway);
void app.start();
void failures.attempt("close", () => onClosing(() => void closeForm()));
void failures.attempt("drag", () => onDrag(dragged));
