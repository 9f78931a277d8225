import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type OpenData, SYSTEM_CLOCK } from '../../packages/server/src/composition.ts'
import { bindKey } from '../../packages/server/src/issuer/keys/binding.ts'
import { prepareSlot } from '../../packages/server/src/issuer/keys/operate.ts'
import { findEarlinessMs, type KeyRules } from '../../packages/server/src/issuer/keys/slot.ts'
import { OWN_DOCUMENTS } from '../../packages/server/src/issuer/keys/visibility.ts'
import {
  SIGNING_ALGORITHM_NAMES,
  type SigningAlgorithm,
} from '../../packages/server/src/principals/algorithms.ts'
import { type AccountId, parseAccountId } from '../../packages/server/src/principals/identifiers.ts'
import type { PublicJwk } from '../../packages/server/src/principals/public-jwk.ts'
import { completeAccount } from '../growth/accounts.ts'
import { type DataDirectory, prepareDataDirectory } from '../growth/data-directory.ts'

/** The accounts that ask for tokens, at most. Only they have keys that sign. */
export const MAX_ASKERS = 8

/** `keys` of a configuration that says nothing of them. */
const RULES: KeyRules = {
  rotateEveryMs: 90 * 86_400_000,
  publishBeforeMs: 86_400_000,
  keepAfterMs: 2 * 86_400_000,
}

/** What the store has of the others, whose numbers come after those of the askers. */
const FIRST_NUMBER = 300_000_000_000

/**
 * Makes a store in which each of so many accounts has a key that signs and one that stands by, for both
 * algorithms. To make two hundred thousand keys takes a day; those that nobody asks for have public
 * halves of others and private halves that are noise, which rotation never opens.
 */
export async function makeDueAccounts(directory: string, size: number): Promise<void> {
  const data = await prepareDataDirectory(directory)
  const opened = await data.open()
  const askers = Math.min(size, MAX_ASKERS)
  try {
    for (let number = 0; number < askers; number += 1) {
      await completeAccount(opened, number)
      const accountId = parseAccountId(String(200_000_000_000 + number))
      for (const algorithm of SIGNING_ALGORITHM_NAMES) {
        await prepareSlot(
          { ...opened, rules: RULES, visibility: OWN_DOCUMENTS },
          { accountId, algorithm },
          { nowMs: SYSTEM_CLOCK.nowMs(), isForced: false, isDryRun: false },
        )
      }
    }
    const [asker] = await opened.store.listIssuerKeys(parseAccountId('200000000000'))
    if (asker === undefined) throw new Error('the first asker has no keys')
    await addOthers(data, opened, size - askers)
  } finally {
    await opened.close()
  }
}

async function addOthers(
  { storeFile }: DataDirectory,
  { store, binder }: OpenData,
  count: number,
): Promise<void> {
  const keys = await store.listIssuerKeys(parseAccountId('200000000000'))
  const jwks = Object.fromEntries(
    keys.map(({ algorithm, publicJwk }) => [algorithm, publicJwk]),
  ) as Readonly<Record<SigningAlgorithm, PublicJwk>>
  using database = new DatabaseSync(storeFile)
  database.exec('pragma synchronous = off; begin')
  const addAccount = database.prepare(
    `insert into accounts (id, partition, name, created_at_ms, organization) values (?, 'aws', 'bench', 0, null)`,
  )
  const addFederation = database.prepare(
    'insert into federations (account_id, issuer_id, enabled, changed_at_ms) values (?, ?, 1, 0)',
  )
  const addKey = database.prepare(
    `insert into issuer_keys (account_id, algorithm, generation, state, backend, thumbprint, public_jwk, handle, binding, created_at_ms, visible_at_ms, activated_at_ms) values (?, ?, ?, ?, 'local', ?, ?, ?, ?, 0, 0, ?)`,
  )
  for (let index = 0; index < count; index += 1) {
    const accountId = parseAccountId(String(FIRST_NUMBER + index))
    addAccount.run(accountId)
    addFederation.run(accountId, randomUUID())
    for (const algorithm of SIGNING_ALGORITHM_NAMES) {
      for (const [generation, state] of [
        [0, 'active'],
        [1, 'prepared'],
      ] as const) {
        const key = bindKey(binder, createNoise({ accountId, algorithm, generation, state, jwks }))
        const activatedAtMs = state === 'active' ? 0 : null
        const jwk = JSON.stringify(key.publicJwk)
        addKey.run(
          ...([accountId, algorithm, generation, state, key.thumbprint, jwk] as const),
          ...([key.handle, key.binding, activatedAtMs] as const),
        )
      }
    }
  }
  database.exec('commit; pragma wal_checkpoint(truncate)')
}

/** As long as sealed keys are. */
const NOISE = { RS256: randomBytes(1250), ES384: randomBytes(230) }

function createNoise(place: {
  readonly accountId: AccountId
  readonly algorithm: SigningAlgorithm
  readonly generation: number
  readonly state: 'active' | 'prepared'
  readonly jwks: Readonly<Record<SigningAlgorithm, PublicJwk>>
}) {
  const { jwks, ...rest } = place
  return {
    ...rest,
    backend: 'local',
    // One after the other, so that the index grows at its end.
    thumbprint: `${rest.accountId}-${rest.algorithm}-${rest.generation}`.padEnd(43, '_'),
    publicJwk: jwks[place.algorithm],
    handle: NOISE[place.algorithm],
    binding: null,
    createdAtMs: 0,
    visibleAtMs: 0,
    activatedAtMs: null,
    endedAtMs: null,
  }
}

/** A copy of the store whose keys are all to be followed at the same instant, `afterMs` from now. */
export async function copyDueAccounts(
  from: string,
  directory: string,
  afterMs: number,
): Promise<DataDirectory> {
  mkdirSync(join(directory, 'data'), { recursive: true, mode: 0o700 })
  for (const file of ['master.key', join('data', 'credence.db')]) {
    cpSync(join(from, file), join(directory, file))
  }
  const data = await prepareDataDirectory(directory)
  using database = new DatabaseSync(data.storeFile)
  database.function('earliness', id => findEarlinessMs(String(id), RULES))
  database.exec('pragma synchronous = off')
  const activatedAtMs = Date.now() + afterMs - RULES.rotateEveryMs
  const update = database.prepare(
    `update issuer_keys set activated_at_ms = ? + earliness(account_id) where state = 'active'`,
  )
  update.run(activatedAtMs)
  database.exec(
    `update issuer_keys set visible_at_ms = 0 where state = 'prepared'; pragma wal_checkpoint(truncate)`,
  )
  return data
}

/** How many keys were activated, and how many made, since the copy. */
export function countSteps(storeFile: string): {
  readonly activated: number
  readonly made: number
} {
  using database = new DatabaseSync(storeFile)
  const count = (rows: string): number =>
    Number(database.prepare(`select count(*) as n from issuer_keys where ${rows}`).get()?.['n'])
  return {
    activated: count(`state = 'active' and generation > 0`),
    made: count(`state = 'prepared' and generation > 1`),
  }
}
