// Checks that every text of the page comes from the message files: templates have no literal texts or texts in attributes, and
// scripts no literal sentences. The style sheets must use logical properties, so that the page can be mirrored.

import { complain, files, lineAt, read } from './common.mjs'
import { physicalProperties, textsInScript, textsInTemplate } from './text-rules.mjs'

const style = (source) => /<style>[\s\S]*<\/style>/.exec(source)
for (const file of files('ui/src/*.svelte', 'ui/src/*.ts', 'ui/src/*.css')) {
  if (file.startsWith('ui/src/host/generated/')) continue
  const source = read(file)
  const report = (found, what, offset = 0) => {
    for (const [at, text] of found) complain(`${file}:${lineAt(source, at + offset)} ${what}: ${text}`)
  }
  if (file.endsWith('.css')) report(physicalProperties(source), 'is no logical property')
  else report(textsInScript(source), 'has a text that is not in the message files')
  if (!file.endsWith('.svelte')) continue
  report(textsInTemplate(source), 'has a text that is not in the message files')
  const css = style(source)
  if (css) report(physicalProperties(css[0]), 'is no logical property', css.index)
}
