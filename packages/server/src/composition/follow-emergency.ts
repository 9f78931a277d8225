import type { Logger } from '../telemetry/logger.ts'
import type { OpenData } from './open-data.ts'

/** How long it takes at most until a key that was named in an emergency signs no more. */
export const FOLLOW_EMERGENCY_MS = 1000

/**
 * Has a process follow the file of emergency revocations. Keys that it names are erased from memory, and
 * the log has what it says now. `onChange` is called when it says something else.
 */
export function createEmergencyFollower(
  { emergency, issuer }: Pick<OpenData, 'emergency' | 'issuer'>,
  logger: Logger,
  onChange: () => void = () => {},
): () => Promise<void> {
  const report = (): void => {
    const { fault, keys } = emergency.denials
    if (fault !== null) {
      const fields = { reason: fault }
      logger.error(fields, 'no key signs or is published: emergency revocations cannot be read')
    } else if (keys.length > 0) {
      const fields = { keyIds: keys.map(({ keyId }) => keyId) }
      logger.warn(fields, 'keys that were revoked in an emergency sign nothing')
    } else logger.info({}, 'no key is revoked in an emergency any more')
  }
  if (emergency.denials.fault !== null || emergency.denials.keys.length > 0) report()
  return async () => {
    if (!emergency.read()) return
    issuer.closeDenied()
    onChange()
    report()
  }
}
