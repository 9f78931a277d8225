import { type StartInterval, startInterval } from '../http/interval.ts'
import { StoreLostError } from '../store/failures.ts'
import { type DataLock, DataLockedError } from '../store/sqlite/data-lock.ts'
import { OpenStoreFiles } from '../store/sqlite/open-store-files.ts'
import type { Logger } from '../telemetry/logger.ts'

/** What is looked at while a server runs. */
export interface GuardDataOptions {
  /** `store.path`. */
  readonly path: string
  /** This process has the store open; the primary process of workers has not. */
  readonly isOpenHere: boolean
  /** Null in a worker: the primary process holds it. */
  readonly lock: DataLock | null
  readonly logger: Logger
  readonly every?: StartInterval
}

/** Looks whether the store is still the one that was opened, and still this server's. */
export interface DataGuard {
  /** Resolves, with what to tell the operator, when the server can't go on. */
  readonly lost: Promise<Error>
  /** Whether the store is still there, as of now. */
  isSafe(): boolean
  stop(): void
}

/** Twice in the second within which a loss is noticed. */
const INTERVAL_MS = 500

/** Begins to look. @throws StoreMissingError */
export function guardData(options: GuardDataOptions): DataGuard {
  const { path, isOpenHere, lock, logger, every = startInterval } = options
  const files = new OpenStoreFiles(path, { isOpenHere })
  const { promise: lost, resolve } = Promise.withResolvers<Error>()
  let isLockTroubled = false
  let isLost = false

  function renewLock(): Error | null {
    try {
      lock?.renew()
      isLockTroubled = false
      return null
    } catch (error) {
      if (error instanceof DataLockedError) return error
      if (!isLockTroubled) logger.error({ err: error }, 'the lock of the data cannot be renewed')
      isLockTroubled = true
      return null
    }
  }

  function findLoss(): Error | null {
    const loss = files.findLoss()
    return loss === null ? renewLock() : createLostError(loss)
  }

  const look = (): boolean => {
    if (isLost) return false
    const error = findLoss()
    if (error === null) return true
    isLost = true
    stop()
    logger.error({ err: error }, 'the server stops: the store is no longer its own')
    resolve(error)
    return false
  }
  const stop = every(INTERVAL_MS, async () => {
    look()
  })
  return { lost, isSafe: look, stop }
}

function createLostError(loss: string): StoreLostError {
  return new StoreLostError(
    `The file ${loss} while the server had it open. The server has stopped: what it would have written from then on would be lost. Stop it first to restore a backup or to move the store.`,
  )
}
