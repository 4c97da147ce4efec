// The steps of the page's zoom, in percent, as in most browsers.

const STEPS = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];

/** What a key, the wheel or a button does to the zoom. */
export type ZoomChange = "in" | "out" | "reset";

/** The zoom after a change. It stays the same at the end of the steps. */
export function zoomAfter(percent: number, change: ZoomChange): number {
  switch (change) {
    case "in":
      return STEPS.find((step) => step > percent) ?? percent;
    case "out":
      return STEPS.findLast((step) => step < percent) ?? percent;
    case "reset":
      return 100;
  }
}
