// What happened in the editor, in words.

import * as m from "../../paraglide/messages";
import { getLocale } from "../../paraglide/runtime";
import type { Text } from "../../text/words";
import { type Crop, type Direction, zoom } from "./crop";

/** The zoom as people read it. */
export const percent = (crop: Crop): string =>
  new Intl.NumberFormat(getLocale(), { style: "percent", maximumFractionDigits: 0 }).format(zoom(crop));

const MOVED: Record<Direction, Text> = {
  left: m.picture_said_moved_left,
  right: m.picture_said_moved_right,
  up: m.picture_said_moved_up,
  down: m.picture_said_moved_down,
};

/** The sentences, each for the crop that came of the change. */
export const said = {
  moved: MOVED,
  turned: { left: m.picture_said_turned_left, right: m.picture_said_turned_right },
  zoom: (crop: Crop): string => m.picture_said_zoom({ percent: percent(crop) }),
  flipped: ({ mirrored }: Crop): string => (mirrored ? m.picture_said_flipped() : m.picture_said_unflipped()),
  ground({ fit, ground }: Crop): string {
    if (fit) return ground ? m.picture_said_fit_colour() : m.picture_said_fit();
    return ground ? m.picture_said_cut_colour() : m.picture_said_cut();
  },
};
