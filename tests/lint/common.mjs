// Shared helpers of the JavaScript checks.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

process.chdir(new URL('../..', import.meta.url).pathname)

/** Reports an error. The process continues, so that all errors are reported, and exits with 1. */
export function complain(text) {
  console.error(`lint: ${text}`)
  process.exitCode = 1
}

/** The matching tracked files, and untracked files that are not ignored. */
export function files(...patterns) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns])
  return [...new Set(listed.toString().split('\0'))].filter((file) => file && existsSync(file)).sort()
}

export const read = (file) => readFileSync(file, 'utf8')
export const parse = (file) => JSON.parse(read(file))

/** The 1-based line number of a position in a text. */
export const lineAt = (text, at) => text.slice(0, at).split('\n').length

/** Whether two JSON values are equal. The order of keys does not matter, the order of arrays does. */
export function same(one, other) {
  const ordered = (value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])]))
      : Array.isArray(value) ? value.map(ordered) : value
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other))
}
