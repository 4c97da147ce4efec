// The events of the made-up shell. In the console of the browser, `closing()`, `ending()` and `drag("over")`
// send the events of the window.

import type * as real from "../../src/host/events";

export const onDrag: typeof real.onDrag = async (handler) => void Object.assign(window, { drag: handler });

export const onClosing: typeof real.onClosing = async (handler) => void Object.assign(window, { closing: handler });

export const onEnding: typeof real.onEnding = async (handler) => void Object.assign(window, { ending: handler });
