// Makes the English texts of the page about 40 % longer, with accents and in brackets, as those of another language may be. Before,
// it keeps the texts. The body of a function; the argument is the address of the file of English messages.

const ACCENTS = { a: 'àá', e: 'èé', i: 'ìí', o: 'òó', u: 'ùú', A: 'ÀÁ', E: 'ÈÉ', I: 'ÌÍ', O: 'ÒÓ', U: 'ÙÚ' }
const longer = (text) => `[${text.replace(/\{.*?\}|[aeiou]/gi, (part) => ACCENTS[part] ?? part)}]`
window.pseudo = 'loading'
import(arguments[0]).then(({ default: texts }) => {
  window.originalTexts = { ...texts }
  window.pseudoTexts = texts
  for (const [key, entry] of Object.entries(texts)) {
    const forms = Object.entries(entry.forms ?? {}).map(([form, text]) => [form, longer(text)])
    texts[key] = typeof entry === 'string' ? longer(entry) : { ...entry, forms: Object.fromEntries(forms) }
  }
  window.pseudo = 'ready'
})
