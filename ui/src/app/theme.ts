// Theme and accent on the root element: attributes and custom properties, never a style in the markup.

import type { Theme } from "../host/types";
import { accentFor } from "../text/accent";

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

/** Calls back when the system turns light or dark; answers how to stop. */
export function onSystemTheme(changed: () => void): () => void {
  systemIsDark.addEventListener("change", changed);
  return () => systemIsDark.removeEventListener("change", changed);
}

/** Light or dark, with the system's choice looked up. */
export function resolved(theme: Theme): "light" | "dark" {
  if (theme !== "system") return theme;
  return systemIsDark.matches ? "dark" : "light";
}

/** Dresses the page. */
export function dress(theme: Theme, organizationColour: string | null | undefined): void {
  const root = document.documentElement;
  const shade = resolved(theme);
  root.dataset["theme"] = shade;
  const accent = accentFor(organizationColour, shade);
  const values = { "--accent": accent?.accent, "--on-accent": accent?.on, "--soft": accent?.soft };
  for (const [name, value] of Object.entries(values)) {
    if (value) root.style.setProperty(name, value);
    else root.style.removeProperty(name);
  }
}
