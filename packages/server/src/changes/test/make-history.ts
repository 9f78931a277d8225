import { randomBytes } from 'node:crypto'
import { ServiceError } from '../../errors.ts'
import type { AccessKeyId } from '../../principals/identifiers.ts'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import { ACCOUNT_ID } from '../../store/test/records.ts'
import { createAccessKey, deleteAccessKey } from '../access-keys.ts'
import { requireGroup, requireUser } from '../lookups.ts'
import { addToGroup } from '../memberships.ts'
import { takeTurn } from '../turn.ts'

/*
 * Makes changes at random, beside others that do the same, and tells of each once it is acknowledged:
 * `made ID`, `gone ID`, `other`. It deletes only keys that it has made. Arguments: the path of the store,
 * a seed, how many changes.
 */
const [, , path = '', seed, count] = process.argv
const store = await createSqliteStore({ path })
const random = { bytes: (size: number) => randomBytes(size), uuid: () => crypto.randomUUID() }
const sealer = {
  seal: (_context: unknown, secret: Uint8Array) => secret,
  unseal: (_context: unknown, sealed: Uint8Array) => sealed,
}
const own: AccessKeyId[] = []

let state = Number(seed)
function choose(options: number): number {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((state / 2_147_483_648) * options)
}

async function makeChange(): Promise<string> {
  const trustRules = {
    requiresCallerClaim: false,
    listedOrigins: [],
    findOwnIssuerId: () => null,
  }
  const sources = { store, random, trustRules }
  const kind = choose(3)
  const userName = `user-${String(choose(3)).padStart(4, '0')}`
  const groupName = `group-${String(choose(12)).padStart(4, '0')}`
  const doomed = own.length === 0 ? undefined : own.splice(choose(own.length), 1)[0]
  return takeTurn(sources, [ACCOUNT_ID], 5_000, async turn => {
    const user = await requireUser(turn.store, ACCOUNT_ID, userName)
    if (kind === 0) {
      const { id } = await createAccessKey({ ...turn, sealer }, ACCOUNT_ID, user.id)
      if (doomed !== undefined) own.push(doomed)
      own.push(id)
      return `made ${id}`
    }
    if (kind === 1 && doomed !== undefined) {
      const key = await turn.store.findAccessKey(doomed)
      if (key === null) throw new Error(`${doomed} is lost`)
      await deleteAccessKey(turn, key)
      return `gone ${doomed}`
    }
    if (doomed !== undefined) own.push(doomed)
    await addToGroup(turn, await requireGroup(turn.store, ACCOUNT_ID, groupName), user)
    return 'other'
  })
}

for (let change = 0; change < Number(count); change += 1) {
  try {
    process.stdout.write(`${await makeChange()}\n`)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'LimitExceeded') throw error
    process.stdout.write('other\n')
  }
}
await store.close()
