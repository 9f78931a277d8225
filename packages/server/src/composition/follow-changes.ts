import type { Counter } from '../telemetry/instruments.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/**
 * Makes caches follow the store's feed. A store that can't be asked leaves them as they are: known
 * principals go on, and the log has when that began and when it ended, however many requests came.
 */
export function createChangeFollower(
  { store, issuer }: OpenData,
  invalidate: (topics: readonly string[]) => void,
  logger: Logger,
  failures: Counter,
): () => Promise<void> {
  let isFailing = false
  return async () => {
    try {
      const topics = await store.takeChangedTopics()
      if (isFailing) logger.info({}, 'the store can be asked for changes again')
      isFailing = false
      if (topics.length === 0) return
      invalidate(topics)
      issuer.invalidate(topics)
    } catch (cause) {
      failures.value += 1
      if (!isFailing) logger.error({ err: cause }, 'the store cannot be asked for changes')
      isFailing = true
    }
  }
}
