import { describe, expect, test } from 'vitest'
import { findUnmetCondition } from './condition-block.ts'
import { OPERATOR_TABLE } from './conditions/operator-table.ts'
import type { ContextValue } from './decision.ts'
import { parsePolicy } from './parse-policy.ts'
import { createRequestContext } from './request-context.ts'

const KEY = 'aws:TagKeys'
/** A value that every operator can read. */
const OPERANDS: Readonly<Record<string, string>> = {
  Numeric: '1',
  Date: '2030-01-01T00:00:00Z',
  Arn: 'arn:aws:iam::123456789012:user/x',
  Ip: '192.0.2.0/24',
  NotIp: '192.0.2.0/24',
  Binary: 'YQ==',
}

function findOperand(name: string): string {
  return Object.entries(OPERANDS).find(([family]) => name.startsWith(family))?.[1] ?? 'true'
}

function isMet(
  effect: 'Allow' | 'Deny',
  operator: string,
  operand: string,
  value: ContextValue | null,
): boolean {
  const Condition = { [operator]: { [KEY]: operand } }
  const Statement = { Effect: effect, Action: '*', Resource: '*', Condition }
  const document = JSON.stringify({ Version: '2012-10-17', Statement })
  const [statement] = parsePolicy(document, 'identity').statements
  if (statement === undefined) throw new Error('the policy has a statement')
  const context = createRequestContext(value === null ? [] : [[KEY, value]])
  return findUnmetCondition(statement, context) === null
}

/** What each prefix makes of a key that is absent, and of one that is there without values. */
const RULES = [
  {
    prefix: '',
    suffix: '',
    absent: (isNegated: boolean) => isNegated,
    empty: false,
  },
  { prefix: '', suffix: 'IfExists', absent: () => true, empty: false },
  { prefix: 'ForAllValues:', suffix: '', absent: () => true, empty: true },
  { prefix: 'ForAllValues:', suffix: 'IfExists', absent: () => true, empty: true },
  { prefix: 'ForAnyValue:', suffix: '', absent: () => false, empty: false },
  { prefix: 'ForAnyValue:', suffix: 'IfExists', absent: () => false, empty: false },
]

describe('a key that is absent or empty', () => {
  for (const { prefix, suffix, absent, empty } of RULES) {
    test.each([...OPERATOR_TABLE])(`${prefix}%s${suffix}`, (name, { negated }) => {
      const operator = `${prefix}${name}${suffix}`
      for (const effect of ['Allow', 'Deny'] as const) {
        expect([effect, isMet(effect, operator, findOperand(name), null)]).toEqual([
          effect,
          absent(negated),
        ])
        expect([effect, isMet(effect, operator, findOperand(name), [])]).toEqual([effect, empty])
      }
    })
  }
})
