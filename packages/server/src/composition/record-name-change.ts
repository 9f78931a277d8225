import { createServiceEvent, type ServiceEventParts } from '../audit/create-service-event.ts'
import type { Config } from '../config/config.ts'
import { createRegions } from '../config/regions.ts'
import type { Environment } from './environment.ts'
import { recordEvents } from './record-events.ts'

/**
 * Which change of names a command has made: the event, its account if it has one, and its details.
 */
export type NameChange = Pick<ServiceEventParts, 'name' | 'accountId' | 'details'>

/**
 * Writes to the server's audit file that another name of the issuers stands in tokens.
 * @returns why it is not on record, in words; null when it is. What was done is not undone.
 */
export function recordNameChange(
  config: Config,
  { clock, random }: Pick<Environment, 'clock' | 'random'>,
  change: NameChange,
): Promise<string | null> {
  const event = createServiceEvent({
    ...change,
    eventId: random.uuid(),
    nowMs: clock.nowMs(),
    region: createRegions(config).resolveRegion(null),
    isChange: true,
  })
  return recordEvents(config, [event])
}
