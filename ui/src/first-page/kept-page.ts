// The form in which the shell keeps a page.

/** A page as it was painted. */
export interface KeptPage {
  /** The attributes of the root element: language, direction, theme and colors. */
  attributes: Record<string, string>;
  /** What the root of the app contained. */
  html: string;
}
