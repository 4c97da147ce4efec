// Checks that the files of the Debian package (src-tauri/debian) say the same as the app.

import { complain, read } from './common.mjs'

const FOLDER = 'src-tauri/debian'

/** Reports what only one of two lists contains. */
function mustBeEqual(one, other, what) {
  const unequal = [...one.filter((item) => !other.includes(item)), ...other.filter((item) => !one.includes(item))]
  if (unequal.length) complain(`${what}: ${unequal.join(', ')}`)
}

const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found)

// The man page describes the options and variables of `lapel --help`, and the variables of the README.
const program = read('src-tauri/src/command_line.rs')
const help = program.match(/const HELP: &str = "([^"]*)"/)?.[1] ?? ''
const page = read(`${FOLDER}/lapel.1`)
const section = (name) => page.split(`.SH ${name}\n`)[1]?.split('\n.SH ')[0] ?? ''
const described = matches(section('ENVIRONMENT'), /(?<=^\.BR? .*)\b([A-Z]+_[A-Z_]+)/gm)
const options = matches(section('OPTIONS'), /(?<=^\.BR? .*)(\\-[a-zA-Z\\-]+)/gm).map((option) => option.replaceAll('\\', ''))
const variables = matches(help, /^ {2}([A-Z_]+) /gm)
if (!variables.length || !options.length) complain(`${FOLDER}/lapel.1 or the help of the program cannot be read`)
mustBeEqual(options, matches(program, /"(--?[a-zA-Z-]+)"/g), 'only the man page or only the program has these options')
mustBeEqual(
  options.filter((option) => option.startsWith('--')),
  matches(help, /(--[a-z-]+)/g),
  'only the man page or only the help has these options',
)
mustBeEqual(
  described.filter((name) => name.startsWith('LAPEL_')),
  variables,
  'only the man page or only the help has these variables',
)
const table = read('README.md').split('## Environment variables\n')[1]?.split('\n## ')[0] ?? ''
mustBeEqual(described, matches(table, /`([A-Z]+_[A-Z_]+)`(?=.*\|.*\|)/g), 'only the man page or only the README has these variables')

// The newest entry of the changelog is of this version and this maintainer.
const manifest = read('Cargo.toml')
const version = manifest.match(/^\[workspace\.package\]\nversion = "(.*)"$/m)?.[1]
const maintainer = manifest.match(/^authors = \["(.*)"\]$/m)?.[1]
const entry = read(`${FOLDER}/changelog`).split(/\n(?=\S)/)[0]
if (!entry.startsWith(`lapel (${version}) `)) complain(`the newest entry of ${FOLDER}/changelog is not of version ${version}`)
if (!entry.includes(`\n -- ${maintainer}  `)) complain(`the newest entry of ${FOLDER}/changelog is not by ${maintainer}`)

