import type { Config } from '../config/config.ts'
import { parseDuration } from '../config/durations.ts'
import { DOCTOR_USER_AGENT } from '../doctor/load-document.ts'
import { startInterval } from '../http/interval.ts'
import type { FetchedDocument } from '../issuer/issuer.ts'
import { createReaderNotes } from '../issuer/readers/reader-notes.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/** Keeps who fetches the documents of issuers. */
export interface RememberedReaders {
  /** Null when it is not to be kept. */
  readonly noteFetched: ((fetched: FetchedDocument) => void) | null
  /** Saves what was noted. Never rejects. */
  save(): Promise<void>
  stop(): Promise<void>
}

/** How late `credence key list` knows of a reader. */
const SAVE_INTERVAL_MS = 60_000

/** Begins to remember readers, or forgets those that were remembered, as `keys.rememberReaders` says. */
export function rememberReaders(
  { keys }: Config,
  { store }: Pick<OpenData, 'store'>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): RememberedReaders {
  const keptForMs = parseDuration(keys.rememberReaders) ?? 0
  const warn = (cause: unknown): void =>
    logger.warn({ err: cause }, 'who has fetched the keys of issuers cannot be saved')
  if (keptForMs === 0) {
    void store.forgetReaders().catch(warn)
    return { noteFetched: null, save: async () => {}, stop: async () => {} }
  }
  const notes = createReaderNotes(store, keptForMs)
  const save = (): Promise<void> => notes.save(clock.nowMs()).catch(warn)
  const end = startInterval(SAVE_INTERVAL_MS, save)
  return {
    noteFetched(fetched) {
      if (fetched.userAgent !== DOCTOR_USER_AGENT) notes.note(fetched, clock.nowMs())
    },
    save,
    stop() {
      end()
      return save()
    },
  }
}
