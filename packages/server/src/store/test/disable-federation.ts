import { StoreError } from '../ports.ts'
import { createSqliteStore } from '../sqlite/sqlite-store.ts'
import { ACCOUNT_ID } from './records.ts'

/*
 * Switches the federation of the account off and on, and prints the swaps that it has won. Arguments:
 * the path, how often it tries each.
 */
const [, , path = '', attempts] = process.argv
const store = await createSqliteStore({ path, mayCreate: true })
let won = 0
for (let attempt = 0; attempt < 2 * Number(attempts); attempt += 1) {
  try {
    await store.saveFederationEnabled(ACCOUNT_ID, attempt % 2 === 1, attempt)
    won += 1
  } catch (error) {
    if (!(error instanceof StoreError && error.reason === 'conflict')) throw error
  }
}
process.stdout.write(`${won}\n`)
await store.close()
