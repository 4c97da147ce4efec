// The shape of what components/Facts.svelte lists.

/** A named value, or a named moment in milliseconds since 1970. */
export type Fact = { name: string; value: string } | { name: string; at: number; as: "ago" | "date" };
