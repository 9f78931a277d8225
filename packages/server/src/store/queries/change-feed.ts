import type { Kysely } from 'kysely'
import type { StoreSchema } from '../schema.ts'
import { openChangeLog } from './change-log.ts'

/** Tells what this process and others have written. */
export interface ChangeFeed {
  /** `Store.takeChangedTopics` */
  takeChangedTopics(): Promise<readonly string[]>
}

const NOTHING: readonly string[] = []

/**
 * Begins to watch. The feed tells of everything that is committed from now on.
 *
 * @param readCommitMark reads a text that differs when anyone has committed since it was last read;
 * while nothing changes, a call costs no more than this
 */
export async function createChangeFeed(
  db: Kysely<StoreSchema>,
  readCommitMark: () => string,
): Promise<ChangeFeed> {
  let seenMark = readCommitMark()
  const log = await openChangeLog(db)
  let current: Promise<readonly string[]> | null = null
  let next: Promise<readonly string[]> | null = null

  async function loadChanges(mark: string): Promise<readonly string[]> {
    const topics = await log.load()
    // The mark is set only now. If the query had failed, the next call would have to try again.
    seenMark = mark
    return topics
  }

  function look(): Promise<readonly string[]> {
    const mark = readCommitMark()
    if (mark === seenMark) return Promise.resolve(NOTHING)
    current = loadChanges(mark).finally(() => {
      current = null
    })
    return current
  }

  /**
   * For callers that ask while a query is under way. That query may have begun before a write that they
   * must see.
   */
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
    // A caller goes on only with the topics of both queries. When the first one fails, the second finds
    // what it missed.
    const topics = await current.catch(() => NOTHING)
    return [...topics, ...(await later)]
  }

  return { takeChangedTopics }
}

function ignore(): void {}
