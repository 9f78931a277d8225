import { createUser } from '../../test/records.ts'
import { createSqliteStore } from '../sqlite-store.ts'

/*
 * Writes users into a store that has the account, and prints the number of each once its write has
 * been acknowledged. Arguments: the path, the first number, how many (`Infinity` until it is killed).
 */
const [, , path = '', first, count] = process.argv
const store = await createSqliteStore({ path })
const end = Number(first) + Number(count)
for (let number = Number(first); number < end; number += 1) {
  await store.createUser(createUser(number))
  process.stdout.write(`${number}\n`)
}
await store.close()
