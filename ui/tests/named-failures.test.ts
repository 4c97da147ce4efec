// What keeps somebody from the server, in a sentence of its own for each reason, and the details behind it.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { detailFacts, detailText } from "../src/errors/details";
import { errorText } from "../src/errors/table";
import { signInTroubleText } from "../src/errors/trouble";
import { fieldOf } from "../src/features/sign-in/fields";
import type { AppError, CertificateView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, snapshot } from "./samples";

const shell = vi.hoisted(() => ({ signIn: (_request: { server: string }): unknown => null }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: { request: { server: string } }) =>
    command === "snapshot" ? snapshot({}) : command === "sign_in" ? await shell.signIn(payload.request) : null,
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", {
  __LAPEL__: { snapshot: snapshot({}), servers: [{ key: "sandbox", kind: "sandbox" }], pictureOrigin: "", dataFolder: "", version: "", languages: [] },
});

const { SignInState } = await import("../src/features/sign-in/state.svelte");

const certificate: CertificateView = {
  subject: "Firewall", names: ["login.example.com", "*.example.org"], issuer: "Inspecting CA", notBefore: 0, notAfter: 86_400_000,
};

/** Every word that the shell uses for a reason. */
const WORDS: Partial<Record<AppError["code"], string[]>> = {
  invalidServer: ["empty", "notAnAddress", "port", "scheme", "notSecure", "credentials", "query", "route", "tooLong"],
  invalidEmail: ["empty", "tooLong", "notAnAddress"],
  invalidPassword: ["empty", "tooLong"],
  invalidToken: ["empty", "spaces", "characters"],
  tls: ["expired", "notYetValid", "otherHost", "unknownIssuer", "notForServers", "revoked", "noTls", "handshake", "untrusted"],
  proxy: ["setting", "kind", "unreachable", "credentials", "refused", "untrusted"],
};

describe.each(["en", "es"] as const)("in %s", (locale) => {
  beforeEach(() => overwriteGetLocale(() => locale));

  test("each reason has a sentence of its own", () => {
    for (const [code, words] of Object.entries(WORDS)) {
      const texts = words.map((problem) =>
        errorText(failure(code as AppError["code"], { problem, host: "api.example.com", proxy: "proxy:3128", certificate })),
      );
      expect(new Set(texts).size, code).toBe(words.length);
      expect(texts.every((text) => /[.]$/.test(text) && !/[{}]|undefined/.test(text)), texts.join("\n")).toBe(true);
    }
  });

  test("the sentence names the host, the other hosts, the issuer and the proxy", () => {
    const tls = (problem: string) => errorText(failure("tls", { problem, host: "api.example.com:8443", certificate }));
    expect(tls("otherHost")).toContain("login.example.com, *.example.org");
    expect(tls("unknownIssuer")).toContain("Inspecting CA");
    for (const problem of WORDS.tls ?? []) if (problem !== "untrusted") expect(tls(problem)).toContain("api.example.com:8443");
    for (const problem of WORDS.proxy ?? []) expect(errorText(failure("proxy", { problem, proxy: "proxy:3128" }))).toContain("proxy:3128");
  });

  test("what is not known leaves a sentence all the same", () => {
    for (const problem of ["otherHost", "unknownIssuer"]) {
      const unnamed = errorText(failure("tls", { problem, host: "api.example.com", certificate: { ...certificate, names: [], issuer: "" } }));
      expect(unnamed).toContain("api.example.com");
      expect(unnamed).not.toMatch(/“”|«»|undefined/);
    }
    const general = errorText(failure("tls"));
    expect(errorText(failure("tls", { problem: "from-a-newer-shell", host: "a" }))).toBe(general);
    expect(errorText(failure("proxy", { problem: "from-a-newer-shell", proxy: "a" }))).toBe(errorText(failure("proxy")));
  });

  test("details hold names and dates, and can be copied as text", () => {
    const error = failure("tls", { problem: "otherHost", host: "api.example.com", certificate });
    expect(detailFacts(error).map((fact) => ("at" in fact ? fact.at : fact.value))).toEqual([
      "api.example.com", "Firewall", "login.example.com, *.example.org", "Inspecting CA", 0, 86_400_000, "tls, otherHost",
    ]);
    const text = detailText(error);
    expect(text.split("\n")[0]).toBe(errorText(error));
    expect(text).toContain("1970-01-01T00:00:00.000Z");
    expect(text).toContain("1970-01-02T00:00:00.000Z");
  });
});

