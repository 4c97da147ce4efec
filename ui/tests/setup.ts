// The set-up of every test file: the fake shell, English texts, and no calls from an earlier test. All languages are loaded, so
// that a test can switch to another one at once.

import { beforeEach, vi } from "vitest";

import { globals, host } from "./host";

for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);

// Imported after the globals exist, because it reads the languages of the system.
const { INTERFACE_LANGUAGES, setInterfaceLanguage } = await import("../src/state/locale.svelte");
for (const language of INTERFACE_LANGUAGES) await setInterfaceLanguage(language);

beforeEach(() => {
  void setInterfaceLanguage("en");
  host.calls = [];
  host.pending = [];
  host.responses = {};
});
