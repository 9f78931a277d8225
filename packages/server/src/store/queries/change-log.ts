import type { Kysely } from 'kysely'
import type { StoreSchema } from '../schema.ts'
import { ANY_TOPIC } from '../topics.ts'

/** Reads what was changed, each time from where it was read last. */
export interface ChangeLog {
  /**
   * The topics of what was committed since, each once, in the order of the changes. `*` when that can't
   * be told: the reader is too far behind, or the database is no longer the one that was read.
   */
  load(): Promise<readonly string[]>
}

/** The newest change that was read. */
interface Place {
  readonly sequence: number
  readonly nonce: string | null
}

/** Begins to read: everything that is committed from now on. */
export async function openChangeLog(db: Kysely<StoreSchema>): Promise<ChangeLog> {
  let seen = await loadNewest(db)
  return {
    async load() {
      const changes = await db
        .selectFrom('changes')
        .select(['sequence', 'topic', 'nonce'])
        .where('sequence', '>=', seen.sequence)
        .orderBy('sequence')
        .execute()
      const news = findNews(seen, changes)
      seen = changes.at(-1) ?? (news === null ? await loadNewest(db) : seen)
      return news === null ? [ANY_TOPIC] : [...new Set(news.map(change => change.topic))]
    },
  }
}

/**
 * The changes behind the one that was seen last. Null when that one is not among them as it was: it has
 * been pruned, or the database was set back and has given its number to another.
 */
function findNews<Change extends Place>(
  seen: Place,
  changes: readonly Change[],
): readonly Change[] | null {
  const [first] = changes
  // Before the very first change there is none that could be seen.
  if (seen.sequence === 0) return first === undefined || first.sequence === 1 ? changes : null
  const isSame = first?.sequence === seen.sequence && first.nonce === seen.nonce
  return isSame ? changes.slice(1) : null
}

async function loadNewest(db: Kysely<StoreSchema>): Promise<Place> {
  return await db
    .selectFrom('change_counter')
    .leftJoin('changes', 'changes.sequence', 'change_counter.sequence')
    .select(['change_counter.sequence as sequence', 'changes.nonce as nonce'])
    .executeTakeFirstOrThrow()
}
