// The form in which the shell keeps a page.

/** A page as it was painted. */
export interface KeptPage {
  /** The files of the page's code and styles. Their names change with each build. */
  build: string;
  /** The attributes of the root element: language, direction, theme and colors. */
  attributes: Record<string, string>;
  /** What the root of the app contained. */
  html: string;
}

/** Selects the elements with their own styles. */
export const STYLED = "[style]";

/** The build of the running page. */
export function pageBuild(): string {
  const files = document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("head script[src], head link[rel=stylesheet]");
  return Array.from(files, (file) => ("src" in file ? file.src : file.href)).join(" ");
}

/** Reads what the shell has kept. Null if it is nothing or has another form, as after an update. */
export function readKeptPage(text: string | null): KeptPage | null {
  if (text === null) return null;
  try {
    const { build, attributes, html } = JSON.parse(text) as Partial<KeptPage>;
    return typeof build === "string" && typeof html === "string" && attributes ? { build, attributes, html } : null;
  } catch {
    return null;
  }
}
