import { randomBytes, randomUUID } from 'node:crypto'
import { lockData } from '../data-lock.ts'

/* Takes a store for a server, says so, and holds it until it is killed. Argument: the path. */
const [, , path = ''] = process.argv
await lockData(path, { bytes: randomBytes, uuid: randomUUID })
// Nobody keeps the lock here; a collection of garbage must not let go of it.
globalThis.gc?.()
process.stdout.write('locked\n')
setInterval(() => undefined, 1_000)
