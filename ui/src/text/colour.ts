// Parsing, mixing and contrast of colors. The contrast formula is that of WCAG 2.

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The minimum contrast of text, by WCAG 2 level AA. */
export const MIN_CONTRAST = 4.5;

/** Parses `#rgb` or `#rrggbb`; null for anything else. */
export function parseColour(text: string): Rgb | null {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1];
  if (!digits) return null;
  const six = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const number = parseInt(six, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** Formats a color as `#rrggbb`. */
export function formatColour(colour: Rgb): string {
  return "#" + colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
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
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const [r, g, blue] = a.map((part, i) => Math.round(part + ((b[i] ?? 0) - part) * share)) as [number, number, number];
  return [r, g, blue];
}
