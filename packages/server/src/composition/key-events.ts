import { createServiceEvent, type ServiceEventParts } from '../audit/create-service-event.ts'
import type { AuditFields, AwsServiceEvent } from '../audit/event.ts'
import type { Config } from '../config/config.ts'
import { createRegions } from '../config/regions.ts'
import type { IssuerKey } from '../store/ports.ts'
import type { Environment } from './environment.ts'

/** Why keys have changed: `by` is `rotation` or a command, the rest are details. */
export type KeyChangeReason = AuditFields & { readonly by: string }

/** The event of a change, by the state that the key has now. */
const EVENTS: Partial<Record<IssuerKey['state'], ServiceEventParts['name']>> = {
  prepared: 'SigningKeyPrepared',
  active: 'SigningKeyActivated',
  retired: 'SigningKeyRetired',
  revoked: 'SigningKeyRevoked',
}

/** Makes the audit events of signing keys that were changed. */
export function createKeyEvents(
  config: Config,
  { clock, random }: Pick<Environment, 'clock' | 'random'>,
) {
  const region = createRegions(config).resolveRegion(null)
  return (keys: readonly IssuerKey[], reason: KeyChangeReason): readonly AwsServiceEvent[] => {
    const former = keys.find(({ state }) => state === 'retiring')
    return keys.flatMap(key => {
      const name = findName(key)
      if (name === undefined) return []
      const details = {
        ...reason,
        ...toKeyFields(key),
        ...(key.state === 'active' && former && { former: toKeyFields(former) }),
      }
      const { accountId } = key
      const event = { name, region, accountId, isChange: true, details }
      return [createServiceEvent({ ...event, eventId: random.uuid(), nowMs: clock.nowMs() })]
    })
  }
}

function findName({ state, visibleAtMs }: IssuerKey): ServiceEventParts['name'] | undefined {
  return state === 'prepared' && visibleAtMs !== null ? 'SigningKeyVisible' : EVENTS[state]
}

/** What tells a key from all others. */
function toKeyFields({ algorithm, generation, thumbprint, visibleAtMs }: IssuerKey): AuditFields {
  const visibleAt = visibleAtMs === null ? null : new Date(visibleAtMs).toISOString()
  return { algorithm, generation, thumbprint, visibleAt }
}
