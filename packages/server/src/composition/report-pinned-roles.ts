import type { Logger } from '../telemetry/logger.ts'
import { listPinnedNames } from '../trust/list-pinned-names.ts'
import type { OpenData } from './open-data.ts'

/** Logs, for each name in a stored trust policy, which principal it was found to stand for. */
export function reportPinnedRoles({ pinnedRoles }: OpenData, logger: Logger): void {
  for (const { message, ...fields } of pinnedRoles.flatMap(listPinnedNames)) {
    if (fields.id === null) logger.warn(fields, message)
    else logger.info(fields, message)
  }
}
