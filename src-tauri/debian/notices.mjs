// Writes the licenses of the packages that the programs and the page contain to standard output, each text once.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

process.chdir(new URL('../..', import.meta.url).pathname)
const MODULES = 'ui/node_modules'
const read = (file) => readFileSync(file, 'utf8')
const cargo = (...words) => execFileSync('cargo', words, { encoding: 'utf8', maxBuffer: 2 ** 28 })

/** The Rust packages in the programs, without those that only run while they are built. */
function rustPackages() {
  const programs = ['-p', 'lapel', '-p', 'lapel-picture']
  const tree = cargo('tree', ...programs, '-e', 'normal,no-proc-macro', '--prefix', 'none', '--format', '{p}')
  const contained = new Set(tree.split('\n').map((line) => line.replace(/ \(.*$/, '')))
  return JSON.parse(cargo('metadata', '--format-version', '1'))
    .packages.filter(({ name, version, source }) => source && contained.has(`${name} v${version}`))
    .map((found) => ({ ...found, folder: dirname(found.manifest_path) }))
}

/** The npm packages that the page imports, and what they need. */
function pagePackages() {
  const sources = readdirSync('ui/src', { recursive: true }).filter((file) => /\.(ts|svelte|css)$/.test(file))
  const imports = sources.flatMap((file) => [...read(`ui/src/${file}`).matchAll(/\b(?:from|import)[\s(]*['"]((?:@[^/'"]+\/)?[^./'"][^/'"]*)/g)])
  const names = new Set(imports.map(([, name]) => name).filter((name) => existsSync(`${MODULES}/${name}/package.json`)))
  const packages = []
  // The set grows while it is read.
  for (const name of names) {
    const found = JSON.parse(read(`${MODULES}/${name}/package.json`))
    packages.push({ ...found, folder: `${MODULES}/${name}` })
    const needed = Object.keys({ ...found.dependencies, ...found.peerDependencies })
    needed.filter((other) => existsSync(`${MODULES}/${other}/package.json`)).forEach((other) => names.add(other))
  }
  return packages
}

/** The owners of each text. Texts that differ in white space only are equal. */
const notices = new Map()
for (const { name, version, license, folder } of [...rustPackages(), ...pagePackages()]) {
  const owner = `${name} ${version}${license ? ` (${license})` : ''}`
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  const names = files.map((entry) => entry.name).filter((file) => /^(licen[cs]e|copying|copyright|notice)/i.test(file))
  const texts = names.sort().map((file) => read(`${folder}/${file}`).replaceAll('\r', '').trim())
  for (const text of texts.length ? texts : ['This package has no file with its license.']) {
    const key = text.replace(/\s+/g, ' ')
    const notice = notices.get(key) ?? { text, owners: [] }
    notice.owners.push(owner)
    notices.set(key, notice)
  }
}
const parts = [...notices.values()].map(({ text, owners }) => `${owners.sort().join('\n')}\n\n${text}\n`)
process.stdout.write(parts.sort().join(`\n${'-'.repeat(80)}\n\n`))
