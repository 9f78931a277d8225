import type { ContextValue, RequestContext } from './decision.ts'

/**
 * Builds the context of a request from condition keys in any case. An array makes its key multivalued,
 * however many values it has; an empty array is a key that is there without values, so leave the pair
 * out for a key that is absent.
 *
 * @throws RangeError when a key comes twice without regard to case: which value counts would depend on
 *   the order, and the caller's own values could displace verified ones
 */
export function createRequestContext(
  pairs: Iterable<readonly [key: string, value: ContextValue]>,
): RequestContext {
  const context = new Map<string, ContextValue>()
  for (const [key, value] of pairs) {
    const contextKey = key.toLowerCase()
    if (context.has(contextKey)) throw new RangeError(`the condition key ${key} is given twice`)
    context.set(contextKey, value)
  }
  return context
}
