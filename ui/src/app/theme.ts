// Sets theme and accent on the root element, as an attribute and custom properties. The content security policy forbids
// style attributes in the markup.

import type { Theme } from "../host/types";
import { accentFor } from "../text/accent";

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

/** Calls `onChange` when the system switches between light and dark. Returns a function that unsubscribes. */
export function onSystemTheme(onChange: () => void): () => void {
  systemIsDark.addEventListener("change", onChange);
  return () => systemIsDark.removeEventListener("change", onChange);
}

/** Light or dark; `system` is resolved to the current system setting. */
function resolveTheme(theme: Theme): "light" | "dark" {
  if (theme !== "system") return theme;
  return systemIsDark.matches ? "dark" : "light";
}

/** Applies the theme and the organization's accent color to the page. */
export function applyTheme(theme: Theme, organizationColor: string | null | undefined): void {
  const root = document.documentElement;
  const shade = resolveTheme(theme);
  root.dataset["theme"] = shade;
  const accent = accentFor(organizationColor, shade);
  const values = { "--accent": accent?.accent, "--on-accent": accent?.onAccent, "--soft": accent?.soft };
  for (const [name, value] of Object.entries(values)) {
    if (value) root.style.setProperty(name, value);
    else root.style.removeProperty(name);
  }
}
