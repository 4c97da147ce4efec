// Checks the message files of the interface. The rules are in message-rules.mjs.

import { basename } from 'node:path'

import { complain, files, parse } from './common.mjs'
import { problemsOf } from './message-rules.mjs'

const messages = files('ui/messages/*.json').map((file) => [basename(file, '.json'), parse(file)])
for (const problem of problemsOf(Object.fromEntries(messages))) complain(`ui/messages/${problem}`)
