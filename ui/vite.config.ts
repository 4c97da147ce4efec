import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { inlineFirstPaint } from "./build/inline.ts";

export default defineConfig({
  // Relative URLs, because the page's origin differs between operating systems.
  base: "./",
  plugins: [svelte(), inlineFirstPaint()],
  // The texts of a language as one string: the engine parses it faster than code.
  json: { stringify: true, namedExports: false },
  build: {
    target: ["es2022", "safari16"],
    // The content security policy allows neither data: URLs nor the fetch calls of the preload polyfill.
    assetsInlineLimit: 0,
    // One style sheet, so that parts that load after the first paint do not change the styles of the page.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    // Beside index.html, so that its own code finds them.
    assetsDir: "",
  },
  test: {
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    environment: "node",
    // The tests read colors from the style sheets.
    css: true,
  },
});
