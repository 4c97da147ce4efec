// Which texts are the same, as the shell compares them: however Unicode spells their letters. Pure.

/** Whether two texts are the same letters; anything else that differs is a change. */
export const sameText = (a: string, b: string): boolean => a.normalize("NFC") === b.normalize("NFC");

/** Whether two names look the same: any run of white space is one space, and none is at the ends. */
export const looksSame = (a: string, b: string): boolean => words(a) === words(b);

const words = (text: string): string => text.normalize("NFC").trim().replace(/\s+/gu, " ");
