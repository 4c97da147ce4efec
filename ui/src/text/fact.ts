/**
 * An entry of components/Facts.svelte: a name with a text, or with a time in milliseconds since 1970. A `long` text
 * gets a row of its own.
 */
export type Fact = { name: string; value: string; long?: true } | { name: string; at: number; as: "ago" | "date" };
