import type { Counter } from '../telemetry/instruments.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/** What happens while the store cannot be asked for changes. */
interface FollowRules {
  /**
   * Caches stay as they are, and known principals go on: nobody but this host changes the store.
   * Otherwise nobody does, since what others have changed in a shared database would not hold here.
   */
  readonly mayGoOn: boolean
}

/**
 * Makes caches follow the store's feed. The log has when the store could not be asked and when it could
 * again, however many requests came.
 */
export function createChangeFollower(
  { store, issuer }: OpenData,
  invalidate: (topics: readonly string[]) => void,
  followKeys: (topics: readonly string[]) => Promise<void>,
  logger: Logger,
  failures: Counter,
  { mayGoOn }: FollowRules,
): () => Promise<void> {
  let isFailing = false
  return async () => {
    try {
      const topics = await store.takeChangedTopics()
      if (isFailing) logger.info({}, 'the store can be asked for changes again')
      isFailing = false
      if (topics.length > 0) {
        invalidate(topics)
        issuer.invalidate(topics)
      }
      // Last: what was sealed under the former master key has then left the caches.
      await followKeys(topics)
    } catch (cause) {
      failures.value += 1
      if (!isFailing) logger.error({ err: cause }, 'the store cannot be asked for changes')
      isFailing = true
      if (!mayGoOn) throw cause
    }
  }
}
