import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createDirectory, type Directory } from '../../packages/server/src/directory/directory.ts'
import type { AuthorizationRequest, Decision } from '../../packages/server/src/policy/decision.ts'
import { evaluateRequest } from '../../packages/server/src/policy/evaluate.ts'
import { parseAccountId } from '../../packages/server/src/principals/identifiers.ts'
import type { Sealer } from '../../packages/server/src/secrets/sealer.ts'
import type { Store } from '../../packages/server/src/store/ports.ts'
import { createSqliteStore } from '../../packages/server/src/store/sqlite/sqlite-store.ts'
import { formatKeyId } from './crowd-keys.ts'
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
  const empty = await createSqliteStore({ path, mayCreate: true })
  await empty.createAccount({
    id: ACCOUNT_ID,
    partition: 'aws',
    name: 'bench',
    createdAtMs: 0,
    organization: null,
  })
  await empty.close()
  const startedAtMs = performance.now()
  fillCrowd(path, ACCOUNT_ID, size, {
    policyDocument: formatPolicy(3),
    sealSecret: () => Uint8Array.of(0),
  })
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

/** What the users of a crowd have. */
export interface CrowdContents {
  /** The inline policy of each. */
  readonly policyDocument: string
  /** What the store keeps of the secret of a user's access key. */
  readonly sealSecret: (user: number) => Uint8Array
}

/** Puts users with keys and policies into a store file that has the account, and that nobody has open. */
export function fillCrowd(
  path: string,
  accountId: string,
  size: number,
  { policyDocument, sealSecret }: CrowdContents,
): void {
  using database = new DatabaseSync(path)
  database.function('seal_secret', user => sealSecret(Number(user)))
  database.exec('pragma synchronous = off; begin')
  const id = "printf('AIDA%017d', i)"
  const rows = {
    principals: id,
    users: `${id}, 'user-' || i, 'user-' || i, '/', 0, '[{"key":"team","value":"web"}]', null`,
    inline_policies: `${id}, 'tokens', 'tokens', '${policyDocument}'`,
  }
  const numbers = `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${size})`
  for (const [table, columns] of Object.entries(rows)) {
    database.exec(`insert into ${table} ${numbers} select '${accountId}', ${columns} from n`)
  }
  database.exec(
    `insert into access_keys ${numbers} select printf('AKIA%016d', i), '${accountId}', ${id}, 'Active', 0, seal_secret(i) from n`,
  )
  database.exec('commit; pragma wal_checkpoint(truncate)')
}

/** The directory over the store of a crowd, with empty caches of `maxEntries`. */
export function createCrowdDirectory({ store }: Crowd, maxEntries: number): Directory {
  return createDirectory({ store, sealer: OPEN_SEALER, maxEntries })
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
