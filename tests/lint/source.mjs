// Checks that certain identifiers occur only in the files listed here, each with its reason.

import { complain, files, lineAt, read } from './common.mjs'

const rust = files('*.rs').map((file) => [file, read(file)])
const page = files('ui/src/*.ts', 'ui/src/*.svelte', 'ui/index.html').map((file) => [file, read(file)])

/** Reports `pattern` outside of the `allowed` files, and allowed files that no longer contain it. */
function allowOnlyIn(sources, pattern, allowed, what) {
  const needed = new Set()
  for (const [file, text] of sources) {
    for (const { index } of text.matchAll(pattern)) {
      needed.add(file)
      if (!(file in allowed)) complain(`${file}:${lineAt(text, index)} ${what}`)
    }
  }
  for (const file of Object.keys(allowed)) if (!needed.has(file)) complain(`${file} no longer ${what}; remove it from the list`)
}

// Spans must not record arguments: they may be tokens, passwords or typed text.
for (const [file, text] of rust) {
  for (const { 0: found, index } of text.matchAll(/#!?\[[^\]]*\binstrument\b[^\]]*\]/g))
    if (found !== '#[instrument(skip_all)]') complain(`${file}:${lineAt(text, index)} must be exactly #[instrument(skip_all)]`)
}

// Secrets are unwrapped only where they enter or leave the app.
allowOnlyIn(rust, /(\.|::)expose\b/g, {
  'crates/api/src/connection.rs': 'the Authorization header',
  'crates/api/src/secret.rs': 'its own test',
  'crates/api/src/tokens.rs': 'serializes tokens for the keyring, wrapped again',
  'crates/api/src/wire/security.rs': 'the bodies about passwords',
  'crates/api/src/wire/session.rs': 'the bodies of login and refresh',
  'crates/api/tests/api/renewal.rs': 'checks the tokens given to a token store',
  'crates/api/tests/api/requests.rs': 'checks the tokens of a login',
  'crates/api/tests/api/secrets.rs': 'checks that the memory is cleared',
  'crates/core/src/session/secrets/entries.rs': 'splits it into keyring entries, each wrapped again',
  'crates/core/src/session/secrets/os_keyring.rs': 'writes it to the keyring',
  'crates/core/src/session/secrets/renamed.rs': 'its own test',
  'crates/core/tests/integration/common/mod.rs': 'a keyring in memory',
  'crates/core/tests/integration/renewal.rs': 'a keyring written by a second process',
  'crates/core/tests/integration/renewal_killed.rs': 'a keyring in a file',
  'crates/core/tests/integration/sign_out_killed.rs': 'a keyring in a file',
}, 'exposes a secret')

// No unsafe code except these calls.
allowOnlyIn(rust, /\bunsafe_code\b/g, {
  'src-tauri/src/environment.rs': 'set_var, before any thread starts',
  'crates/store/tests/disk/mod.rs': 'test of a failing file system: an SQLite VFS is a table of C functions',
}, 'allows unsafe code')
const workspace = read('Cargo.toml')
if (!/^\[workspace\.lints\.rust\]\n(?:[^[\n]*\n)*?unsafe_code = "deny"$/m.test(workspace))
  complain('the workspace does not deny unsafe code')
// The fuzz targets are a separate workspace, because they are compiled with other flags.
for (const file of files('Cargo.toml', 'crates/*/Cargo.toml').filter((file) => !file.includes('/fuzz/')))
  if (!/^\[lints\]\nworkspace = true$/m.test(read(file))) complain(`${file} does not use the workspace lints`)

// Decoders take megabytes of program and must not run in the app.
const outside = rust.filter(([file]) => /^(crates\/(?!picture\/)[^/]+\/src|src-tauri)\//.test(file))
allowOnlyIn(outside, /\blapel_picture::(\{[^}]*)?\b(serving|open|render)\b/g, {}, 'decodes a picture outside of lapel-picture')

// tauri-plugin-store can lose data in a crash and drops a file that it cannot read, so only the preferences may use it.
allowOnlyIn(rust, /\btauri_plugin_store\b|\bStoreExt\b/g, {
  'src-tauri/src/lib.rs': 'registers the plugin',
  'src-tauri/src/preferences_file.rs': 'the preferences',
}, 'uses the store of preferences')

// Outside of tests, the page calls the shell only through ui/src/host, stores nothing and uses no network.
for (const [file, text] of page) {
  if (/\.test\.ts$/.test(file)) continue
  const complainAt = (pattern, what) => {
    for (const { index } of text.matchAll(pattern)) complain(`${file}:${lineAt(text, index)} ${what}`)
  }
  if (!file.startsWith('ui/src/host/')) complainAt(/@tauri-apps|__TAURI/g, 'calls the shell outside ui/src/host')
  complainAt(/\b(localStorage|sessionStorage|indexedDB|cookieStore|document\.cookie|caches\.(open|match))\b/g, 'stores something')
  complainAt(/\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection|serviceWorker)\b|\bfetch\(/g, 'reaches the network')
}
