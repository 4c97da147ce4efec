// The current time for relative dates. Updated every 20 seconds; that is enough, because the smallest unit shown is one
// minute.

const TICK_MS = 20_000;

let current = $state(Date.now());

/** Milliseconds since 1970. The value stays fixed until `startClock` is called. */
export const now = (): number => current;

/** Starts to update `now()`. Returns a function that stops the updates. */
export function startClock(): () => void {
  const timer = setInterval(() => (current = Date.now()), TICK_MS);
  return () => clearInterval(timer);
}
