import { quote, VerifyError } from '../errors.ts'
import { isStringArray } from '../json.ts'
import type { VerifiedToken } from '../verified-token.ts'
import type { ListCondition } from './condition-values.ts'
import { compilePattern } from './match-pattern.ts'

/** One condition: null when it holds, otherwise the reason why not. */
export interface Condition {
  readonly name: string
  readonly refuse: (token: VerifiedToken) => string | null
}

/** Whether one of the values must fit, or none may. */
export type Polarity = 'required' | 'excluded'

/**
 * Makes a list of values executable. A token without the claim is refused either way.
 *
 * @param label what messages call the rule
 * @throws VerifyError `rules_invalid`
 */
export function compileList(
  name: string,
  patterns: unknown,
  { read, check }: ListCondition,
  polarity: Polarity,
  label: string,
): Condition {
  if (!isStringArray(patterns) || patterns.length === 0 || patterns.includes('')) {
    throw invalidRule(label, `${name} is not a list of at least one text`)
  }
  for (const pattern of patterns) {
    const wrong = check(pattern)
    if (wrong) throw invalidRule(label, `${name}: ${quote(pattern)} ${wrong}`)
  }
  const matchers = patterns.map(compilePattern)
  const isRequired = polarity === 'required'
  return {
    name,
    refuse: token => {
      const values = read(token)
      if (values.length === 0) return 'the token does not say'
      const fits = values.some(value => matchers.some(matches => matches(value)))
      if (fits === isRequired) return null
      const relation = isRequired ? 'none' : 'one'
      return `${quote(values.join(' '))} is ${relation} of ${quote(patterns.join(' '))}`
    },
  }
}

/** A mistake in a rule. */
export function invalidRule(label: string, reason: string): VerifyError {
  return new VerifyError('rules_invalid', `${label}: ${reason}`)
}
