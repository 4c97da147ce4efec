// The time that relative dates are told from. It ticks slowly: minutes are the finest thing anybody reads here.

const TICK_MS = 20_000;

let current = $state(Date.now());

/** Milliseconds since 1970, renewed a few times a minute. */
export const now = (): number => current;

/** Starts ticking; answers how to stop. */
export function startClock(): () => void {
  const timer = setInterval(() => (current = Date.now()), TICK_MS);
  return () => clearInterval(timer);
}
