// What the shell leaves for the page before its first line runs. Read once; nothing else looks at the global.

import type { Boot } from "./types";

declare global {
  interface Window {
    __LAPEL__?: Boot;
  }
}

/** The boot data; fails loudly where the page runs without its shell. */
export function readBoot(): Boot {
  const boot = window.__LAPEL__;
  if (!boot) throw new Error("Lapel's page was opened without its shell");
  return boot;
}
