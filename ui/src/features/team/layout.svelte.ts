// How much room the list has. What depends only on the look is in container queries.

/** The widest list in pixels that shows rows without columns. */
const NARROW_WIDTH = 479;

/** The widest list in pixels that leaves out the columns that are less important than the roles. */
const ESSENTIAL_WIDTH = 759;

/** The layout of the team page. */
export class TeamLayout {
  /** The width of the list in pixels; 0 before the first layout. */
  width = $state(0);
  /** The height of the selection bar in pixels; 0 while it is not shown. */
  barHeight = $state(0);

  /** Whether rows have no columns. */
  readonly narrow = $derived(this.width <= NARROW_WIDTH);
  /** Whether only the person and the roles are shown. */
  readonly essential = $derived(this.width <= ESSENTIAL_WIDTH);
}
