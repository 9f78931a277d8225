import type { ContextValue } from '../decision.ts'

/**
 * The `Null` operator: `true` asks that the key is absent, `false` that it is there. An empty text, and
 * an empty set, are there (aws-wire §5.3). Several values are alternatives.
 */
export function isNullAsAsked(value: ContextValue | undefined, asked: readonly boolean[]): boolean {
  return asked.includes(value === undefined)
}
