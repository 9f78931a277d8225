import type { AuditFields } from '../../audit/event.ts'
import type { Outcome } from '../operation.ts'

/** An answer of which the audit keeps `responseElements`, and nothing when it is left out. */
export function answer<Output>(
  output: Output,
  responseElements: AuditFields | null = null,
): Outcome<Output> {
  return { output, responseElements, additionalEventData: null }
}

/** The answer of an operation that says nothing but that it is done. */
export const DONE: Outcome<null> = answer(null)
