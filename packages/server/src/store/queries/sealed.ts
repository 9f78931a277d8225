import { type Kysely, sql, type Transaction } from 'kysely'
import { StoreError } from '../ports.ts'
import type { StoreSchema } from '../schema.ts'
import { FORMER_MASTER_KEY, type SealedCount, type SealedStore } from '../sealed-ports.ts'
import { formatFederationTopic } from '../topics.ts'
import { createIssuerKeyFromRow } from './issuer-key-rows.ts'
import type { StoreAccess } from './write.ts'

/** Where the id of the master key begins in what is sealed or bound, and how long it is. */
const ID_START = 1
const ID_BYTES = 8

/** What is sealed in an SQL database. */
export function createSealedStore({ db, write }: StoreAccess): SealedStore {
  return {
    async listSecretsUnder(masterKeyId, after, maxItems) {
      const rows = await db
        .selectFrom('access_keys')
        .select(['id', 'sealed_secret'])
        .where(isUnder('sealed_secret', masterKeyId))
        .where(sql<boolean>`id > ${after ?? ''}`)
        .orderBy('id')
        .limit(maxItems)
        .execute()
      return rows.map(row => ({ id: row.id, sealedSecret: row.sealed_secret }))
    },

    async listIssuerKeysUnder(masterKeyId, after, maxItems) {
      const { accountId = '', algorithm = '', generation = 0 } = after ?? {}
      const rows = await db
        .selectFrom('issuer_keys')
        .selectAll()
        .where(eb => eb.or([isUnder('handle', masterKeyId), isUnder('binding', masterKeyId)]))
        .where(
          sql<boolean>`(account_id, algorithm, generation) > (${accountId}, ${algorithm}, ${generation})`,
        )
        .orderBy('account_id')
        .orderBy('algorithm')
        .orderBy('generation')
        .limit(maxItems)
        .execute()
      return rows.map(createIssuerKeyFromRow)
    },

    async countSealed() {
      const counts = new Map<string, Record<CountedKind, number>>()
      for (const { kind, table, column } of SEALED_COLUMNS) {
        for (const [id, count] of await countColumn(db, table, column)) {
          const known = counts.get(id) ?? { accessKeys: 0, privateKeys: 0, bindings: 0 }
          counts.set(id, { ...known, [kind]: count })
        }
      }
      return [...counts].map(([masterKeyId, each]): SealedCount => ({ masterKeyId, ...each }))
    },

    async swapSealedSecret(former, sealedSecret) {
      let isSwapped = false
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('access_keys')
          .set({ sealed_secret: sealedSecret })
          .where('id', '=', former.id)
          .where('sealed_secret', '=', former.sealedSecret)
          .executeTakeFirst()
        isSwapped = numUpdatedRows > 0n
        // Whoever has read the secret has it still: nothing has changed for readers.
        return []
      })
      return isSwapped
    },

    async swapIssuerKeySeals(former, { handle, binding }) {
      let isSwapped = false
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('issuer_keys')
          .set({ handle, binding })
          .where('account_id', '=', former.accountId)
          .where('algorithm', '=', former.algorithm)
          .where('generation', '=', former.generation)
          .where(isSame('handle', former.handle))
          .where(isSame('binding', former.binding))
          .executeTakeFirst()
        isSwapped = numUpdatedRows > 0n
        // Readers keep the private half sealed until they need it.
        return isSwapped ? [formatFederationTopic(former.accountId)] : []
      })
      return isSwapped
    },
  }
}

/**
 * Refuses values that are sealed under the master key that was followed by another: the program that
 * writes them does not know it yet. @throws StoreError `conflict`
 */
export async function requireNotFormer(
  transaction: Transaction<StoreSchema>,
  values: readonly (Uint8Array | null)[],
): Promise<void> {
  const row = await transaction
    .selectFrom('meta')
    .select('value')
    .where('name', '=', FORMER_MASTER_KEY)
    .executeTakeFirst()
  if (row === undefined || !values.some(value => findMasterKeyId(value) === row.value)) return
  throw new StoreError(
    'conflict',
    `Another master key has followed ${row.value}, which this program still seals with. Start it again.`,
  )
}

type CountedKind = 'accessKeys' | 'privateKeys' | 'bindings'

const SEALED_COLUMNS = [
  { kind: 'accessKeys', table: 'access_keys', column: 'sealed_secret' },
  { kind: 'privateKeys', table: 'issuer_keys', column: 'handle' },
  { kind: 'bindings', table: 'issuer_keys', column: 'binding' },
] as const satisfies readonly {
  readonly kind: CountedKind
  readonly table: keyof StoreSchema
  readonly column: string
}[]

async function countColumn(
  db: Kysely<StoreSchema>,
  table: string,
  column: string,
): Promise<readonly (readonly [string, number])[]> {
  const bytes = sql`substr(${sql.ref(column)}, ${ID_START + 1}, ${ID_BYTES})`
  const { rows } = await sql<{ readonly id: Uint8Array; readonly count: number | bigint | string }>`
    select ${bytes} as id, count(*) as count from ${sql.table(table)}
    where ${sql.ref(column)} is not null group by 1 order by 1`.execute(db)
  return rows.map(({ id, count }) => [Buffer.from(id).toString('hex'), Number(count)])
}

function isUnder(column: string, masterKeyId: string) {
  return sql<boolean>`substr(${sql.ref(column)}, ${ID_START + 1}, ${ID_BYTES}) = ${Buffer.from(masterKeyId, 'hex')}`
}

function isSame(column: string, value: Uint8Array | null) {
  return value === null
    ? sql<boolean>`${sql.ref(column)} is null`
    : sql<boolean>`${sql.ref(column)} = ${value}`
}

function findMasterKeyId(value: Uint8Array | null): string | null {
  if (value === null) return null
  return Buffer.from(value.subarray(ID_START, ID_START + ID_BYTES)).toString('hex')
}
