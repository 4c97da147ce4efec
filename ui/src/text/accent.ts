// The accent color of the page. If the organization has a color, the accent is that color, moved towards black or white
// until text in the accent color and text on it have enough contrast. The contrast formula is that of WCAG 2.

/** Red, green and blue, 0 to 255. */
type Rgb = readonly [number, number, number];

/** The minimum contrast of text, by WCAG 2 level AA. */
export const MIN_CONTRAST = 4.5;

/** Parses `#rgb` or `#rrggbb`; null for anything else. */
export function parseColor(text: string): Rgb | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (!digits) return null;
  const six = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const number = parseInt(six, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** Formats a color as `#rrggbb`. */
export function formatColor(color: Rgb): string {
  return "#" + color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colors, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Mixes two colors: `share` (0 to 1) of `b`, the rest of `a`. Rounds to whole numbers. */
function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const [r, g, blue] = a.map((part, i) => Math.round(part + ((b[i] ?? 0) - part) * share)) as [number, number, number];
  return [r, g, blue];
}

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
interface Accent {
  accent: string;
  /** The color of text on the accent. */
  onAccent: string;
  /** A light tint of the accent, as the background of text in the accent color. */
  soft: string;
}

/** The accent for an organization's color. Null, which means the theme's default accent, if there is no valid color. */
export function accentFor(color: string | null | undefined, theme: "light" | "dark"): Accent | null {
  const original = color ? parseColor(color) : null;
  if (!original) return null;
  const { backgrounds, panel, onAccent, towards } = THEME_COLORS[theme];
  for (let share = 0; share <= 1; share += 0.02) {
    const accent = mix(original, towards, share);
    const soft = mix(panel, accent, SOFT_SHARE);
    if ([...backgrounds, soft, onAccent].every((other) => contrast(accent, other) >= MIN_CONTRAST)) {
      return { accent: formatColor(accent), onAccent: formatColor(onAccent), soft: formatColor(soft) };
    }
  }
  return null;
}
