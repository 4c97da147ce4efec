// The sentences and the technical details of errors that prevent a connection or a sign-in.

import { beforeEach, describe, expect, test } from "vitest";

import { signInFailureText } from "../src/errors/connectivity";
import { detailFacts, detailText } from "../src/errors/details";
import { errorText } from "../src/errors/table";
import { fieldOf } from "../src/features/sign-in/fields";
import { SignInState } from "../src/features/sign-in/state.svelte";
import type { AppError, CertificateView } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { host } from "./host";
import { failure } from "./samples";

const certificate: CertificateView = {
  subject: "Firewall", names: ["login.example.com", "*.example.org"], issuer: "Inspecting CA", notBefore: 0, notAfter: 86_400_000,
};

/** The reasons (`details.problem`) that the Rust core sends, by error code. */
const PROBLEMS: Partial<Record<AppError["code"], string[]>> = {
  invalidServer: ["empty", "notAnAddress", "port", "scheme", "notSecure", "credentials", "query", "route", "tooLong"],
  invalidEmail: ["empty", "tooLong", "notAnAddress"],
  invalidPassword: ["empty", "tooLong"],
  invalidToken: ["empty", "spaces", "characters"],
  tls: ["expired", "notYetValid", "otherHost", "unknownIssuer", "notForServers", "revoked", "noTls", "handshake", "untrusted"],
  proxy: ["setting", "kind", "unreachable", "credentials", "refused", "untrusted"],
};

describe.each(["en", "es"] as const)("in %s", (locale) => {
  beforeEach(() => setInterfaceLanguage(locale));

  test("each reason has its own sentence", () => {
    for (const [code, problems] of Object.entries(PROBLEMS)) {
      const texts = problems.map((problem) =>
        errorText(failure(code as AppError["code"], { problem, host: "api.example.com", proxy: "proxy:3128", certificate })),
      );
      expect(new Set(texts).size, code).toBe(problems.length);
      expect(texts.every((text) => /[.]$/.test(text) && !/[{}]|undefined/.test(text)), texts.join("\n")).toBe(true);
    }
  });

  test("the sentence names the host, the other hosts, the issuer and the proxy", () => {
    const tls = (problem: string) => errorText(failure("tls", { problem, host: "api.example.com:8443", certificate }));
    expect(tls("otherHost")).toContain("login.example.com, *.example.org");
    expect(tls("unknownIssuer")).toContain("Inspecting CA");
    for (const problem of PROBLEMS.tls ?? []) if (problem !== "untrusted") expect(tls(problem)).toContain("api.example.com:8443");
    for (const problem of PROBLEMS.proxy ?? []) expect(errorText(failure("proxy", { problem, proxy: "proxy:3128" }))).toContain("proxy:3128");
  });

  test("missing details still result in a complete sentence", () => {
    for (const problem of ["otherHost", "unknownIssuer"]) {
      const unnamed = errorText(failure("tls", { problem, host: "api.example.com", certificate: { ...certificate, names: [], issuer: "" } }));
      expect(unnamed).toContain("api.example.com");
      expect(unnamed).not.toMatch(/“”|«»|undefined/);
    }
    const general = errorText(failure("tls"));
    expect(errorText(failure("tls", { problem: "from-a-newer-shell", host: "a" }))).toBe(general);
    expect(errorText(failure("proxy", { problem: "from-a-newer-shell", proxy: "a" }))).toBe(errorText(failure("proxy")));
  });

  test("details contain names and dates, and can be copied as text", () => {
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
  beforeEach(() => setInterfaceLanguage("en"));

  test("contain status and host of an unreadable response", () => {
    expect(detailText(failure("unreadable", { httpStatus: 403, host: "api.example.com", serverCode: 9 }))).toContain(
      "Server: api.example.com\nHTTP status: 403\nCode: 9\n",
    );
    expect(detailText(failure("proxy", { problem: "refused", proxy: "proxy:3128", host: "h" }))).toContain("Proxy: proxy:3128");
  });

  test("are empty for errors without technical details", () => {
    expect(detailFacts(failure("wrongCredentials", { httpStatus: 401, host: "api.example.com" }))).toEqual([]);
  });

  test("a sentence contains only the first names of a certificate, the details contain all", () => {
    const names = ["a.example", "b.example", "c.example", "d.example"];
    const error = failure("tls", { problem: "otherHost", host: "h", certificate: { ...certificate, names } });
    expect(errorText(error)).toContain("a.example, b.example, c.example…");
    expect(errorText(error)).not.toContain("d.example");
    expect(detailText(error)).toContain("d.example");
  });
});

test("if a captive portal may have refused the session, the text mentions the network's own sign-in", () => {
  void setInterfaceLanguage("en");
  const intermediary = failure("intermediary", { httpStatus: 401 });
  expect(signInFailureText(intermediary)).toMatch(/answered instead of the server[.] If this network has its own sign-in page/);
  expect(signInFailureText(failure("redirected"))).toMatch(/doesn't follow it[.] If this network has its own sign-in page/);
  expect(signInFailureText(failure("otherPerson"))).toBe(errorText(failure("otherPerson")));
});

describe("the sign-in form", () => {
  const typed = (address: string) => {
    const form = new SignInState(null);
    form.chooseServer("");
    return Object.assign(form, { address, email: "a@example.com", password: "x" });
  };

  test("suggests a corrected address, and signs in there with one click", async () => {
    const servers: string[] = [];
    host.responses["sign_in"] = ({ request: { server } }) => {
      servers.push(server);
      const suggestion = "https://api.example.com/v1";
      return server === suggestion ? null : Promise.reject(failure("invalidServer", { problem: "route", suggestion }));
    };
    const form = typed("https://api.example.com/v1/auth/login");
    expect(await form.submit()).toBe(false);
    expect(form.problem?.field).toBe("address");
    expect(form.suggestion).toBe("https://api.example.com/v1");
    expect(await form.acceptSuggestion()).toBe(true);
    expect(form.address).toBe("https://api.example.com/v1");
    expect(servers).toEqual(["https://api.example.com/v1/auth/login", "https://api.example.com/v1"]);
  });

  test("mentions the network's own sign-in after a redirect", async () => {
    host.responses["sign_in"] = () => Promise.reject(failure("redirected"));
    const form = typed("https://api.example.com/v1");
    await form.submit();
    expect(form.problem?.text()).toBe(signInFailureText(failure("redirected")));
  });

  test("has no suggestion at first, and none after further input", async () => {
    host.responses["sign_in"] = () => Promise.reject(failure("invalidServer", { problem: "route", suggestion: "https://api.example.com/v1" }));
    const form = typed("https://api.example.com/v1/auth/login");
    expect(await form.acceptSuggestion()).toBe(false);
    await form.submit();
    form.changed();
    expect(form.suggestion).toBeNull();
    expect(await form.acceptSuggestion()).toBe(false);
  });

  test("shows invalid input at its field", () => {
    const at = (code: AppError["code"]) => fieldOf(failure(code), { address: null });
    expect([at("invalidEmail"), at("invalidPassword"), at("invalidCode"), at("invalidToken")]).toEqual(["email", "password", "code", "token"]);
    expect([at("tls"), at("proxy")]).toEqual([null, null]);
  });
});
