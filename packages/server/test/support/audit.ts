import type { ContextValue } from '../../src/policy/decision.ts'
import type { TestServer } from './server.ts'

/** A decision against a call, as the audit has it. */
export interface RecordedDenial {
  readonly action: string
  readonly resource: string
  /** The condition keys that the policies were asked with. */
  readonly context: Readonly<Record<string, ContextValue>>
}

/** Every decision against a call that the server has on record, in their order. */
export function readDenials(server: Pick<TestServer, 'readAudit'>): readonly RecordedDenial[] {
  return server
    .readAudit()
    .split('\n')
    .filter(line => line !== '')
    .flatMap(line => JSON.parse(line).additionalEventData?.authorization ?? [])
    .filter(({ effect }) => effect === 'deny')
}
