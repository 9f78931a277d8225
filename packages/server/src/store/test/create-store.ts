import { parseAccountId } from '../../principals/identifiers.ts'
import { createSqliteStore } from '../sqlite.ts'
import { createAccount } from './records.ts'

/* Opens a store, new or not, and creates one account. Arguments: the path, the account id. */
const [, , path = '', accountId = ''] = process.argv
const store = await createSqliteStore({ path, mayCreate: true })
await store.createAccount(createAccount(parseAccountId(accountId)))
await store.close()
