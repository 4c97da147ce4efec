// Text comparison, the same as in the Rust core. Pure.

/** Whether two texts are equal after Unicode normalization (NFC). */
export const sameText = (a: string, b: string): boolean => a.normalize("NFC") === b.normalize("NFC");

/** Whether two names look the same: like `sameText`, but trimmed and with each run of white space as one space. */
export const looksSame = (a: string, b: string): boolean => collapsed(a) === collapsed(b);

const collapsed = (text: string): string => text.normalize("NFC").trim().replace(/\s+/gu, " ");
