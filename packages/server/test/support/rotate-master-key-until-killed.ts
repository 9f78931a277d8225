/** A process that rotates the master key of a store, and kills itself at a crash point: `DIRECTORY POINT`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SYSTEM_RANDOM } from '../../src/composition/environment.ts'
import { makeNextKey, moveKeyFiles } from '../../src/composition/master-key/key-files.ts'
import { planRotation } from '../../src/composition/master-key/plan-rotation.ts'
import { rotateMasterKey } from '../../src/composition/master-key/rotate-master-key.ts'
import { settleKeyring } from '../../src/composition/master-key/settle-keyring.ts'
import { findBoundKeyId } from '../../src/secrets/check-master-key.ts'
import { loadMasterKeyFile } from '../../src/secrets/master-key-file.ts'
import { MasterKeyring } from '../../src/secrets/master-keyring.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'

const [directory = '', point = ''] = process.argv.slice(2)
function reach(reached: string): void {
  // Not a word more is written, no transaction is taken back.
  if (reached === point) process.kill(process.pid, 'SIGKILL')
}

const file = join(directory, 'master.key')
const places = {
  main: { kind: 'file', path: file },
  nextFile: `${file}.next`,
  previousFile: `${file}.previous`,
} as const
const load = async (path: string) => (existsSync(path) ? loadMasterKeyFile(path) : null)
const keys = {
  main: await loadMasterKeyFile(file),
  next: await load(places.nextFile),
  previous: await load(places.previousFile),
}
const clock = { nowMs: () => 0 }
const store = await createSqliteStore({ path: join(directory, 'credence.db') })
const keyring = new MasterKeyring(keys.main, clock)
const { change } = await settleKeyring(store, keyring, keys)
const boundId = await findBoundKeyId(store)
const bound = [keys.main, keys.next].find(key => key?.id === boundId) ?? keys.main
const plan = planRotation({ places, keys, change, bound, nowMs: 0 })
if (plan.kind === 'rotate') {
  const to = plan.to ?? makeNextKey(places, places.nextFile, SYSTEM_RANDOM)
  reach('key-made')
  await rotateMasterKey({
    store,
    from: plan.from,
    to,
    random: SYSTEM_RANDOM,
    clock,
    endsSessions: false,
    untilServers: async () => {},
    report: () => {},
    reach,
  })
}
if (plan.kind !== 'sessions') moveKeyFiles(places, reach)
await store.close()
