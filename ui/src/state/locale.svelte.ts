// The interface language as reactive state: when it changes, all texts in templates update in place. No component is
// created again, so typed text is not lost. Each language is a file of its own, which is loaded before it is shown.

/** The plural forms of a message: the input that decides, and a text for each form of the language. `*` is for all others. */
interface Plural {
  of: string;
  forms: Record<string, string>;
}

/** The texts of a language. A placeholder is an input in braces, with `#` if it is a number. */
type Texts = Record<string, string | Plural>;

/** The value of a placeholder. */
export type Input = string | number;

/** The shown language. */
class Shown {
  /** The locale for Intl: the system's regional variant of the language (es-MX, en-GB), if there is one. */
  readonly formatting: string;
  // Created at first use, because that is slow and the first paint may need none.
  #number: Intl.NumberFormat | undefined;
  #plural: Intl.PluralRules | undefined;

  constructor(
    readonly language: string,
    readonly texts: Texts,
  ) {
    this.formatting = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
  }

  get number(): Intl.NumberFormat {
    return (this.#number ??= new Intl.NumberFormat(this.formatting));
  }

  get plural(): Intl.PluralRules {
    return (this.#plural ??= new Intl.PluralRules(this.formatting));
  }
}

/** The files of the languages, by tag. */
const FILES = Object.fromEntries(
  Object.entries(import.meta.glob<{ default: Texts }>("../messages/*.json")).map(([path, load]) => [path.replace(/^.*\/|\.json$/g, ""), load]),
);

/** The languages of the interface, as tags. */
export const INTERFACE_LANGUAGES: readonly string[] = Object.keys(FILES);

/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/** The texts that were loaded. */
const loaded = new Map<string, Texts>();

let shown = $state.raw(new Shown("en", {}));
/** The language that was asked for last, and its arrival. */
let wanted = "";
let arrival = Promise.resolve();

function show(language: string, texts: Texts): void {
  shown = new Shown(language, texts);
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
}

async function loadAndShow(language: string): Promise<void> {
  const known = loaded.get(language);
  if (known) return show(language, known);
  try {
    const file = await FILES[language]?.();
    if (!file) throw new Error(`there is no file of messages for the language ${language}`);
    loaded.set(language, file.default);
    if (wanted === language) show(language, file.default);
  } catch (error) {
    // So that it can be asked for again.
    if (wanted === language) wanted = shown.language;
    throw error;
  }
  if (wanted !== language) await arrival;
}

/**
 * Switches all texts to another language, at once if it was loaded before. If still another one is asked for while a language
 * is loaded, the last one counts, and both calls wait for it.
 */
export function setInterfaceLanguage(language: string): Promise<void> {
  if (language !== wanted) {
    wanted = language;
    arrival = loadAndShow(language);
  }
  return arrival;
}

/** The current interface language. */
export const interfaceLanguage = (): string => shown.language;

/** The locale for Intl: the system's regional variant of the interface language, or the language itself. */
export const formattingLocale = (): string => shown.formatting;

/** Letters that are written from right to left. */
const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A value in a text. One from right to left is isolated, so that it does not turn the words around it. */
const isolated = (value: string): string => (RIGHT_TO_LEFT_LETTER.test(value) ? `\u2068${value}\u2069` : value);

function textOf(key: string, inputs: Record<string, Input>): string {
  const entry = shown.texts[key];
  if (entry === undefined) return key;
  const text = typeof entry === "string" ? entry : (entry.forms[shown.plural.select(Number(inputs[entry.of]))] ?? entry.forms["*"] ?? key);
  return text.replace(/\{(#?)(\w+)\}/g, (_, number: string, name: string) =>
    number ? shown.number.format(Number(inputs[name])) : isolated(String(inputs[name])),
  );
}

const NONE = {};

/** A message without placeholders. */
export const text = (key: string) => (): string => textOf(key, NONE);

/** A message with placeholders. */
export const textWith =
  <Inputs extends object>(key: string) =>
  (inputs: Inputs): string =>
    textOf(key, inputs as Record<string, Input>);
