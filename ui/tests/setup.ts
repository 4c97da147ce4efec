// The set-up of every test file: the fake shell, English texts, and no calls from an earlier test.

import { beforeEach, vi } from "vitest";

import { overwriteGetLocale } from "../src/paraglide/runtime";
import { globals, host } from "./host";

for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);

beforeEach(() => {
  overwriteGetLocale(() => "en");
  host.calls = [];
  host.pending = [];
  host.responses = {};
});
