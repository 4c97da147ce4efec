import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative addresses: the page is served from another origin on each system.
  base: "./",
  // The messages are compiled before, by `npm run messages`: the plugin for it keeps watching and never ends a test run.
  plugins: [svelte()],
  build: {
    target: ["es2022", "safari16"],
    // The content security policy has no data: and the preload polyfill would use fetch.
    assetsInlineLimit: 0,
    // One style for all parts: those loaded after the first paint must not change how it looks.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    // The colours are read from the styles themselves.
    css: true,
  },
});
