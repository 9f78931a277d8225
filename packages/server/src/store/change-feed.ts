import type { Kysely } from 'kysely'
import type { StoreSchema } from './schema.ts'
import { ANY_TOPIC } from './topics.ts'

/** Tells what others and this process have written. */
export interface ChangeFeed {
  /** `Store.takeChangedTopics` */
  takeChangedTopics(): Promise<readonly string[]>
}

const NOTHING: readonly string[] = []

/**
 * Begins to watch: what is committed from now on is told.
 *
 * @param readCommitMark a text that differs when anyone has committed since it was last read; all
 * that a call costs while nothing changes
 */
export async function createChangeFeed(
  db: Kysely<StoreSchema>,
  readCommitMark: () => string,
): Promise<ChangeFeed> {
  let seenMark = readCommitMark()
  let seenSequence = await loadNewestSequence(db)
  let underWay: Promise<readonly string[]> | null = null

  async function loadChanges(mark: string): Promise<readonly string[]> {
    const changes = await db
      .selectFrom('changes')
      .select(['sequence', 'topic'])
      .where('sequence', '>', seenSequence)
      .orderBy('sequence')
      .execute()
    // Only now: had the query failed, the next call must try again.
    seenMark = mark
    const newest = changes.at(-1)
    if (newest === undefined) return NOTHING
    // Sequences have no gaps, so a missing successor means that it has been pruned.
    const fellBehind = changes[0]?.sequence !== seenSequence + 1
    seenSequence = newest.sequence
    return fellBehind ? [ANY_TOPIC] : [...new Set(changes.map(change => change.topic))]
  }

  async function takeChangedTopics(): Promise<readonly string[]> {
    if (underWay !== null) {
      // Whoever asks meanwhile must not go on before it has these topics too, and has to look
      // again: the query may have run before a write that this caller counts on.
      const topics = await underWay
      return [...topics, ...(await takeChangedTopics())]
    }
    const mark = readCommitMark()
    if (mark === seenMark) return NOTHING
    underWay = loadChanges(mark).finally(() => {
      underWay = null
    })
    return underWay
  }

  return { takeChangedTopics }
}

async function loadNewestSequence(db: Kysely<StoreSchema>): Promise<number> {
  const { sequence } = await db
    .selectFrom('change_counter')
    .select('sequence')
    .executeTakeFirstOrThrow()
  return sequence
}
