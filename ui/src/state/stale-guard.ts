// Responses can arrive in a different order than the requests were sent. The guard tells whether a response still
// belongs to the latest request.

/**
 * Returns a function to call before each request. It returns another function, which tells whether that request is still
 * the latest.
 */
export function staleGuard(): () => () => boolean {
  let latest = 0;
  return () => {
    const sequence = (latest += 1);
    return () => sequence === latest;
  };
}
