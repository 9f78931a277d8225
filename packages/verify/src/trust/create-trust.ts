import { formatLine, quote, VerifyError } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import { formatUnknownName } from '../nearest-name.ts'
import type { NonEmpty } from '../options.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { compileConditions } from './compile-conditions.ts'
import type { Condition } from './compile-list.ts'
import type { RuleRefusal, TrustDecision, TrustRule } from './trust-rule.ts'

/** Rules, checked and ready. */
export interface Trust<Grant> {
  /** Decides by the first rule that holds. Pure; never throws. */
  evaluate(token: VerifiedToken): TrustDecision<Grant>
}

interface CompiledRule<Grant> {
  readonly name: string
  readonly grant: Grant
  readonly conditions: readonly Condition[]
}

const RULE_MEMBERS = ['name', 'when', 'grant']

/**
 * Checks rules and makes them executable. Whoever wrote them (they may come from a file) gets a clear
 * message for each mistake; a rule that would trust anybody is a mistake.
 *
 * @throws VerifyError `rules_invalid`
 */
export function createTrust<Grant>(rules: NonEmpty<TrustRule<Grant>>): Trust<Grant> {
  if (!Array.isArray(rules) || rules.length === 0) {
    throw new VerifyError('rules_invalid', 'rules is not a list of at least one rule')
  }
  const compiled = rules.map((rule, index) => compileRule(rule, index))
  const names = new Set(compiled.map(({ name }) => name))
  if (names.size < compiled.length) {
    throw new VerifyError('rules_invalid', 'two rules have the same name')
  }
  return { evaluate: token => evaluate(compiled, token) }
}

/** How many rules a line of the log names, and how many characters it has for each. */
const MAX_SHOWN_RULES = 10
const MAX_CHARACTERS_OF_RULE = 500

/**
 * Why no rule held, in one line for the log: of the first ten rules, and how many more there are. It is
 * bounded, however many rules there are and whatever the token says.
 */
export function formatRefusals(refusals: readonly RuleRefusal[]): string {
  const lines = limitShown(refusals).map(({ rule, condition, reason }) =>
    formatLine(`rule ${quote(rule)}: ${condition}: ${reason}`, MAX_CHARACTERS_OF_RULE),
  )
  const more = refusals.length - lines.length
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

/** The refusals that are shown to somebody. */
export function limitShown(refusals: readonly RuleRefusal[]): readonly RuleRefusal[] {
  return refusals.slice(0, MAX_SHOWN_RULES)
}

function compileRule<Grant>(rule: TrustRule<Grant>, index: number): CompiledRule<Grant> {
  const label = `rule ${index + 1}`
  if (!isJsonObject(rule) || typeof rule.name !== 'string' || rule.name === '') {
    throw new VerifyError('rules_invalid', `${label}: it has no name`)
  }
  const named = `${label}, ${quote(rule.name)}`
  const unknown = Object.keys(rule).find(member => !RULE_MEMBERS.includes(member))
  if (unknown !== undefined) {
    const reason = formatUnknownName('member', unknown, RULE_MEMBERS)
    throw new VerifyError('rules_invalid', `${named}: ${reason}`)
  }
  if (!Object.hasOwn(rule, 'grant')) {
    throw new VerifyError('rules_invalid', `${named}: it grants nothing`)
  }
  return { name: rule.name, grant: rule.grant, conditions: compileConditions(rule.when, named) }
}

function evaluate<Grant>(
  rules: readonly CompiledRule<Grant>[],
  token: VerifiedToken,
): TrustDecision<Grant> {
  const refusals: RuleRefusal[] = []
  for (const { name: rule, grant, conditions } of rules) {
    const refusal = findRefusal(rule, conditions, token)
    if (!refusal) return { isTrusted: true, rule, grant }
    refusals.push(refusal)
  }
  return { isTrusted: false, refusals }
}

function findRefusal(
  rule: string,
  conditions: readonly Condition[],
  token: VerifiedToken,
): RuleRefusal | null {
  for (const { name: condition, refuse } of conditions) {
    const reason = refuse(token)
    if (reason !== null) return { rule, condition, reason }
  }
  return null
}
