import type { Kysely } from 'kysely'
import type { MetaStore } from './ports.ts'
import type { StoreSchema } from './schema.ts'
import { createStoreError } from './write.ts'

/** Facts about the store itself in an SQL database. They never change, so no change is recorded. */
export function createMetaStore(db: Kysely<StoreSchema>): MetaStore {
  return {
    async findMeta(name) {
      const row = await db
        .selectFrom('meta')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirst()
      return row?.value ?? null
    },

    async createMeta(name, value) {
      try {
        await db.insertInto('meta').values({ name, value }).execute()
      } catch (error) {
        throw createStoreError(error, { unique: `The store already has a fact ${name}.` })
      }
    },
  }
}
