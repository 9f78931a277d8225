import type { Operation } from '../operations/operation.ts'
import type { Infer } from '../shapes/shape.ts'
import type { Incoming } from './incoming.ts'

/**
 * Step 4 of the pipeline: the typed input. Anybody can make many unsigned calls, and such a call may
 * have to wait for an identity provider. So nothing that it has sent is kept but its input, copied into
 * texts of its own. (A text that was cut out of another one keeps that one in memory.)
 * @throws ServiceError `MalformedInput`, `ValidationError`
 */
export function readCallInput(
  { input, inputRules, authentication }: Operation,
  incoming: Incoming,
): Infer<Operation['input']> {
  const typed = incoming.readInput(input, inputRules)
  if (authentication === 'signature') return typed
  const copy = structuredClone(typed)
  incoming.forgetCall()
  return copy
}
