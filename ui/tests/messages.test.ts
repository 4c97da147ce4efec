import { describe, expect, test } from "vitest";

import en from "../messages/en.json";
import { ERROR_CODES, errorAction, errorSeverity, errorText } from "../src/errors/table";
import type { AppError, ErrorDetails, SyncState } from "../src/host/types";
import { syncLine } from "../src/features/sync/line";
import { INTERFACE_LANGUAGES, setInterfaceLanguage } from "../src/state/locale.svelte";
import {
  MEMORY_TEXTS, NAME_PROBLEMS, PICTURE_NOTES, ROLE_REASONS, roleHint, roleDescription, roleName, SESSION_TEXTS, signInText, STORAGE_TEXTS, URL_PROBLEMS,
} from "../src/text/words";

/** All source files that may use a message. */
const SOURCES = Object.values(
  import.meta.glob<string>("../src/**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true }),
).join("\n");

describe("message files", () => {
  test("are all used", () => {
    const keys = Object.keys(en).filter((key) => !key.startsWith("$"));
    expect(keys.filter((key) => !new RegExp(`\\bm\\.${key}\\b`).test(SOURCES))).toEqual([]);
  });

  test("give the controls the names that other tests search for", () => {
    const names = ["server", "email", "password", "sign_in", "use_token", "api_token", "two_factor_code", "first_name",
      "last_name", "language", "role", "choose_picture", "picture_url", "remove_picture", "use_picture", "save_changes",
      "discard_changes", "try_again", "keep_mine", "keep_theirs", "sign_out", "page_profile", "page_settings"] as const;
    expect(names.map((name) => en[name])).toEqual(["Server", "Email", "Password", "Sign in", "Use an API token instead",
      "API token", "Two-factor code", "First name", "Last name", "Language", "Role", "Choose picture", "Picture URL",
      "Remove picture", "Use picture", "Save changes", "Discard changes", "Try again", "Keep mine", "Keep theirs",
      "Sign out", "Profile", "Settings"]);
  });
});

describe.each(INTERFACE_LANGUAGES)("the values from the shell have texts in %s", (locale) => {
  const speak = () => setInterfaceLanguage(locale);
  const failure = (code: AppError["code"], details = {}): AppError => ({ code, message: "", details: details as ErrorDetails });

  test("every error has its own sentence", () => {
    speak();
    const sentences = ERROR_CODES.map((code) => errorText(failure(code)));
    expect(sentences.every((sentence) => /[.?。？]$/.test(sentence))).toBe(true);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  test("sessions, storage states, picture notes and reasons have different texts", () => {
    speak();
    const storages = Object.values(STORAGE_TEXTS).map((text) => text({ folder: "~/data" }));
    expect(storages.every((text) => text.includes("~/data"))).toBe(true);
    for (const table of [SESSION_TEXTS, PICTURE_NOTES, ROLE_REASONS, NAME_PROBLEMS, URL_PROBLEMS]) {
      const texts = Object.values(table).map((text) => text());
      expect(texts.every((text) => text.length > 3)).toBe(true);
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  test("each problem with the keyring has its own text", () => {
    speak();
    const sessions = ["signedIn", "starting", "expired", "keyringAbsent", "keyringLocked", "keyringAmbiguous", "tokenLost", "tokenNotKept"] as const;
    const texts = [...sessions.map((session) => signInText({ session, tokenKeeping: "keyring" })), ...Object.values(MEMORY_TEXTS).map((text) => text())];
    expect(new Set(texts).size).toBe(texts.length);
  });

  test("a sign-in counts as stored only while it is in use", () => {
    void setInterfaceLanguage("en");
    expect(signInText({ session: "signedIn", tokenKeeping: "keyring" })).toBe("Stored in this computer's keyring.");
    for (const session of ["starting", "expired", "tokenNotKept", "tokenLost", "keyringAbsent"] as const) {
      expect(signInText({ session, tokenKeeping: "keyring" })).not.toContain("Stored");
    }
  });

  test("every sync state has its own text", () => {
    speak();
    const states: SyncState[] = ["fresh", "stale", "refreshing", "waitingForNetwork", "sending", "conflict", "refused", "signedOut", "storageFailed"];
    const texts = states.map((state) => syncLine({ state, asOf: null, unsent: 0, error: null, triesAgain: false, signInHelps: false, nextTry: null }, 1).parts.join("|"));
    expect(new Set(texts).size).toBe(states.length);
    expect(texts.every((text) => text.length > 3)).toBe(true);
  });

  test("plurals use the locale's forms and number format", () => {
    speak();
    const one = errorText(failure("unsentEdits", { count: 1 }));
    const many = errorText(failure("unsentEdits", { count: 1_000_000 }));
    const number = new Intl.NumberFormat(locale).format(1_000_000);
    expect(many).toContain(number);
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    if (pluralCategories.length > 1) expect(one).not.toBe(many.replace(number, "1"));
  });
});

describe("details of errors", () => {
  test("the text of a conflict without a change does not say that somebody made one", () => {
    void setInterfaceLanguage("en");
    const error = { code: "changed", message: "", details: { problem: "unchanged" } as ErrorDetails } as const;
    expect(errorText(error)).toMatch(/although it hasn't[.]$/);
  });

  test("the server's own message is shown", () => {
    void setInterfaceLanguage("en");
    const error = { code: "rejected", message: "", details: { serverMessage: " No. " } as ErrorDetails } as const;
    expect(errorText(error)).toBe("The server refused this: No.");
  });

  test("picture formats and name problems have their own texts", () => {
    void setInterfaceLanguage("en");
    const about = (code: AppError["code"], problem: string) => errorText({ code, message: "", details: { problem } as ErrorDetails });
    expect(about("unsupportedPicture", "linkedHeic")).toContain("HEIC pictures from a link");
    expect(about("unsupportedPicture", "text")).toContain("this kind");
    expect(about("invalidName", "tooLong")).toContain("128");
    expect(about("invalidName", "from-a-newer-shell")).toBe("This name can't be used.");
  });

  test("an unknown error code gets a general sentence", () => {
    const error = { code: "brandNew", message: "", details: {} } as unknown as AppError;
    expect(errorText(error)).not.toBe("");
    expect(errorSeverity(error)).toBe("error");
    expect(errorAction(error)).toBe("tryAgain");
  });

  test("rejected picture URLs have a reason", () => {
    void setInterfaceLanguage("en");
    const about = (problem: string) => errorText({ code: "invalidPictureUrl", message: "", details: { problem } as ErrorDetails });
    expect(about("private")).toContain("private network");
    expect(new Set([about("private"), about("redirects"), about("")]).size).toBe(3);
  });

  test("rare picture formats are named, and the text for a rare JPEG says what to do", () => {
    void setInterfaceLanguage("en");
    const about = (problem: string) => errorText({ code: "unsupportedPicture", message: "", details: { problem } as ErrorDetails });
    for (const [word, name] of [["jpegXl", "JPEG XL"], ["jpeg2000", "JPEG 2000"], ["ico", "ICO"], ["pdf", "PDF"], ["psd", "PSD"]] as const) expect(about(word)).toContain(name);
    expect(about("rareJpeg")).toContain("rare type of JPEG");
    const kinds = [["tiffNumbers", "floating-point"], ["tiffDepth", "bits per color"], ["tiffCompression", "this kind of compression"], ["tiffOldJpeg", "old-style JPEG"], ["tiffColors", "color channels"]] as const;
    for (const [word, name] of kinds) expect(about(word)).toMatch(new RegExp(`TIFF files with .*${name}.* TIFF first`));
    expect(about("cameraRaw")).toContain("camera's raw file");
    for (const problem of ["psd", "rareJpeg", "rareHeif", "cameraRaw", "tiffDepth", "from-a-newer-shell"]) {
      for (const format of ["JPEG", "PNG", "HEIC", "AVIF", "WebP", "GIF", "BMP", "TIFF"]) expect(about(problem)).toContain(format);
    }
  });

  test("the hint of a role says what it may do, or why it cannot be changed", () => {
    void setInterfaceLanguage("en");
    expect(roleHint("user", null)).toBe("Can change only their own profile.");
    expect(roleHint("user", "onlyAdmins")).toBe("Only an administrator can change your role.");
    expect(roleHint("captain", "offline")).toBe("You need to be online to change the role.");
  });

  test("unknown roles are shown as the server spells them", () => {
    expect(roleName("captain")).toBe("captain");
    expect(roleName("")).toBe("Unknown");
    expect(roleDescription("captain")).toBe("");
  });
});
