// What screen readers announce after a change in the picture editor.

import * as m from "../../messages";
import { formattingLocale } from "../../state/locale.svelte";
import type { Text } from "../../text/words";
import { type Crop, type Direction, zoom } from "./crop";

/** The zoom as a localized percentage. */
export const zoomPercent = (crop: Crop): string =>
  new Intl.NumberFormat(formattingLocale(), { style: "percent", maximumFractionDigits: 0 }).format(zoom(crop));

const MOVED: Record<Direction, Text> = {
  left: m.picture_said_moved_left,
  right: m.picture_said_moved_right,
  up: m.picture_said_moved_up,
  down: m.picture_said_moved_down,
};

/** The texts. Those that depend on the new crop are functions of it. */
export const announcements = {
  moved: MOVED,
  rotated: { left: m.picture_said_turned_left, right: m.picture_said_turned_right },
  zoom: (crop: Crop): string => m.picture_said_zoom({ percent: zoomPercent(crop) }),
  flipped: ({ mirrored }: Crop): string => (mirrored ? m.picture_said_flipped() : m.picture_said_unflipped()),
  background({ fit, ground }: Crop): string {
    if (fit) return ground ? m.picture_said_fit_color() : m.picture_said_fit();
    return ground ? m.picture_said_cut_color() : m.picture_said_cut();
  },
};
