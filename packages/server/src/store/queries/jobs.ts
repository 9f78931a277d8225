import type { JobStore } from '../iam-ports.ts'
import type { StoreAccess } from './write.ts'

/** Jobs in an SQL database. Nobody caches them, so no change is recorded. */
export function createJobStore({ db, write }: StoreAccess): JobStore {
  return {
    async createJob(accountId, job, keptSinceMs) {
      const texts = {
        unique: `Account ${accountId} already has a job ${job.id}.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        await transaction
          .deleteFrom('jobs')
          .where('account_id', '=', accountId)
          .where('created_at_ms', '<', keptSinceMs)
          .execute()
        await transaction
          .insertInto('jobs')
          .values({
            account_id: accountId,
            id: job.id,
            subject: job.subject,
            kind: job.kind,
            created_at_ms: job.createdAtMs,
          })
          .execute()
        return []
      })
    },

    async findJob(accountId, id) {
      const row = await db
        .selectFrom('jobs')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst()
      if (row === undefined) return null
      const { subject, kind, created_at_ms: createdAtMs } = row
      return { id, subject, kind, createdAtMs }
    },
  }
}
