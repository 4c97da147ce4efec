// `./dev preview`: serves the page to an ordinary browser, with the made-up data of preview/host instead of the shell.
// The preview is never built, so no part of it gets into the app.
//
// The address chooses what is shown, for example /?scene=offline&theme=dark&lang=es. preview/host/scenes.ts lists the scenes.

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const here = new URL(".", import.meta.url).pathname;

/** Replaces the modules of src/host that call the shell by those of preview/host. */
const previewHost: Plugin = {
  name: "preview-host",
  enforce: "pre",
  resolveId(source, importer) {
    const [, name] = /\/host\/(boot|commands|events)$/.exec(source) ?? [];
    return name && !importer?.startsWith(here) ? `${here}host/${name}.ts` : undefined;
  },
};

export default defineConfig({
  root: here,
  plugins: [previewHost, svelte({ configFile: "../svelte.config.js" })],
  // Vite finds these packages only when a part of the page imports them. Without this line, it would then reload the page.
  optimizeDeps: { include: ["bits-ui", "virtua/svelte"] },
  server: { fs: { allow: [".."] } },
});
