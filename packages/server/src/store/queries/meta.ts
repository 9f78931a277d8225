import { type MetaStore, StoreError } from '../ports.ts'
import { formatMetaTopic } from '../topics.ts'
import type { StoreAccess } from './write.ts'

/** Facts about the store itself in an SQL database. */
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
        return [formatMetaTopic(name)]
      })
    },

    async swapMeta(name, former, value) {
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('meta')
          .set({ value })
          .where('name', '=', name)
          .where('value', '=', former)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) {
          throw new StoreError('conflict', `The fact ${name} of the store is another one by now.`)
        }
        return [formatMetaTopic(name)]
      })
    },
  }
}
