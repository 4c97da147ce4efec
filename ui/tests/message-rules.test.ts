// The lint check of the message files finds each kind of mistake.

import { describe, expect, test } from "vitest";

import { problemsOf } from "../../tests/lint/message-rules.mjs";

const plural = (match: Record<string, string>) => [
  {
    declarations: ["input count", "local countPlural = count: plural", "local number = count: number"],
    selectors: ["countPlural"],
    match: Object.fromEntries(Object.entries(match).map(([form, text]) => [`countPlural=${form}`, text])),
  },
];

const TERM_KEYS = ["team_role_owner", "team_role_admin", "team_role_editor", "team_role_viewer", "team_role_unassigned", "role_admin",
  "role_adminViewer", "role_user", "role_serviceAccount", "user_role", "api_token", "page_team"];
const TERMS = ["Owner", "Admin", "Editor", "Viewer", "Unassigned", "Administrator", "Read-only administrator", "User", "Service account",
  "Service role", "API token", "Team"];
/** Messages that differ from English by a mark. */
const terms = (mark: string) => Object.fromEntries(TERM_KEYS.map((key, index) => [key, TERMS[index] + mark]));

const en = { $schema: "", ...terms(""), hello: "Hello {name}", brand: "Lapel", people: plural({ one: "{number} person", "*": "{number} people" }) };
const ru = {
  $terms: Object.fromEntries(TERMS.map((term) => [term, `${term}! (explained)`])),
  $same: { brand: "A name." },
  ...terms("!"),
  hello: "Здравствуйте, {name}",
  brand: "Lapel",
  people: plural({ one: "{number} человек", few: "{number} человека", many: "{number} человек", "*": "{number} человека" }),
};
const fr = { ...ru, hello: "Bonjour {name}", people: plural({ one: "{number} personne", "*": "{number} personnes" }) };
const zh = { ...ru, hello: "{name}，你好", people: plural({ "*": "{number} 人" }) };

/** The problems of a file beside a correct English one. */
const problems = (language: string, file: object): string[] => problemsOf({ en, [language]: file });

describe("the check of the message files", () => {
  test("accepts correct files", () => {
    expect(problemsOf({ en, ru, fr, zh })).toEqual([]);
  });

  test.each<[string, string, object, string]>([
    ["a missing key", "ru", { ...ru, hello: undefined }, "hello"],
    ["a surplus key", "ru", { ...ru, bye: "Пока" }, "bye is not in the English file"],
    ["another order", "ru", Object.fromEntries(Object.entries(ru).reverse()), "another order"],
    ["a lost placeholder", "ru", { ...ru, hello: "Здравствуйте" }, "hello has other placeholders"],
    ["another placeholder", "ru", { ...ru, hello: "Здравствуйте, {nme}" }, "hello has other placeholders"],
    ["a missing plural form", "ru", { ...ru, people: plural({ one: "{number} человек", many: "{number} человек", "*": "{number} человека" }) }, "people has no form few"],
    ["a plural form of another language", "zh", { ...zh, people: plural({ one: "{number} 人", "*": "{number} 人" }) }, "people has a form one"],
    ["a lost number, because the form is also for 21", "ru", { ...ru, people: plural({ one: "1 человек", few: "{number} человека", many: "{number} человек", "*": "{number} человека" }) }, "people lost the placeholder {number} in the form one"],
    ["a lost number, because the form is also for 0", "fr", { ...fr, people: plural({ one: "1 personne", "*": "{number} personnes" }) }, "people lost the placeholder {number} in the form one"],
    ["a text instead of a list", "ru", { ...ru, people: "{number} человек" }, "people must be of the same kind"],
    ["other declarations", "fr", { ...fr, people: [{ ...fr.people[0], declarations: ["input count"] }] }, "people has other declarations"],
    ["a text that was not translated", "ru", { ...ru, hello: "Hello {name}" }, "hello is the same as in English"],
    ["a reason that is no longer needed", "ru", { ...ru, brand: "Лапел" }, "brand is in $same, but not"],
    ["three dots", "ru", { ...ru, hello: "Здравствуйте, {name}..." }, "hello has three dots"],
    ["an empty text", "ru", { ...ru, brand: " " }, "brand is empty"],
    ["an empty form", "zh", { ...zh, people: plural({ "*": "" }) }, "people is empty"],
    ["a space at the end", "ru", { ...ru, hello: "Здравствуйте, {name} " }, "hello begins or ends with a space"],
    ["a missing term", "ru", { ...ru, $terms: {} }, "$terms has no term “owner”"],
    ["a term that is not used", "ru", { ...ru, team_role_owner: "Хозяин" }, "team_role_owner is “Хозяин”, but the term"],
    ["a name that is no language", "russian", ru, "not the tag of a language"],
  ])("finds %s", (_, language, file, problem) => {
    const found = problems(language, JSON.parse(JSON.stringify(file)));
    expect(found).not.toEqual([]);
    expect(found.join("\n")).toContain(problem);
  });
});
