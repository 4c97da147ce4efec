// What the checks in JavaScript have in common: complaining, and reading the repository.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

process.chdir(new URL('../..', import.meta.url).pathname)

/** Says what is wrong; the process fails at its end, after all that is wrong was said. */
export function complain(text) {
  console.error(`lint: ${text}`)
  process.exitCode = 1
}

/** The files of the repository that match, and those that will be in it. */
export function files(...patterns) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns])
  return [...new Set(listed.toString().split('\0'))].filter((file) => file && existsSync(file)).sort()
}

export const read = (file) => readFileSync(file, 'utf8')
export const parse = (file) => JSON.parse(read(file))

/** The number of a line, counted from one, in which a position of a text is. */
export const lineAt = (text, at) => text.slice(0, at).split('\n').length

/** Compares two values of JSON; the order of keys does not matter, that of lists does. */
export function same(one, other) {
  const ordered = (value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])]))
      : Array.isArray(value) ? value.map(ordered) : value
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other))
}
