// The boot data. The shell sets it as a global before the page's scripts run. Only this module reads the global.

import type { Boot } from "./types";

declare global {
  interface Window {
    __LAPEL__?: Boot;
  }
}

/** The boot data. Throws if the page runs outside of the shell. */
export function readBoot(): Boot {
  const boot = window.__LAPEL__;
  if (!boot) throw new Error("Lapel's page was opened without its shell");
  return boot;
}
