import type { IssuerKey } from '../store/ports.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** Raises the alarm over signing keys in the store that Credence has not written. */
export function alarmOfKeys(logger: Logger, metrics: Metrics): (key: IssuerKey) => void {
  const refused = metrics.counter('credence_signing_keys_refused_total', {})
  return ({ accountId, algorithm, generation, thumbprint }) => {
    refused.value += 1
    logger.error(
      { accountId, algorithm, generation, thumbprint },
      'a signing key in the store was not written by Credence: it is neither published nor signed with, and somebody else has written to the store',
    )
  }
}
