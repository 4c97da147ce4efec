// The current time for relative dates. It is updated rarely, because the smallest unit shown is one minute.

const TICK_MS = 20_000;

let current = $state(Date.now());

/** Milliseconds since 1970, updated every 20 seconds. */
export const now = (): number => current;

/** Starts the clock. Returns a function that stops it. */
export function startClock(): () => void {
  const timer = setInterval(() => (current = Date.now()), TICK_MS);
  return () => clearInterval(timer);
}
