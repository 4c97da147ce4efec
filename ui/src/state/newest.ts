// Of several attempts at the same thing only the newest may still speak: answers may overtake each other.

/** Begins an attempt with each call; what it answers tells whether that attempt still is the newest. */
export function newest(): () => () => boolean {
  let count = 0;
  return () => {
    const mine = (count += 1);
    return () => mine === count;
  };
}
