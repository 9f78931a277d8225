import { quote } from '../errors.ts'
import { formatUnknownName } from '../nearest-name.ts'
import { type Condition, compileList, invalidRule, type Polarity } from './compile-list.ts'
import { ORIGIN_CONDITIONS } from './condition-values.ts'

/**
 * Makes the conditions on whom a principal acts for executable.
 *
 * @throws VerifyError `rules_invalid`, also when the identity providers are missing
 */
export function compileOrigin(
  name: string,
  members: readonly (readonly [string, unknown])[],
  polarity: Polarity,
  label: string,
): readonly Condition[] {
  const isRequired = polarity === 'required'
  if (isRequired && !members.some(([key]) => key === 'providers')) {
    throw invalidRule(
      label,
      `${name} needs providers: two identity providers may both have the same subject`,
    )
  }
  const known = isRequired ? [`${name}.providers`, `${name}.subjects`] : [`${name}.subjects`]
  return members.map(([key, patterns]) => {
    const fullName = `${name}.${key}`
    if ((key !== 'providers' && key !== 'subjects') || !known.includes(fullName)) {
      throw invalidRule(label, formatUnknownName('condition', fullName, known))
    }
    return compileList(fullName, patterns, ORIGIN_CONDITIONS[key], polarity, label)
  })
}

/** Holds for tokens of the one subject mode that a rule is about. */
export function requireSubjectMode(hasOrigin: boolean): Condition {
  return {
    name: 'origin',
    refuse: ({ origin }) => {
      if (hasOrigin) return origin ? null : 'the token speaks for its principal alone'
      return origin ? `the token speaks for ${quote(origin.subject)}, not for its principal` : null
    },
  }
}