describe("details", () => {
  beforeEach(() => overwriteGetLocale(() => "en"));

  test("tell status and host where something unreadable answered", () => {
    expect(detailText(failure("unreadable", { httpStatus: 403, host: "api.example.com", serverCode: 9 }))).toContain(
      "Server: api.example.com\nHTTP status: 403\nCode: 9\n",
    );
    expect(detailText(failure("proxy", { problem: "refused", proxy: "proxy:3128", host: "h" }))).toContain("Proxy: proxy:3128");
  });

  test("are left out where they help nobody", () => {
    expect(detailFacts(failure("wrongCredentials", { httpStatus: 401, host: "api.example.com" }))).toEqual([]);
  });

  test("many names of a certificate are cut in the sentence and kept in the details", () => {
    const names = ["a.example", "b.example", "c.example", "d.example"];
    const error = failure("tls", { problem: "otherHost", host: "h", certificate: { ...certificate, names } });
    expect(errorText(error)).toContain("a.example, b.example, c.example…");
    expect(errorText(error)).not.toContain("d.example");
    expect(detailText(error)).toContain("d.example");
  });
});

test("what refuses a living session is told with the network's own sign-in, where that may be it", () => {
  overwriteGetLocale(() => "en");
  const between = failure("between", { httpStatus: 401 });
  expect(signInTroubleText(between)).toMatch(/answered in its place[.] If this network has a sign-in page/);
  expect(signInTroubleText(failure("redirected"))).toMatch(/does not go there[.] If this network has a sign-in page/);
  expect(signInTroubleText(failure("otherPerson"))).toBe(errorText(failure("otherPerson")));
});

describe("the sign-in form", () => {
  const typed = (address: string) => {
    const form = new SignInState(null);
    form.chooseServer("");
    return Object.assign(form, { address, email: "a@example.com", password: "x" });
  };

  test("offers the address that may be meant, and signs in there on one press", async () => {
    const asked: string[] = [];
    shell.signIn = ({ server }) => {
      asked.push(server);
      const suggestion = "https://api.example.com/v1";
      return server === suggestion ? null : Promise.reject(failure("invalidServer", { problem: "route", suggestion }));
    };
    const form = typed("https://api.example.com/v1/auth/login");
    expect(await form.submit()).toBe(false);
    expect(form.problem?.field).toBe("address");
    expect(form.suggestion).toBe("https://api.example.com/v1");
    expect(await form.takeSuggestion()).toBe(true);
    expect(form.address).toBe("https://api.example.com/v1");
    expect(asked).toEqual(["https://api.example.com/v1/auth/login", "https://api.example.com/v1"]);
  });

  test("tells of the network's own sign-in where something sends it elsewhere", async () => {
    shell.signIn = () => Promise.reject(failure("redirected"));
    const form = typed("https://api.example.com/v1");
    await form.submit();
    expect(form.problem?.text()).toBe(signInTroubleText(failure("redirected")));
  });

  test("takes nothing where nothing is offered, and offers nothing once something else is typed", async () => {
    shell.signIn = () => Promise.reject(failure("invalidServer", { problem: "route", suggestion: "https://api.example.com/v1" }));
    const form = typed("https://api.example.com/v1/auth/login");
    expect(await form.takeSuggestion()).toBe(false);
    await form.submit();
    form.changed();
    expect(form.suggestion).toBeNull();
    expect(await form.takeSuggestion()).toBe(false);
  });

  test("says at its field what cannot be sent", () => {
    const at = (code: AppError["code"]) => fieldOf(failure(code), { address: null });
    expect([at("invalidEmail"), at("invalidPassword"), at("invalidCode"), at("invalidToken")]).toEqual(["email", "password", "code", "token"]);
    expect([at("tls"), at("proxy")]).toEqual([null, null]);
  });
});
