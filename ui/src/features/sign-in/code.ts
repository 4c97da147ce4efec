// The two-factor code as it is typed or pasted.

/** How many digits a code has. */
export const CODE_LENGTH = 6;

/** The code without the spaces of two groups, and with the digits of a full-width keyboard as ordinary ones. */
export const cleanCode = (text: string): string => text.normalize("NFKC").replace(/\s/g, "");

/** Whether all digits of a code are there. */
export const isWholeCode = (code: string): boolean => new RegExp(`^\\d{${CODE_LENGTH}}$`).test(code);
