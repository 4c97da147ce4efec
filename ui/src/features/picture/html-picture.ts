// Finds the picture in a part of a web page, as browsers and word processors put it on the clipboard.

/** A picture that is written into the text, or the address of one. */
type HtmlPicture = { kind: "file"; file: Blob } | { kind: "address"; url: string };

/** The first picture that can be used; null if there is none. Nothing of the HTML is shown, run or loaded. */
export function pictureInHtml(html: string): HtmlPicture | null {
  if (html === "") return null;
  const { images } = new DOMParser().parseFromString(html, "text/html");
  for (const image of images) {
    const picture = pictureAt(image.getAttribute("src")?.trim() ?? "");
    if (picture) return picture;
  }
  return null;
}

/** The picture of an image's address; null for an address that only the other program understands. */
export function pictureAt(source: string): HtmlPicture | null {
  if (/^https?:/i.test(source)) return { kind: "address", url: source };
  const [, type, data] = /^data:(image\/[^;,]+)[^,]*;base64,(.+)$/is.exec(source) ?? [];
  if (type === undefined || data === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    return { kind: "file", file: new Blob([bytes], { type }) };
  } catch {
    // It is not base64.
    return null;
  }
}
