// Names the changes that a sign-out would lose.

import type { UnsentWork } from "../../host/types";
import * as m from "../../messages";
import { fieldList } from "../profile/edits";

/** The changed fields of an account, and the number of other people with changes. */
export function lostWork({ fields, role, draftsAboutOthers }: UnsentWork): string {
  const own = [...fields, ...(role ? (["role"] as const) : [])];
  const others = draftsAboutOthers > 0 ? [m.sign_out_lost_others({ count: draftsAboutOthers })] : [];
  return [...(own.length > 0 ? [fieldList(own)] : []), ...others].join("; ");
}
