// Notices about the account and this computer: what is wrong, and what helps. The strip above the page shows the most
// important one in a short sentence; the account popover shows all of them in full.

import { signInFailureText } from "../errors/connectivity";
import { errorText, type Severity } from "../errors/table";
import type { AppError, SessionState, Snapshot, StorageState, TokenKeeping } from "../host/types";
import * as m from "../messages";
import { canSignInAgain } from "../state/session.svelte";
import { MEMORY_TEXTS, SESSION_TEXTS, STORAGE_TEXTS, type Text } from "../text/words";

/** What a button of a notice does. `retryKeyring`: tries to use the keyring, whose problem the user has solved. */
export type NoticeAction = "signIn" | "signInAgain" | "unlock" | "removeSurplus" | "retryKeyring" | "close";

/** A notice. */
export interface Notice {
  id: "personGone" | "storage" | "session" | "signInHelps" | "memory";
  severity: Severity;
  /** A sentence for the strip, short enough for one line in a column of 640 pixels. */
  short: string;
  /** The full text. */
  text: string;
  /** The error whose details the popover offers, if any. */
  error: AppError | null;
  /** The buttons. The strip has only the first one, and the one that closes the notice. */
  actions: NoticeAction[];
}

const SHORT_STORAGE: Record<Exclude<StorageState, "sound">, Text> = {
  movedAside: m.strip_movedAside,
  newer: m.strip_newer,
  busy: m.strip_busy,
  readOnly: m.strip_readOnly,
  full: m.strip_full,
  failed: m.strip_failed,
};

const SHORT_SESSION: Record<keyof typeof SESSION_TEXTS, Text> = {
  expired: m.strip_expired,
  tokenLost: m.strip_tokenLost,
  tokenNotKept: m.strip_tokenNotKept,
  keyringAbsent: m.strip_keyringAbsent,
  keyringLocked: m.strip_keyringLocked,
  keyringAmbiguous: m.strip_keyringAmbiguous,
};

const SHORT_MEMORY: Record<Exclude<TokenKeeping, "keyring">, Text> = {
  memory: m.strip_memory,
  memoryAmbiguous: m.strip_keyringAmbiguous,
  memoryNotSetUp: m.strip_memoryNotSetUp,
};

const SESSION_ACTIONS: Partial<Record<SessionState, NoticeAction[]>> = {
  keyringLocked: ["unlock", "signIn"],
  keyringAmbiguous: ["removeSurplus", "signIn"],
};

const MEMORY_ACTIONS: Record<Exclude<TokenKeeping, "keyring">, NoticeAction[]> = {
  memory: ["close"],
  memoryAmbiguous: ["removeSurplus", "close"],
  memoryNotSetUp: ["retryKeyring", "close"],
};

function personGone({ sync: { error } }: Snapshot): Notice | null {
  if (error?.code !== "personGone") return null;
  return { id: "personGone", severity: "error", short: m.strip_personGone(), text: errorText(error), error, actions: [] };
}

function storage({ storage }: Snapshot, folder: string): Notice | null {
  if (storage === "sound") return null;
  const severity = storage === "movedAside" ? "warning" : "error";
  return { id: "storage", severity, short: SHORT_STORAGE[storage](), text: STORAGE_TEXTS[storage]({ folder }), error: null, actions: [] };
}

function session({ session }: Snapshot): Notice | null {
  if (!canSignInAgain(session)) return null;
  const ended = session as keyof typeof SESSION_TEXTS;
  const short = SHORT_SESSION[ended]();
  const actions: NoticeAction[] = SESSION_ACTIONS[ended] ?? ["signIn"];
  // The short sentence about an expired session says everything, so the strip need not offer the full text.
  const text = ended === "expired" ? short : SESSION_TEXTS[ended]();
  return { id: "session", severity: "warning", short, text, error: null, actions };
}

function signInHelps({ session, sync: { error, signInHelps } }: Snapshot): Notice | null {
  if (session !== "signedIn" || !signInHelps || !error) return null;
  return { id: "signInHelps", severity: "warning", short: m.strip_signInHelps(), text: signInFailureText(error), error, actions: ["signInAgain"] };
}

function memory({ session, tokenKeeping }: Snapshot, closed: boolean): Notice | null {
  if (session !== "signedIn" || tokenKeeping === "keyring" || closed) return null;
  const [short, text] = [SHORT_MEMORY[tokenKeeping](), MEMORY_TEXTS[tokenKeeping]()];
  return { id: "memory", severity: "note", short, text, error: null, actions: MEMORY_ACTIONS[tokenKeeping] };
}

/** The notices to show, the most important one first. `memoryClosed`: whether the user closed the one about the token in memory. */
export function notices(snapshot: Snapshot, folder: string, memoryClosed: boolean): Notice[] {
  return [personGone(snapshot), storage(snapshot, folder), session(snapshot), signInHelps(snapshot), memory(snapshot, memoryClosed)].filter(
    (notice) => notice !== null,
  );
}
