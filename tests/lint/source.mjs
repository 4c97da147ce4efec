// Words that stand only where there is a reason for them: in a list here, each with its reason.

import { complain, files, lineAt, read } from './common.mjs'

const rust = files('*.rs').map((file) => [file, read(file)])
const page = files('ui/src/*.ts', 'ui/src/*.svelte', 'ui/index.html').map((file) => [file, read(file)])

/** Complains wherever `pattern` is found outside `allowed`, and about files of the list that no longer need it. */
function only(sources, pattern, allowed, what) {
  const needed = new Set()
  for (const [file, text] of sources) {
    for (const { index } of text.matchAll(pattern)) {
      needed.add(file)
      if (!(file in allowed)) complain(`${file}:${lineAt(text, index)} ${what}`)
    }
  }
  for (const file of Object.keys(allowed)) if (!needed.has(file)) complain(`${file} no longer ${what}; take it off the list`)
}

// Arguments may be tokens, passwords and what people typed: a span records none of them.
for (const [file, text] of rust) {
  for (const { 0: found, index } of text.matchAll(/#!?\[[^\]]*\binstrument\b[^\]]*\]/g))
    if (found !== '#[instrument(skip_all)]') complain(`${file}:${lineAt(text, index)} is not just #[instrument(skip_all)]`)
}

// A secret is taken out of its wrapping only where it leaves the app or comes back.
only(rust, /(\.|::)expose\b/g, {
  'crates/api/src/connection.rs': 'the header of a request',
  'crates/api/src/secret.rs': 'its own test',
  'crates/api/src/tokens.rs': 'the text for the keyring, wrapped again',
  'crates/api/src/wire/session.rs': 'the bodies of login and refresh',
  'crates/api/tests/api/renewal.rs': 'looks at what a keeper was given',
  'crates/api/tests/api/requests.rs': 'looks at what a login brought',
  'crates/api/tests/api/secrets.rs': 'looks at the memory that it was in',
  'crates/core/src/secrets/entries.rs': 'cuts it into entries, each wrapped again',
  'crates/core/src/secrets/os_keyring.rs': 'hands it to the keyring',
  'crates/core/tests/common/mod.rs': 'a keyring in memory',
  'crates/core/tests/renewal.rs': 'a keyring that a second process has written to',
  'crates/core/tests/renewal_killed.rs': 'a keyring in a file',
}, 'exposes a secret')

// Everything is safe Rust but what the standard library calls unsafe and the app cannot do without.
only(rust, /\bunsafe_code\b/g, {
  'src-tauri/src/environment.rs': 'set_var, before any thread',
  'crates/store/tests/disk/mod.rs': 'a file system under SQLite that fails, in a test: a table of C functions',
}, 'allows unsafe code')
const workspace = read('Cargo.toml')
if (!/^\[workspace\.lints\.rust\]\n(?:[^[\n]*\n)*?unsafe_code = "deny"$/m.test(workspace))
  complain('the workspace does not deny unsafe code')
// The fuzz target is a workspace of its own, for another compiler.
for (const file of files('Cargo.toml', 'crates/*/Cargo.toml').filter((file) => !file.includes('/fuzz/')))
  if (!/^\[lints\]\nworkspace = true$/m.test(read(file))) complain(`${file} does not take the lints of the workspace`)

// The plugin writes without care for crashes and drops what it cannot read: preferences, and nothing that matters.
only(rust, /\btauri_plugin_store\b|\bStoreExt\b/g, {
  'src-tauri/src/lib.rs': 'registers the plugin',
  'src-tauri/src/preferences_file.rs': 'the preferences',
}, 'uses the store of preferences')

// The page speaks to the shell through ui/src/host, stores nothing and reaches no network. Its tests may.
for (const [file, text] of page) {
  if (/\.test\.ts$/.test(file)) continue
  const complainAt = (pattern, what) => {
    for (const { index } of text.matchAll(pattern)) complain(`${file}:${lineAt(text, index)} ${what}`)
  }
  if (!file.startsWith('ui/src/host/')) complainAt(/@tauri-apps|__TAURI/g, 'calls the shell outside ui/src/host')
  complainAt(/\b(localStorage|sessionStorage|indexedDB|cookieStore|document\.cookie|caches\.(open|match))\b/g, 'stores something')
  complainAt(/\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection|serviceWorker)\b|\bfetch\(/g, 'reaches the network')
}
