import type { AwsApiCall } from '../../src/audit/event.ts'
import type { ContextValue } from '../../src/policy/decision.ts'
import type { TestServer } from './server.ts'

/** A decision on a call, as the audit has it. */
export interface RecordedDecision {
  readonly effect: 'allow' | 'deny'
  readonly action: string
  readonly resource: string
  /** The condition keys that the policies were asked with. */
  readonly context: Readonly<Record<string, ContextValue>>
}

/** Every event of the audit, in their order. @throws Error when it ends within a line */
export function readEvents({ readAudit }: Pick<TestServer, 'readAudit'>): readonly AwsApiCall[] {
  const lines = readAudit().split('\n')
  if (lines.pop() !== '') throw new Error('the audit ends within a line')
  return lines.map(line => JSON.parse(line) as AwsApiCall)
}

/** The last event of the audit. @throws RangeError when there is none */
export function readLastEvent(server: Pick<TestServer, 'readAudit'>): AwsApiCall {
  const event = readEvents(server).at(-1)
  if (event === undefined) throw new RangeError('the audit has no event')
  return event
}

/** Every decision against a call that the server has on record, in their order. */
export function readDenials(server: Pick<TestServer, 'readAudit'>): readonly RecordedDecision[] {
  return readEvents(server)
    .flatMap(event => readDecisions(event))
    .filter(({ effect }) => effect === 'deny')
}

function readDecisions({ additionalEventData: data }: AwsApiCall): readonly RecordedDecision[] {
  return (data?.['authorization'] ?? []) as unknown as readonly RecordedDecision[]
}
