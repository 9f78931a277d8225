import { ServiceError } from '../errors.ts'
import { quoteStart } from '../runtime/redaction.ts'

/** Where in a policy document something stands. */
export interface Place {
  readonly document: string
  /** From the root, e.g. `$.Statement[0].Action`. */
  readonly path: string
  /** UTF-16 units from the start of the document. */
  readonly offset: number
}

const MAX_QUOTED_CHARACTERS = 100

/**
 * Refuses a policy: the reason, then the place as path, line and column (both from 1).
 * @throws ServiceError `MalformedPolicyDocument`, always
 */
export function throwMalformed({ document, path, offset }: Place, reason: string): never {
  const before = document.slice(0, offset).split('\n')
  const column = (before.at(-1) ?? '').length + 1
  throw new ServiceError(
    'MalformedPolicyDocument',
    `${reason} (at ${path}, line ${before.length}, column ${column})`,
  )
}

/** A text of the document as it may stand in an error message: in quotes, shortened. */
export function quote(text: string): string {
  return JSON.stringify(quoteStart(text, MAX_QUOTED_CHARACTERS))
}
