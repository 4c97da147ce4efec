// The accent color of the page. It may come from the organization's color, moved towards black or white until text in
// it and text on it have enough contrast.

import { contrast, MIN_CONTRAST, formatColour, mix, parseColour, type Rgb } from "./colour";

/** The colors of a theme that the accent depends on. tests/text.test.ts compares them with styles/tokens.css. */
interface ThemeColors {
  /** All backgrounds of text in the accent color. */
  backgrounds: Rgb[];
  /** The background that the soft variant is mixed with. */
  panel: Rgb;
  /** The color of text on the accent. */
  onAccent: Rgb;
  /** Black or white: the accent moves towards it for more contrast. */
  towards: Rgb;
}

export const THEME_COLORS: Record<"light" | "dark", ThemeColors> = {
  light: {
    backgrounds: [[246, 246, 244], [255, 255, 255], [239, 239, 236]],
    panel: [255, 255, 255],
    onAccent: [255, 255, 255],
    towards: [0, 0, 0],
  },
  dark: {
    backgrounds: [[27, 28, 30], [36, 38, 41], [31, 33, 35]],
    panel: [36, 38, 41],
    onAccent: [12, 26, 40],
    towards: [255, 255, 255],
  },
};

/** Share of the accent in its soft variant, 0 to 1. */
const SOFT_SHARE = 0.1;

/** The accent and its related colors, as CSS values. */
export interface Accent {
  accent: string;
  /** The color of text on the accent. */
  onAccent: string;
  /** A light tint of the accent, as the background of text in the accent color. */
  soft: string;
}

/** The accent for an organization's color; null without a valid color, then the theme's default accent applies. */
export function accentFor(colour: string | null | undefined, theme: "light" | "dark"): Accent | null {
  const original = colour ? parseColour(colour) : null;
  if (!original) return null;
  const { backgrounds, panel, onAccent, towards } = THEME_COLORS[theme];
  for (let share = 0; share <= 1; share += 0.02) {
    const accent = mix(original, towards, share);
    const soft = mix(panel, accent, SOFT_SHARE);
    if ([...backgrounds, soft, onAccent].every((other) => contrast(accent, other) >= MIN_CONTRAST)) {
      return { accent: formatColour(accent), onAccent: formatColour(onAccent), soft: formatColour(soft) };
    }
  }
  return null;
}
