import type { LaneJob, LaneKey } from './lanes.ts'
import { LANE_COUNT } from './lanes.ts'

/** How a queue makes its signatures. */
export interface SigningQueueOptions<Key extends LaneKey> {
  /** Fewer than these are signed one by one: a pass costs the same however few lanes it fills. */
  readonly minLanes: number
  /** Signs up to eight jobs in one pass; null for a job that has no result. */
  readonly signTogether: (jobs: readonly LaneJob<Key>[]) => readonly (Uint8Array | null)[]
  /** Calls the task when the events of this turn of the event loop are dealt with. */
  readonly schedule: (task: () => void) => void
}

/** One signature to be made, and how node:crypto makes it where the lanes do not. */
export interface QueuedJob<Key extends LaneKey> extends LaneJob<Key> {
  readonly signAlone: (signingInput: Uint8Array) => Promise<Uint8Array>
}

/** Makes the signatures together that are wanted in one turn of the event loop. */
export interface SigningQueue<Key extends LaneKey> {
  sign(job: QueuedJob<Key>): Promise<Uint8Array>
}

interface Waiting<Key extends LaneKey> {
  readonly job: QueuedJob<Key>
  readonly resolve: (signature: Uint8Array | Promise<Uint8Array>) => void
}

/**
 * A queue without a timer. A request waits until the events that arrived together with it are read,
 * and then for the passes before its own: eight requests a pass, one pass a turn, in the order in
 * which they came. It never waits for another request to come.
 */
export function createSigningQueue<Key extends LaneKey>(
  options: SigningQueueOptions<Key>,
): SigningQueue<Key> {
  const { minLanes, signTogether, schedule } = options
  const waiting: Waiting<Key>[] = []

  const signNext = (): void => {
    const taken = waiting.splice(0, LANE_COUNT)
    // One pass a turn: between two of them new events are read, and what they bring fills up lanes.
    if (waiting.length > 0) schedule(signNext)
    // A key may have been closed since: its numbers are zeros now.
    const open = taken.filter(({ job }) => !job.key.isErased())
    const signatures = open.length < minLanes ? [] : signTogether(open.map(({ job }) => job))
    for (const each of taken) {
      resolveWith(each, signatures[open.indexOf(each)] ?? null)
    }
  }

  const resolveWith = ({ job, resolve }: Waiting<Key>, signature: Uint8Array | null): void =>
    resolve(signature ?? job.signAlone(job.signingInput))

  return {
    sign(job) {
      const { promise, resolve } = Promise.withResolvers<Uint8Array>()
      waiting.push({ job, resolve })
      if (waiting.length === 1) schedule(signNext)
      return promise
    },
  }
}
