// Checks that no files of a crate depend on each other in a circle.
//
// A file depends on another one in two cases:
// - It names an item by its path (in a `use` or inline), and the other file defines that item. Re-exports are followed to the
//   definition.
// - It calls a method of `self` that only the other file defines, because an `impl` may be spread over several files.
//
// Test modules are left out.

import { complain, files, read } from './common.mjs'

const crates = new Map()
for (const file of files('crates/*/src/*.rs', 'src-tauri/src/*.rs')) {
  const root = file.slice(0, file.indexOf('/src/') + 5)
  // If there is a library, main.rs is a separate crate that uses it.
  if (file === `${root}main.rs` && files(`${root}lib.rs`).length) continue
  if (!crates.has(root)) crates.set(root, [])
  crates.get(root).push(file)
}

/** The module path of a file as segments, relative to its crate. */
function modulePath(root, file) {
  const path = file.slice(root.length, -3).split('/')
  if (path.at(-1) === 'mod') path.pop()
  return path.length === 1 && ['lib', 'main'].includes(path[0]) ? [] : path
}

/** The code without comments, strings, and modules for tests. */
function code(text) {
  const plain = text
    .replace(/\/\/[^\n]*/g, '')
    .replace(/r(#+)"[\s\S]*?"\1/g, '""')
    .replace(/"(?:[^"\\]|\\[\s\S])*"/g, '""')
    .replace(/'(?:[^'\\\n]|\\[^\n]{1,8})'/g, "' '")
  const test = plain.search(/#\[cfg\((all\()?test\b[^\]]*\]\s*mod \w+ *[{;]/)
  return test < 0 ? plain : plain.slice(0, test)
}

/** `a::{b, c::d as e}` as a list of { path, name }. */
function expandUse(tree, prefix = []) {
  const found = []
  let depth = 0
  let part = ''
  const parts = []
  for (const c of `${tree},`) {
    if (c === ',' && depth === 0) {
      if (part.trim()) parts.push(part.trim())
      part = ''
      continue
    }
    if (c === '{') depth++
    if (c === '}') depth--
    part += c
  }
  for (const item of parts) {
    const group = item.match(/^([\s\S]*?)::\{([\s\S]*)\}$/) ?? (item.startsWith('{') ? [null, '', item.slice(1, -1)] : null)
    if (group) {
      const more = group[1] ? group[1].split('::').map((s) => s.trim()) : []
      found.push(...expandUse(group[2], [...prefix, ...more]))
      continue
    }
    const [path, alias] = item.split(/\s+as\s+/)
    const segments = [...prefix, ...path.split('::').map((s) => s.trim())]
    if (segments.at(-1) === 'self') segments.pop()
    found.push({ path: segments, name: alias ?? segments.at(-1) })
  }
  return found
}

for (const [root, sources] of crates) {
  const modules = new Map(sources.map((file) => [modulePath(root, file).join('::'), file]))
  const parsed = new Map()
  for (const file of sources) {
    const text = code(read(file))
    const uses = [...text.matchAll(/^\s*(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);/gm)].map(([, exported, tree]) => ({
      exported: Boolean(exported),
      items: expandUse(tree),
    }))
    const defined = new Set(
      [...text.matchAll(/\b(?:fn|struct|enum|trait|type|const|static|union|macro_rules!)\s+(\w+)/g)].map(([, name]) => name),
    )
    const methods = new Set([...text.matchAll(/\bfn\s+(\w+)[^(]*\(\s*(?:&(?:'\w+\s+)?)?(?:mut\s+)?self\b/g)].map(([, name]) => name))
    parsed.set(file, { text, uses, defined, methods, module: modulePath(root, file) })
  }

  /** The path from the root of the crate; null if it does not begin in this crate. */
  function absolute(module, path) {
    if (path[0] === 'crate') return path.slice(1)
    if (path[0] === 'self') return [...module, ...path.slice(1)]
    if (path[0] === 'super') {
      let [up, at] = [0, module]
      while (path[up] === 'super') {
        at = at.slice(0, -1)
        up++
      }
      return [...at, ...path.slice(up)]
    }
    if (modules.has([...module, path[0]].join('::'))) return [...module, ...path]
    return null
  }

  /** The file that defines what an absolute path names. */
  function definer(path, seen = new Set()) {
    const key = path.join('::')
    if (seen.has(key)) return null
    seen.add(key)
    if (modules.has(key)) return modules.get(key)
    for (let length = path.length - 1; length >= 0; length--) {
      const file = modules.get(path.slice(0, length).join('::'))
      if (!file) continue
      const { uses, defined, module } = parsed.get(file)
      const name = path[length]
      if (defined.has(name)) return file
      for (const { exported, items } of uses) {
        if (!exported) continue
        for (const item of items) {
          const target = absolute(module, item.path)
          if (!target) continue
          if (item.name === name) return definer([...target, ...path.slice(length + 1)], seen) ?? file
          if (item.name === '*') {
            const found = modules.get(target.slice(0, -1).join('::'))
            if (found && parsed.get(found).defined.has(name)) return found
          }
        }
      }
      return file
    }
    return null
  }

  const owners = new Map()
  for (const [file, { methods }] of parsed)
    for (const name of methods) owners.set(name, owners.has(name) ? null : file)

  const edges = new Map()
  for (const [file, { text, uses, module, methods }] of parsed) {
    const targets = new Map()
    const add = (target, why) => {
      if (target && target !== file && !targets.has(target)) targets.set(target, why)
    }
    for (const { exported, items } of uses) {
      // A module that re-exports its parts does not depend on them.
      if (exported) continue
      for (const { path } of items) {
        const target = absolute(module, path)
        if (target) add(definer(target), path.join('::'))
      }
    }
    const inline = text.replace(/^\s*(pub(?:\([^)]*\))?\s+)?use\s+[^;]+;/gm, '')
    for (const [path] of inline.matchAll(/\b(?:crate|super|self)(?:::\w+)+/g)) {
      const target = absolute(module, path.split('::'))
      if (target) add(definer(target), path)
    }
    for (const [, first, rest] of inline.matchAll(/(?<![:\w.])([a-z]\w*)((?:::\w+)+)/g)) {
      if (!modules.has([...module, first].join('::'))) continue
      add(definer([...module, first, ...rest.slice(2).split('::')]), first + rest)
    }
    for (const [, name] of inline.matchAll(/\bself\s*\.(\w+)\s*(?:::<[^>]*>)?\(/g)) {
      if (!methods.has(name)) add(owners.get(name), `self.${name}()`)
    }
    edges.set(file, targets)
  }

  // Tarjan's algorithm: files that reach each other form one component.
  const index = new Map()
  const low = new Map()
  const stack = []
  const visit = (file) => {
    index.set(file, index.size)
    low.set(file, index.get(file))
    stack.push(file)
    for (const target of edges.get(file).keys()) {
      if (!index.has(target)) {
        visit(target)
        low.set(file, Math.min(low.get(file), low.get(target)))
      } else if (stack.includes(target)) low.set(file, Math.min(low.get(file), index.get(target)))
    }
    if (low.get(file) !== index.get(file)) return
    const circle = stack.splice(stack.indexOf(file))
    if (circle.length === 1) return
    const inside = circle.flatMap((from) =>
      [...edges.get(from)].filter(([to]) => circle.includes(to)).map(([to, why]) => `  ${from} -> ${to} (${why})`),
    )
    complain(`${circle.length} files of ${root} depend on each other:\n${inside.join('\n')}`)
  }
  for (const file of sources) if (!index.has(file)) visit(file)
}
