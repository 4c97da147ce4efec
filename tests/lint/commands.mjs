// Checks the commands of the shell. A command takes the state and calls the core and returns its
// result, so its body has at most ten lines. It must be async, because sync commands block the window's thread. The UI
// must call exactly these commands. If a command returns a revision, the UI must wait for the snapshot with it.

import { complain, files, lineAt, read } from './common.mjs'

const MAX_LINES = 10
const FOLDER = 'src-tauri/src/commands/'
const CALLS = 'ui/src/host/commands.ts'
// The build script searches for the attribute, so it contains its text, but defines no commands.
const BUILD_SCRIPT = 'src-tauri/build.rs'
const ATTRIBUTE = /#\[\s*(?:tauri\s*::\s*)?command\b/g

/** The commands, each with the function of the UI that sends it. */
const commands = new Map()
for (const file of files('*.rs')) {
  if (file === BUILD_SCRIPT) continue
  const text = read(file)
  // An attribute imported under another name would not be found.
  for (const { index } of text.matchAll(/\buse tauri::[^;]*\bcommand\b/g))
    complain(`${file}:${lineAt(text, index)} imports tauri::command; write the full path`)
  for (const { index } of text.matchAll(ATTRIBUTE)) {
    const where = `${file}:${lineAt(text, index)}`
    // The build script finds a command only by these rules.
    const isInFolder = file.startsWith(FOLDER) && !file.slice(FOLDER.length).includes('/') && file !== `${FOLDER}mod.rs`
    if (!isInFolder) complain(`${where} is a command outside the modules in ${FOLDER}`)
    const line = text.slice(text.lastIndexOf('\n', index) + 1).split('\n', 1)[0]
    if (line !== '#[tauri::command]') complain(`${where} must be exactly #[tauri::command], not indented`)
    checkCommand(where, text.slice(text.lastIndexOf('\n', index) + 1))
  }
}
if (!commands.size) complain(`there is no command in ${FOLDER}`)

const calls = [...read(CALLS).matchAll(/\b(call|change|changeWithResult)(?:<[^(]*>)?\(\s*"([a-z_]+)"/g)]
const called = new Map(calls.map(([, sender, name]) => [name, sender]))
for (const name of called.keys()) if (!commands.has(name)) complain(`${CALLS} calls ${name}, which is no command`)
for (const [name, sender] of commands) {
  if (!called.has(name)) complain(`${CALLS} has no call of the command ${name}`)
  else if (called.get(name) !== sender) complain(`${CALLS} must send ${name} by ${sender}, because of what it returns`)
}

/** The function of the UI that sends a command with this signature. */
function senderFor(signature) {
  const result = /-> Result<(\w+)/.exec(signature)?.[1]
  return result === 'Revision' ? 'change' : result === 'Changed' ? 'changeWithResult' : 'call'
}

/** `text` begins with the line of the attribute. Relies on rustfmt: a function ends at the indentation of its first line. */
function checkCommand(where, text) {
  const lines = text.split('\n')
  const head = lines.findIndex((line) => /^\s*(pub(\([^)]*\))? )?(const |async |unsafe |extern "[^"]*" )*fn /.test(line))
  if (head < 0) return complain(`${where}: no function follows the command attribute`)
  if (!/^\s*(pub(\([^)]*\))? )?async fn /.test(lines[head])) complain(`${where}: the command is not async`)
  const indent = /^\s*/.exec(lines[head])[0]
  const open = lines.findIndex((line, at) => at >= head && /\{( .*\})?$/.test(line))
  commands.set(/\bfn (\w+)/.exec(lines[head])[1], senderFor(lines.slice(head, open + 1).join(' ')))
  if (open >= 0 && lines[open].endsWith('}')) return
  const close = lines.findIndex((line, at) => at > open && line === `${indent}}`)
  if (open < 0 || close < 0) return complain(`${where}: the end of the command was not found`)
  const body = lines.slice(open + 1, close).filter((line) => line.trim()).length
  if (body > MAX_LINES) complain(`${where}: the command has ${body} lines; the limit is ${MAX_LINES}`)
}
