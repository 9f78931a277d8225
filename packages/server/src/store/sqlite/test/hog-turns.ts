import { ACCOUNT_ID } from '../../test/records.ts'
import { createSqliteStore } from '../sqlite-store.ts'

/* Takes turn after turn without a pause until it is killed. Argument: the path. */
const [, , path = ''] = process.argv
const store = await createSqliteStore({ path })
const takeTurns = async (): Promise<void> => {
  for (;;) await store.inTurn([ACCOUNT_ID], turn => turn.placeAccount(ACCOUNT_ID, null))
}
void takeTurns()
void takeTurns()
setTimeout(() => process.stdout.write('started\n'), 100)
