// The accent of the page, which may follow the organization's colour: moved towards black or white until everything
// written in it or on it can be read.

import { contrast, ENOUGH, formatColour, mix, parseColour, type Rgb } from "./colour";

/** What a theme brings along; the same values as in styles/tokens.css, and a test compares them. */
interface Ground {
  /** Everything that text in the accent stands on. */
  grounds: Rgb[];
  /** What the soft variant is mixed into. */
  panel: Rgb;
  /** Text on the accent. */
  on: Rgb;
  /** Where the accent moves for more contrast. */
  towards: Rgb;
}

/** Light and dark. */
export const GROUNDS: Record<"light" | "dark", Ground> = {
  light: {
    grounds: [[246, 246, 244], [255, 255, 255], [239, 239, 236]],
    panel: [255, 255, 255],
    on: [255, 255, 255],
    towards: [0, 0, 0],
  },
  dark: {
    grounds: [[27, 28, 30], [36, 38, 41], [31, 33, 35]],
    panel: [36, 38, 41],
    on: [12, 26, 40],
    towards: [255, 255, 255],
  },
};

/** Share of the accent in its soft variant. */
const SOFT = 0.1;

/** The accent and what belongs to it, as CSS colours. */
export interface Accent {
  /** The accent itself. */
  accent: string;
  /** Text on the accent. */
  on: string;
  /** A hint of it, behind text in the accent. */
  soft: string;
}

/** The accent for an organization's colour; null where that is none, and the page's own stays. */
export function accentFor(colour: string | null | undefined, theme: "light" | "dark"): Accent | null {
  const wanted = colour ? parseColour(colour) : null;
  if (!wanted) return null;
  const { grounds, panel, on, towards } = GROUNDS[theme];
  for (let share = 0; share <= 1; share += 0.02) {
    const accent = mix(wanted, towards, share);
    const soft = mix(panel, accent, SOFT);
    if ([...grounds, soft, on].every((ground) => contrast(accent, ground) >= ENOUGH)) {
      return { accent: formatColour(accent), on: formatColour(on), soft: formatColour(soft) };
    }
  }
  return null;
}
