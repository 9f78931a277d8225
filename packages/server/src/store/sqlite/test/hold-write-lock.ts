import { DatabaseSync } from 'node:sqlite'

/* Takes the write lock of a database as a forgotten shell does, says so, and keeps it. Argument: the path. */
const [, , path = ''] = process.argv
const database = new DatabaseSync(path)
database.exec('begin immediate')
process.stdout.write('locked\n')
setInterval(() => database.isOpen, 1_000)
