import { parseAccountId } from '../../../principals/identifiers.ts'
import { createAccount } from '../../test/records.ts'
import { createSqliteStore } from '../sqlite-store.ts'

/* Opens a store, new or not, and creates one account. Arguments: the path, the account id. */
const [, , path = '', accountId = ''] = process.argv
const store = await createSqliteStore({ path, mayCreate: true })
await store.createAccount(createAccount(parseAccountId(accountId)))
await store.close()
