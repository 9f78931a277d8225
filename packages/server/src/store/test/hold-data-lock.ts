import { lockDataDirectory } from '../data-lock.ts'

/* Takes a data directory, says so, and holds it until it is killed. Argument: the directory. */
const [, , directory = ''] = process.argv
lockDataDirectory(directory)
// Nobody keeps the lock here; a collection of garbage must not let go of it.
globalThis.gc?.()
process.stdout.write('locked\n')
setInterval(() => undefined, 1_000)
