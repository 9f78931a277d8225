import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createDirectory, type Directory } from '../../packages/server/src/directory/directory.ts'
import type { AuthorizationRequest, Decision } from '../../packages/server/src/policy/decision.ts'
import { evaluateRequest } from '../../packages/server/src/policy/evaluate.ts'
import {
  type AccessKeyId,
  isAccessKeyId,
  parseAccountId,
} from '../../packages/server/src/principals/identifiers.ts'
import type { Sealer } from '../../packages/server/src/secrets/sealer.ts'
import type { Store } from '../../packages/server/src/store/ports.ts'
import { createSqliteStore } from '../../packages/server/src/store/sqlite.ts'
import { formatPolicy, REQUEST } from './policies.ts'

/** A store file with users 0 to `size - 1`, each with an access key and an inline policy. */
export interface Crowd extends AsyncDisposable {
  readonly size: number
  readonly store: Store
  readonly fillSeconds: number
}

const ACCOUNT_ID = parseAccountId('123456789012')

/** Opening secrets costs the same for every user, and is no part of what is measured. */
const OPEN_SEALER: Sealer = {
  seal: (_, plaintext) => Uint8Array.from(plaintext),
  unseal: (_, sealed) => Uint8Array.from(sealed),
}

/** Fills a new store at one blow, and opens it as the server does. */
export async function createCrowd(size: number): Promise<Crowd> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-bench-'))
  const path = join(directory, 'credence.db')
  const empty = await createSqliteStore({ path })
  await empty.createAccount({
    id: ACCOUNT_ID,
    partition: 'aws',
    name: 'bench',
    createdAtMs: 0,
    organization: null,
  })
  await empty.close()
  const startedAtMs = performance.now()
  fill(path, size)
  const fillSeconds = (performance.now() - startedAtMs) / 1000
  const store = await createSqliteStore({ path })
  return {
    size,
    store,
    fillSeconds,
    [Symbol.asyncDispose]: async () => {
      await store.close()
      rmSync(directory, { recursive: true })
    },
  }
}

function fill(path: string, size: number): void {
  using database = new DatabaseSync(path)
  database.exec('pragma synchronous = off; begin')
  const id = "printf('AIDA%017d', i)"
  const rows = {
    principals: id,
    users: `${id}, 'user-' || i, 'user-' || i, '/', 0, '[{"key":"team","value":"web"}]', null`,
    inline_policies: `${id}, 'tokens', 'tokens', '${formatPolicy(3)}'`,
  }
  const numbers = `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${size})`
  for (const [table, columns] of Object.entries(rows)) {
    database.exec(`insert into ${table} ${numbers} select '${ACCOUNT_ID}', ${columns} from n`)
  }
  database.exec(
    `insert into access_keys ${numbers} select printf('AKIA%016d', i), '${ACCOUNT_ID}', ${id}, 'Active', 0, x'00' from n`,
  )
  database.exec('commit; pragma wal_checkpoint(truncate)')
}

/** The directory over the store of a crowd, with empty caches of `maxEntries`. */
export function createCrowdDirectory({ store }: Crowd, maxEntries: number): Directory {
  return createDirectory({ store, sealer: OPEN_SEALER, maxEntries })
}

/** The access key of a user. */
export function formatKeyId(user: number): AccessKeyId {
  const id = `AKIA${String(user).padStart(16, '0')}`
  if (!isAccessKeyId(id)) throw new TypeError(`${id} is no access key id`)
  return id
}

/**
 * What authorisation costs a request: hear of changes, find the key with its user, load the policies,
 * evaluate them.
 */
export async function authorizeOnce(
  { store }: Crowd,
  directory: Directory,
  user: number,
): Promise<Decision> {
  const topics = await store.takeChangedTopics()
  if (topics.length > 0) directory.invalidate(topics)
  const credential = await directory.findCredential(formatKeyId(user))
  if (credential === null) throw new Error(`user ${user} is not in the store`)
  const { caller } = credential
  const context = new Map(REQUEST.context)
  context.set('aws:principalarn', caller.principalArn)
  for (const { key, value } of caller.principalTags) context.set(`aws:principaltag/${key}`, value)
  const request: AuthorizationRequest = { ...REQUEST, context }
  return evaluateRequest(request, await directory.loadPolicies(caller))
}
