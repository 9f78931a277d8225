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
  let current: Promise<readonly string[]> | null = null
  let next: Promise<readonly string[]> | null = null

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

  function look(): Promise<readonly string[]> {
    const mark = readCommitMark()
    if (mark === seenMark) return Promise.resolve(NOTHING)
    current = loadChanges(mark).finally(() => {
      current = null
    })
    return current
  }

  /** For all who ask while a query is under way, which may have begun before a write that they count on. */
  function lookAfter(underWay: Promise<unknown>): Promise<readonly string[]> {
    next ??= underWay.then(ignore, ignore).then(() => {
      next = null
      return current ?? look()
    })
    return next
  }

  async function takeChangedTopics(): Promise<readonly string[]> {
    if (current === null) return look()
    const later = lookAfter(current)
    // Nobody may go on before it has the topics of both. What the first could not find, the second does.
    const topics = await current.catch(() => NOTHING)
    return [...topics, ...(await later)]
  }

  return { takeChangedTopics }
}

function ignore(): void {}

async function loadNewestSequence(db: Kysely<StoreSchema>): Promise<number> {
  const { sequence } = await db
    .selectFrom('change_counter')
    .select('sequence')
    .executeTakeFirstOrThrow()
  return sequence
}
