import { randomBytes, randomUUID } from 'node:crypto'
import { createWholeFile, replaceWholeFile, rewriteWholeFile } from '../whole-file.ts'

/* Makes a file, or writes it anew. Arguments: how, the path, the content. */
const [, , how, path = '', content = ''] = process.argv
const random = { bytes: randomBytes, uuid: randomUUID }
if (how === 'create') createWholeFile(path, content, random)
else if (how === 'replace') replaceWholeFile(path, content, random)
else rewriteWholeFile(path, content, random)
