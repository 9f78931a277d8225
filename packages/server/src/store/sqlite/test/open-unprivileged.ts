import { createSqliteStore } from '../sqlite-store.ts'

/*
 * Tries to open a store as a user without special rights, and prints the name and the text of what
 * it was refused with. Arguments: the path, the user id to take when this process is root's.
 */
const [, , path = '', userId] = process.argv
if (process.getuid?.() === 0) {
  process.setgid?.(Number(userId))
  process.setuid?.(Number(userId))
}
try {
  await createSqliteStore({ path, mayCreate: true })
  process.stdout.write('opened\n')
} catch (error) {
  process.stdout.write(`${error}\n`)
}
