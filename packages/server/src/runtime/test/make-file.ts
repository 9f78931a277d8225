import { randomBytes, randomUUID } from 'node:crypto'
import { createWholeFile, replaceWholeFile } from '../whole-file.ts'

/* Makes or replaces a file. Arguments: `create` or `replace`, the path, the content. */
const [, , how, path = '', content = ''] = process.argv
const random = { bytes: randomBytes, uuid: randomUUID }
if (how === 'create') createWholeFile(path, content, random)
else replaceWholeFile(path, content, random)
