// Finds texts of the page that are not in the message files, and what cannot be mirrored in the style sheets. Pure:
// `texts-in-code.mjs` looks into the files, and `ui/tests/text-rules.test.ts` checks that each kind of mistake is found.

import { createRequire } from 'node:module'

const { parse } = createRequire(new URL('../../ui/package.json', import.meta.url))('svelte/compiler')

/** Attributes whose value is shown or read out. */
const SHOWN = ['alt', 'aria-description', 'aria-label', 'aria-roledescription', 'aria-valuetext', 'hint', 'label', 'legend', 'placeholder', 'text', 'title']

/** Letters, apart from the name of the app. */
const hasLetters = (text) => /\p{L}/u.test(text.replace(/\bLapel\b/g, ''))

/** A literal that looks like a text for people: it begins with a capital letter and has several words, or ends a sentence. */
const isSentence = (text) => /^\p{Lu}\p{Ll}*['’]?\p{Ll}* \p{L}/u.test(text) || /^\p{Lu}[\p{L} ,'’]+[.…?!]$/u.test(text)

/** What is wrong in the template of a component: [position, text]. */
export function textsInTemplate(source) {
  const found = []
  const visit = (node, isShown) => {
    if (!node || typeof node !== 'object') return
    if (Array.isArray(node)) return node.forEach((one) => visit(one, isShown))
    if (node.type === 'Text' && isShown && hasLetters(node.data)) found.push([node.start, node.data.trim()])
    if (node.type === 'Literal' && isShown && typeof node.value === 'string' && isSentence(node.value)) found.push([node.start, node.value])
    if (node.type === 'Attribute') return visit(node.value, SHOWN.includes(node.name))
    if (node.type?.endsWith('Directive')) isShown = false
    for (const [key, child] of Object.entries(node)) if (key !== 'metadata') visit(child, isShown)
  }
  visit(parse(source, { modern: true }).fragment, true)
  return found
}

/**
 * The literal sentences in a script: [position, text]. Errors of programming and comments are not shown.
 *
 * @returns {[number, string][]}
 */
export function textsInScript(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|<!--[\s\S]*?-->|new Error\([^)]*\)|throw [^;]*;|generics="[^"]*"/g, (part) => part.replace(/[^\n]/g, ' '))
  const literals = [...code.matchAll(/"([^"\n]*)"|`([^`]*)`/g)]
  return literals.map(({ 1: text, 2: template, index }) => /** @type {[number, string]} */ ([index, text ?? template])).filter(([, text]) => isSentence(text))
}

/** Physical properties and values: [position, declaration]. */
export function physicalProperties(source) {
  const css = source.replace(/\/\*[\s\S]*?\*\//g, (part) => part.replace(/[^\n]/g, ' '))
  const property = /(?:^|[;{\s])((?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*|border-(?:top|bottom)-(?:left|right)-radius|left|right|top|bottom)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b/g
  return [...css.matchAll(property)].map(({ 0: text, index }) => [index, text.trim()])
}
