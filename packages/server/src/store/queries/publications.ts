import type { Selectable } from 'kysely'
import type { PublicationsTable } from '../issuer-schema.ts'
import { StoreError } from '../ports.ts'
import type { Publication, PublicationStore } from '../publication-ports.ts'
import type { StoreAccess } from './write.ts'

/** What is known of publishing, in an SQL database. */
export function createPublicationStore({ db, write }: StoreAccess): PublicationStore {
  return {
    async findPublishingTarget(name) {
      const row = await db
        .selectFrom('publishing_targets')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst()
      return row === undefined
        ? null
        : {
            name: row.name,
            epoch: row.epoch,
            mark: row.mark,
            formerMark: row.former_mark,
            failingSinceMs: row.failing_since_ms,
            failure: row.failure,
          }
    },

    async savePublishingTarget({ name, epoch, mark, formerMark }, from) {
      await write({}, async transaction => {
        const marks = { epoch, mark, former_mark: formerMark }
        const { numUpdatedRows } = await transaction
          .updateTable('publishing_targets')
          .set(marks)
          .where('name', '=', name)
          .where('mark', '=', from ?? '')
          .executeTakeFirst()
        if (numUpdatedRows > 0n) return []
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto('publishing_targets')
          .values({ name, ...marks, failing_since_ms: null, failure: null })
          .onConflict(conflict => conflict.column('name').doNothing())
          .executeTakeFirst()
        if (from !== null || numInsertedOrUpdatedRows === 0n) {
          throw new StoreError('conflict', `The target ${name} has another mark by now.`)
        }
        return []
      })
    },

    async saveTargetHealth(name, { failingSinceMs, failure }) {
      const health = { failing_since_ms: failingSinceMs, failure }
      await write({}, async transaction => {
        await transaction
          .insertInto('publishing_targets')
          .values({ name, epoch: 0, mark: '', former_mark: '', ...health })
          .onConflict(conflict => conflict.column('name').doUpdateSet(health))
          .execute()
        return []
      })
    },

    async findPublication(target, issuerId) {
      const row = await db
        .selectFrom('publications')
        .selectAll()
        .where('issuer_id', '=', issuerId)
        .where('target', '=', target)
        .executeTakeFirst()
      return row === undefined ? null : createPublication(row)
    },

    async savePublication(publication) {
      const { issuerId, target, ...parts } = publication
      const values = {
        digest: parts.digest,
        visible_since: JSON.stringify(parts.visibleSinceMs),
        checked_at_ms: parts.checkedAtMs,
        failing_since_ms: parts.failingSinceMs,
        failure: parts.failure,
      }
      await write({}, async transaction => {
        await transaction
          .insertInto('publications')
          .values({ issuer_id: issuerId, target, ...values })
          .onConflict(conflict => conflict.columns(['issuer_id', 'target']).doUpdateSet(values))
          .execute()
        return []
      })
    },

    async listFailingPublications(target, maxItems) {
      const rows = await db
        .selectFrom('publications')
        .selectAll()
        .where('target', '=', target)
        .where('failing_since_ms', 'is not', null)
        .orderBy('failing_since_ms')
        .orderBy('issuer_id')
        .limit(maxItems)
        .execute()
      return rows.map(createPublication)
    },

    async countPublications() {
      const rows = await db
        .selectFrom('publications')
        .select('target')
        .select(({ fn }) => [
          fn.count<number>('digest').as('visible'),
          fn.count<number>('failing_since_ms').as('failing'),
          fn.min('failing_since_ms').as('oldest'),
        ])
        .groupBy('target')
        .orderBy('target')
        .execute()
      return rows.map(row => ({
        target: row.target,
        visible: Number(row.visible),
        failing: Number(row.failing),
        oldestFailingSinceMs: row.oldest,
      }))
    },

    async findNewestChange() {
      const { sequence } = await db
        .selectFrom('change_counter')
        .select('sequence')
        .executeTakeFirstOrThrow()
      return sequence
    },
  }
}

function createPublication(row: Selectable<PublicationsTable>): Publication {
  return {
    target: row.target,
    issuerId: row.issuer_id,
    digest: row.digest,
    visibleSinceMs: JSON.parse(row.visible_since) as Record<string, number>,
    checkedAtMs: row.checked_at_ms,
    failingSinceMs: row.failing_since_ms,
    failure: row.failure,
  }
}
