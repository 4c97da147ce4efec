// The rules for the message files of the interface. Pure: `messages.mjs` applies them to the files, and
// `ui/tests/message-rules.test.ts` checks that each of them finds a mistake.
//
// Keys with `$` are about the file. `$terms` is the table of terms of the language: an English term, and how this language says
// it everywhere. `$same` lists the messages that are the same as in English, each with a reason; in the English file, those that
// are the same in every language.

/** English texts that must have three dots: other programs find the control by this name. */
const THREE_DOTS = ['server_other']

/** Numbers of which at least one is in each plural form that whole numbers below a million have. */
const NUMBERS = Array.from({ length: 200 }, (_, number) => number)

const isAboutFile = (key) => key.startsWith('$')
const keysOf = (file) => Object.keys(file).filter((key) => !isAboutFile(key))

/** The texts of a message: by plural form, or one text. `*` is the form of all numbers that have none of their own. */
function formsOf(message) {
  if (typeof message === 'string') return { '*': message }
  const forms = Object.entries(message[0].match).map(([form, text]) => [form.replace(/^.*=/, ''), text])
  return Object.fromEntries(forms)
}

const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

/** The placeholder of the number that decides about the plural form; none if no text shows it. */
function pluralNumber([{ declarations, selectors }]) {
  const sourceOf = (local) => declarations.map((line) => /^local (\w+) = (\w+):/.exec(line)).find((found) => found?.[1] === local)?.[2]
  const source = sourceOf(selectors[0])
  const number = declarations.map((line) => /^local (\w+) = (\w+): number$/.exec(line)).find((found) => found?.[2] === source)
  return number && `{${number[1]}}`
}

/** The numbers of each plural form of a language. The form of all others is `*`. */
function numbersByForm(language) {
  const rules = new Intl.PluralRules(language)
  const numbers = { '*': [] }
  for (const number of NUMBERS) {
    const form = rules.select(number)
    ;(numbers[form === 'other' ? '*' : form] ??= []).push(number)
  }
  return numbers
}

/** What is wrong with the plural forms of a message. */
function pluralProblems(language, message, english) {
  for (const part of ['declarations', 'selectors'])
    if (JSON.stringify(message[0][part]) !== JSON.stringify(english[0][part])) return [`has other ${part} than in English`]
  const [forms, englishForms, numbers] = [formsOf(message), formsOf(english), numbersByForm(language)]
  // Without another form in English, the list serves only to format a number.
  const needed = Object.keys(englishForms).length > 1 ? Object.keys(numbers) : ['*']
  const known = [...needed, ...new Intl.PluralRules(language).resolvedOptions().pluralCategories]
  const number = pluralNumber(english)
  const problems = needed.filter((form) => !(form in forms)).map((form) => `has no form ${form}`)
  for (const [form, text] of Object.entries(forms)) {
    if (!known.includes(form)) problems.push(`has a form ${form}, which the language does not have`)
    // A form for a single number may write it out.
    const wanted = placeholders(englishForms['*']).filter((name) => name !== number || numbers[form]?.length !== 1)
    for (const name of wanted) if (!placeholders(text).includes(name)) problems.push(`lost the placeholder ${name} in the form ${form}`)
    for (const name of placeholders(text))
      if (!placeholders(Object.values(englishForms).join()).includes(name)) problems.push(`has a placeholder ${name} that English does not have`)
  }
  return problems
}

/** What is wrong with the texts of a message. */
function textProblems(language, key, message) {
  const problems = []
  for (const text of Object.values(formsOf(message))) {
    if (typeof text !== 'string' || text.trim() === '') problems.push('is empty')
    else if (text !== text.trim()) problems.push('begins or ends with a space')
    else if (text.includes('...') && !(language === 'en' && THREE_DOTS.includes(key))) problems.push('has three dots instead of an ellipsis')
  }
  return problems
}

/** Whether a translation is the English text, apart from texts without letters of their own. */
function isEnglish(message, english) {
  const hasLetters = Object.values(formsOf(english)).some((text) => /\p{L}/u.test(text.replace(/\{\w+\}/g, '')))
  return hasLetters && JSON.stringify(formsOf(message)) === JSON.stringify(formsOf(english))
}

/** Terms that are messages as well. The two scales of roles must never be mixed up. */
const TERMS = {
  owner: 'team_role_owner',
  admin: 'team_role_admin',
  editor: 'team_role_editor',
  viewer: 'team_role_viewer',
  unassigned: 'team_role_unassigned',
  administrator: 'role_admin',
  'read-only administrator': 'role_adminViewer',
  user: 'role_user',
  'service account': 'role_serviceAccount',
  'service role': 'user_role',
  'api token': 'api_token',
  team: 'page_team',
}

/** A term without case and without what is explained about it in brackets. */
const plainTerm = (term) => term.replace(/\s*[(（].*?[)）]/g, '').trim().toLocaleLowerCase()

/** What is wrong with the terms: those that are messages must be used as they are in the table. */
function termProblems({ $terms = {}, ...file }) {
  const own = Object.fromEntries(Object.entries($terms).map(([term, text]) => [plainTerm(term), text]))
  return Object.entries(TERMS).flatMap(([term, key]) => {
    if (own[term] === undefined) return [`$terms has no term “${term}”`]
    if (own[term].split(/[/;,]/).map(plainTerm).includes(plainTerm(String(file[key])))) return []
    return [`${key} is “${file[key]}”, but the term for “${term}” is “${own[term]}”`]
  })
}

function fileProblems(language, file, english) {
  if (Intl.PluralRules.supportedLocalesOf([language]).length === 0) return ['the name is not the tag of a language']
  const [keys, wanted] = [keysOf(file), keysOf(english)]
  const problems = [
    ...wanted.filter((key) => !(key in file)).map((key) => `${key} is missing`),
    ...keys.filter((key) => !(key in english)).map((key) => `${key} is not in the English file`),
  ]
  const common = keys.filter((key) => key in english)
  if (problems.length === 0 && keys.join() !== wanted.join()) problems.push('the keys have another order than in English')
  const same = { ...english.$same, ...file.$same }
  for (const key of common) {
    const found = [...textProblems(language, key, file[key])]
    if ((typeof file[key] === 'string') !== (typeof english[key] === 'string')) found.push('must be of the same kind as in English')
    else if (typeof file[key] !== 'string') found.push(...pluralProblems(language, file[key], english[key]))
    else if (placeholders(file[key]).join() !== placeholders(english[key]).join()) found.push('has other placeholders than in English')
    if (language !== 'en' && !same[key] && isEnglish(file[key], english[key])) found.push('is the same as in English; translate it, or say why in $same')
    problems.push(...found.map((problem) => `${key} ${problem}`))
  }
  for (const key of Object.keys(file.$same ?? {}))
    if (language !== 'en' && !(key in english && isEnglish(file[key], english[key]))) problems.push(`${key} is in $same, but not the same as in English`)
  return [...problems, ...(language === 'en' ? [] : termProblems(file))]
}

/** What is wrong with the message files, which are given by their languages. */
export function problemsOf(files) {
  return Object.entries(files).flatMap(([language, file]) => fileProblems(language, file, files.en).map((problem) => `${language}.json: ${problem}`))
}
