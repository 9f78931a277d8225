import type { MetaStore } from '../ports.ts'
import type { StoreAccess } from './write.ts'

/** Facts about the store itself in an SQL database. They never change, so no change is recorded. */
export function createMetaStore({ db, write }: StoreAccess): MetaStore {
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
      await write({ unique: `The store already has a fact ${name}.` }, async transaction => {
        await transaction.insertInto('meta').values({ name, value }).execute()
        return []
      })
    },
  }
}
