import { parseDateMs } from '../../src/policy/conditions/date.ts'
import { parseDecimal } from '../../src/policy/conditions/numeric.ts'
import type { ContextValue } from '../../src/policy/decision.ts'
import type { RandomCase, RandomStatement } from './random-cases.ts'

/** A kind of case about which `@cloud-copilot/iam-simulate` and Credence disagree. */
export interface Disagreement {
  /** What the case is about. No full stop. */
  readonly about: string
  readonly here: string
  readonly there: string
  /** Who decides as AWS does, as far as that is known, and how. No full stop. */
  readonly right: string
  /** Whether a case that is as small as it can be is of this kind. */
  readonly isOfKind: (smallest: RandomCase) => boolean
}

/** One key under one operator of a case. */
interface CaseCondition {
  /** Without prefix and suffix. */
  readonly operator: string
  readonly values: readonly string[]
  /** The values of the request; empty without the key. */
  readonly seen: readonly string[]
}

const VARIABLE = /\$\{([^},]+)[^}]*\}/g

/** Every kind that is known. A disagreement of no kind fails the test. */
export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    about: '`*` as the service of an action that has a name, `*:GetUser`',
    here: 'any service',
    there: 'matches nothing',
    right: 'not observed: the guide has wildcards for actions and says nothing of the prefix',
    isOfKind: each =>
      listStatements(each).some(({ Action = [], NotAction = [] }) =>
        [...Action, ...NotAction].some(action => action.startsWith('*:')),
      ),
  },
  {
    about: '`*` as the value of `ArnLike` and `ArnEquals`',
    here: 'any ARN',
    there: 'matches nothing',
    right: 'Credence: policies of AWS itself use it',
    isOfKind: hasCondition(
      ({ operator, values }) => operator.startsWith('Arn') && values.includes('*'),
    ),
  },
  {
    about: 'a negated operator and a variable that the request does not resolve',
    here: 'the value is equal to nothing, so the condition holds',
    there: 'the condition does not hold',
    right: 'Credence: observed',
    isOfKind: each =>
      listConditions(each).some(
        ({ operator, values }) =>
          operator.includes('Not') &&
          values.some(value => listVariables(value).some(key => isUnresolved(each, key))),
      ),
  },
  {
    about: '`NotResource` with a variable that the request does not resolve',
    here: 'the value matches nothing, so the statement applies',
    there: 'the statement does not apply',
    right: 'not observed: as negated operators, of which it is',
    isOfKind: each =>
      listStatements(each).some(({ NotResource = [] }) =>
        NotResource.some(value => listVariables(value).some(key => isUnresolved(each, key))),
      ),
  },
  {
    about: 'a variable whose value is the empty text',
    here: 'the empty text',
    there: 'as if the key were absent',
    right: 'not observed: a key with an empty value is there, by `Null`',
    isOfKind: each =>
      [...listConditions(each).flatMap(({ values }) => values), ...listResources(each)].some(
        value => listVariables(value).some(key => findValue(each, key) === ''),
      ),
  },
  {
    about: 'a variable before the fifth colon of a resource, in place of the account',
    here: 'resolved like any other',
    there: 'matches nothing',
    right:
      "the other evaluator, by AWS's guide, which allows variables behind the fifth colon alone; not observed",
    isOfKind: each =>
      listResources(each).some(
        value => value.split(':').length > 1 && /^(?:[^:]*:){4}\$\{/.test(value),
      ),
  },
  {
    about: 'a date of a policy in seconds since 1970',
    here: 'that instant',
    there: 'another one, or none',
    right: "Credence, by AWS's guide",
    isOfKind: hasCondition(
      ({ operator, values }) =>
        operator.startsWith('Date') && values.some(value => /^\d{10}$/.test(value)),
    ),
  },
  {
    about: 'a value of the request that is no number, or no date, under an operator for them',
    here: 'different from every number and date',
    there: 'read as far as it goes, or the condition does not hold',
    right: 'Credence: observed',
    isOfKind: hasCondition(
      ({ operator, seen }) =>
        (operator.startsWith('Numeric') && seen.some(value => parseDecimal(value) === null)) ||
        (operator.startsWith('Date') && seen.some(value => parseDateMs(value) === null)),
    ),
  },
  {
    about: 'a value of the request that is neither `true` nor `false`, under `Bool`',
    here: '`false`',
    there: 'neither',
    right: 'Credence: observed',
    isOfKind: hasCondition(
      ({ operator, seen }) =>
        operator === 'Bool' && seen.some(value => !/^(?:true|false)$/i.test(value)),
    ),
  },
  {
    about: 'the network `0.0.0.0/0`',
    here: 'every IPv4 address',
    there: 'none',
    right: "Credence: AWS's guide uses it so",
    isOfKind: hasCondition(
      ({ operator, values }) => operator.includes('IpAddress') && values.includes('0.0.0.0/0'),
    ),
  },
  {
    about: 'an IPv6 address under `NotIpAddress` with an IPv4 network, or the reverse',
    here: 'different, so the condition holds',
    there: 'the condition does not hold',
    right: 'Credence: observed',
    isOfKind: hasCondition(
      ({ operator, values, seen }) =>
        operator === 'NotIpAddress' &&
        seen.some(address => values.some(value => value.includes(':') !== address.includes(':'))),
    ),
  },
]

function hasCondition(isAsked: (condition: CaseCondition) => boolean) {
  return (smallest: RandomCase): boolean => listConditions(smallest).some(isAsked)
}

function listStatements({ identity, boundary, serviceControl, trust }: RandomCase) {
  return [...identity, boundary, ...(serviceControl ?? []), trust].flatMap(
    (policy): readonly RandomStatement[] => policy?.Statement ?? [],
  )
}

function listConditions(smallest: RandomCase): readonly CaseCondition[] {
  return listStatements(smallest).flatMap(({ Condition = {} }) =>
    Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({
        operator: operator.replace(/^For.*?:/, '').replace(/IfExists$/, ''),
        values,
        seen: [findValue(smallest, key) ?? []].flat(),
      })),
    ),
  )
}

function listResources(smallest: RandomCase): readonly string[] {
  return listStatements(smallest).flatMap(({ Resource = [], NotResource = [] }) => [
    ...Resource,
    ...NotResource,
  ])
}

function listVariables(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].map(([, key = '']) => key).filter(key => key.includes(':'))
}

function isUnresolved(smallest: RandomCase, key: string): boolean {
  return typeof findValue(smallest, key) !== 'string'
}

function findValue({ context }: RandomCase, key: string): ContextValue | null {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())
  return found?.[1] ?? null
}
