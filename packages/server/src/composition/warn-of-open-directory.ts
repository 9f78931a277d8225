import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatMode, isUsableByOthers } from '../runtime/private-mode.ts'
import type { Logger } from '../telemetry/logger.ts'

/**
 * Warns of a data directory that others may look into. One that they may write to is refused when
 * the store is opened. In this one they see names, sizes and times alone, and many systems make
 * directories so.
 */
export function warnOfOpenDirectory(storePath: string, logger: Logger): void {
  const directory = dirname(realpathSync(storePath))
  const { mode } = statSync(directory)
  if (!isUsableByOthers(mode)) return
  const advice = `chmod 700 ${directory}`
  logger.warn(
    { directory, mode: formatMode(mode), advice },
    'others than its owner may look into the directory of the store',
  )
}
