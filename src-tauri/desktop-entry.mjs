// Writes the template of the menu entry of Linux to standard output, for `bundle.linux` in tauri.conf.json. Tauri fills in the
// values in braces. The texts in all languages come from the message files of the page.

import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../ui/messages/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
const languages = names.map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, folder), 'utf8'))])

/** The words by which people may search for Lapel in the menu. */
const KEYWORDS = ['page_profile', 'picture', 'role', 'page_team', 'team_organization']

const comment = (messages) => messages.sign_in_subtitle.replace(/[.。]$/, '')
const keywords = (messages) => KEYWORDS.map((key) => `${messages[key].replaceAll(';', ',')};`).join('')

/** A line for each language. The one of English has no tag. */
const lines = (key, text) => languages.map(([tag, messages]) => `${key}${tag === 'en' ? '' : `[${tag}]`}=${text(messages)}`)

console.log(
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name={{name}}',
    ...lines('Comment', comment),
    ...lines('Keywords', keywords),
    'Categories={{categories}}',
    'Exec={{exec}}',
    'StartupWMClass={{exec}}',
    'Icon={{icon}}',
    'Terminal=false',
  ].join('\n'),
)
