// Responses can arrive in a different order than the requests were sent. The guard tells whether a response still
// belongs to the latest request.

/**
 * Returns a function that starts a request and invalidates earlier ones. Its result tells whether that request is
 * current.
 */
export function staleGuard(): () => () => boolean {
  let latest = 0;
  return () => {
    const sequence = (latest += 1);
    return () => sequence === latest;
  };
}
