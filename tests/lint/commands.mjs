// Checks the commands of the shell. A command only takes the state, calls one function of the core and returns its
// result, so its body has at most ten lines. It must be async, because sync commands block the window's thread.

import { complain, files, lineAt, read } from './common.mjs'

const MAX_LINES = 10
const FOLDER = 'src-tauri/src/commands/'
const ATTRIBUTE = /#\[\s*(?:tauri\s*::\s*)?command\b/g

let found = 0
for (const file of files('*.rs')) {
  const text = read(file)
  // An imported attribute would not be found.
  for (const { index } of text.matchAll(/\buse tauri::[^;]*\bcommand\b/g))
    complain(`${file}:${lineAt(text, index)} imports tauri::command; write the full path`)
  for (const { index } of text.matchAll(ATTRIBUTE)) {
    const where = `${file}:${lineAt(text, index)}`
    if (!file.startsWith(FOLDER)) complain(`${where} is a command outside ${FOLDER}`)
    found += 1
    checkCommand(where, text.slice(text.lastIndexOf('\n', index) + 1))
  }
}
if (!found) complain(`there is no command in ${FOLDER}`)

/** `text` begins with the line of the attribute. Relies on rustfmt: a function ends at the indentation of its first line. */
function checkCommand(where, text) {
  const lines = text.split('\n')
  const head = lines.findIndex((line) => /^\s*(pub(\([^)]*\))? )?(const |async |unsafe |extern "[^"]*" )*fn /.test(line))
  if (head < 0) return complain(`${where}: no function follows the command attribute`)
  if (!/^\s*(pub(\([^)]*\))? )?async fn /.test(lines[head])) complain(`${where}: the command is not async`)
  const indent = /^\s*/.exec(lines[head])[0]
  const open = lines.findIndex((line, at) => at >= head && /\{( .*\})?$/.test(line))
  if (open >= 0 && lines[open].endsWith('}')) return
  const close = lines.findIndex((line, at) => at > open && line === `${indent}}`)
  if (open < 0 || close < 0) return complain(`${where}: the end of the command was not found`)
  const body = lines.slice(open + 1, close).filter((line) => line.trim()).length
  if (body > MAX_LINES) complain(`${where}: the command has ${body} lines; the limit is ${MAX_LINES}`)
}
