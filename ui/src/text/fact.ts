// The shape of what components/Facts.svelte lists.

/** A named value, which may take a row of its own, or a named moment in milliseconds since 1970. */
export type Fact = { name: string; value: string; long?: true } | { name: string; at: number; as: "ago" | "date" };
