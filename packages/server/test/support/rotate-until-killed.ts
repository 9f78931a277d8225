/** A process that rotates the keys of a store, and kills itself at a crash point: `PATH POINT TIMES NOW-MS NAME`. */
import { createRotation } from '../../src/issuer/keys/rotation.ts'
import { OWN_DOCUMENTS } from '../../src/issuer/keys/visibility.ts'
import { createBinder } from '../../src/secrets/binder.ts'
import { createMasterKey } from '../../src/secrets/master-key.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { createQuickSigner } from './issuer-parts.ts'
import { RULES } from './key-life.ts'

const [path = '', point = '', times = '', nowMs = '', name = ''] = process.argv.slice(2)
let left = Number(times)
const rotation = createRotation({
  store: await createSqliteStore({ path }),
  signer: createQuickSigner(name).signer,
  binder: createBinder(createMasterKey(new Uint8Array(32).fill(5), 'a test')),
  visibility: OWN_DOCUMENTS,
  rules: RULES,
  clock: { nowMs: () => Number(nowMs) },
  elapsedMs: () => 0,
  pause: async () => {},
  report: {
    changed: async () => {},
    failed: (_slot, _step, error) => {
      throw error
    },
    paused: () => {},
  },
  reach(reached) {
    if (reached !== point) return
    left -= 1
    // Not a word more is written, no transaction is taken back.
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
await rotation.tick()
