import { BareRefusal } from '../../errors.ts'
import { canonicalPath } from './canonical-path.ts'

/** A request-target in its two halves. */
export interface Target {
  /** As it is signed. */
  readonly canonicalPath: string
  /** As received, without `?`; empty when there is none. */
  readonly rawQuery: string
}

const NOT_A_TARGET = /[^!-\u00ff]/

/**
 * Row 1 of aws-wire §7.3, also for requests that need no signature. Takes the origin form alone
 * (RFC 9112 §3.2.1), in bytes: one character a byte, as HTTP parsers hand it over.
 *
 * @throws BareRefusal 400 when the path is not absolute, has a broken escape or leads above the
 * root, or when the target holds white space, control characters or anything that is no byte
 */
export function parseTarget(target: string): Target {
  if (NOT_A_TARGET.test(target)) throw new BareRefusal(400)
  const mark = target.indexOf('?')
  if (mark === -1) return { canonicalPath: canonicalPath(target), rawQuery: '' }
  return {
    canonicalPath: canonicalPath(target.slice(0, mark)),
    rawQuery: target.slice(mark + 1),
  }
}
