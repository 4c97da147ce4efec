// Puts the page out of reach while a dialog is over it, also for screen readers and for tests that look by name.

let covers = 0;

/** An attachment for the content of a dialog: the page is inert as long as one is open. */
export function coverPage(): () => void {
  const page = document.getElementById("app");
  covers += 1;
  if (page) page.inert = true;
  return () => {
    covers -= 1;
    if (page && covers === 0) page.inert = false;
  };
}
