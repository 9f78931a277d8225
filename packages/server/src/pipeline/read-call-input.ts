import type { Operation } from '../operations/operation.ts'
import type { Infer } from '../shapes/shape.ts'
import type { Incoming } from './incoming.ts'

/**
 * Step 4 of the pipeline: the typed input. A call that nobody has signed may have to wait for an
 * identity provider, and anybody can make many of them: of what it has sent, the input is all that is
 * kept, in texts of its own. (A text that was cut out of another keeps the whole of that in memory.)
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
