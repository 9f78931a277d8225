import type { Directory } from '../directory/directory.ts'
import type { Logger } from '../telemetry/logger.ts'

/** How often last uses go to the store; `GetAccessKeyLastUsed` and `RoleLastUsed` are late by this. */
const INTERVAL_MS = 60_000

/** Has the store know of last uses now and then. */
export function keepLastUses(directory: Pick<Directory, 'saveLastUses'>, logger: Logger) {
  /** What could not be saved now waits for the next time. */
  async function save(): Promise<void> {
    try {
      await directory.saveLastUses()
    } catch (cause) {
      logger.warn({ err: cause }, 'the last uses of access keys and roles are not saved')
    }
  }

  const saving = setInterval(save, INTERVAL_MS)
  saving.unref()
  return {
    /** Saves once more. Never rejects. */
    async stop(): Promise<void> {
      clearInterval(saving)
      await save()
    },
  }
}
