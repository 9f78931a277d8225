import type { Logger } from '../telemetry/logger.ts'
import { listPinnedNames } from '../trust/list-pinned-names.ts'
import type { OpenData } from './open-data.ts'

/** Logs whom the names in stored trust policies were found to stand for, name by name. */
export function reportPinnedRoles({ pinnedRoles }: OpenData, logger: Logger): void {
  for (const { message, ...fields } of pinnedRoles.flatMap(listPinnedNames)) {
    if (fields.id === null) logger.warn(fields, message)
    else logger.info(fields, message)
  }
}
