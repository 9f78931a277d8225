import type { AccountId } from '../../principals/identifiers.ts'
import type { Job } from '../../store/iam-ports.ts'
import type { StoreReader, TurnStore } from '../../store/ports.ts'

/** AWS keeps what a job found for a week. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000

/** Records a job, and forgets those of more than a week ago. */
export async function recordJob(
  store: Pick<TurnStore, 'createJob'>,
  accountId: AccountId,
  job: Job,
): Promise<void> {
  await store.createJob(accountId, job, job.createdAtMs - KEPT_MS)
}

/** A job of the last week; null when there is none with that id. */
export async function findRecentJob(
  store: Pick<StoreReader, 'findJob'>,
  accountId: AccountId,
  id: string,
  nowMs: number,
): Promise<Job | null> {
  const job = await store.findJob(accountId, id)
  return job === null || job.createdAtMs < nowMs - KEPT_MS ? null : job
}
