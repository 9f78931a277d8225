import { quote, VerifyError } from '../errors.ts'
import { isJsonObject, isStringArray } from '../json.ts'
import { isAccountId } from '../principal.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { compilePattern } from './match-pattern.ts'
import type { ComputeConditions, TrustConditions } from './trust-rule.ts'

/** One condition: null when it holds, otherwise the reason why not. */
export interface Condition {
  readonly name: string
  readonly refuse: (token: VerifiedToken) => string | null
}

/** The values of a token that a condition looks at. */
type Reader = (token: VerifiedToken) => readonly string[]

/** How the values of a condition must be written; null, or what is wrong with one. */
type ValueCheck = (value: string) => string | null

interface ListCondition {
  readonly read: Reader
  readonly check: ValueCheck
}

const asList = (value: string | undefined): readonly string[] =>
  value === undefined ? [] : [value]
const anything: ValueCheck = () => null

const LIST_CONDITIONS: Readonly<
  Record<Exclude<keyof TrustConditions, 'principalTags' | 'requestTags' | 'compute'>, ListCondition>
> = {
  accounts: {
    read: token => [token.principal.account],
    check: value => (isAccountId(value) ? null : 'is not a twelve-digit account id'),
  },
  organizations: {
    read: token => asList(token.aws.org_id),
    check: value => (/^o-[^*/]+$/.test(value) ? null : 'is not the id of an organization, o-…'),
  },
  organizationPaths: {
    read: token => token.aws.ou_path ?? [],
    check: value =>
      /^o-[^*/]+\//.test(value) ? null : 'does not begin with an organization, o-…/',
  },
  subjects: { read: token => [token.principal.arn], check: checkSubject },
  regions: { read: token => [token.aws.source_region], check: anything },
  sourceIdentities: { read: token => asList(token.aws.source_identity), check: anything },
}

const COMPUTE_CONDITIONS: Readonly<Record<keyof ComputeConditions, Reader>> = {
  ec2Instances: token => asList(token.aws.ec2_source_instance_arn),
  ec2Vpcs: token => asList(token.aws.ec2_instance_source_vpc),
  ec2PrivateIpv4s: token => asList(token.aws.ec2_instance_source_private_ipv4),
  ec2RoleDeliveries: token => asList(token.aws.ec2_role_delivery),
  lambdaFunctions: token => asList(token.aws.lambda_source_function_arn),
  glueServices: token => asList(token.aws.glue_credential_issuing_service),
}

const TAG_CONDITIONS = {
  principalTags: (token: VerifiedToken) => token.aws.principal_tags,
  requestTags: (token: VerifiedToken) => token.aws.request_tags,
}

/** Conditions of which one must be there: the others say nothing about whose principal it is. */
const IDENTITY_CONDITIONS = ['accounts', 'organizations', 'organizationPaths', 'subjects']

/**
 * Checks the conditions of a rule and makes them executable.
 *
 * @param label what messages call the rule
 * @throws VerifyError `rules_invalid`
 */
export function compileConditions(when: unknown, label: string): readonly Condition[] {
  if (!isJsonObject(when)) throw invalid(label, 'when is not an object')
  const names = Object.keys(when)
  if (!names.some(name => IDENTITY_CONDITIONS.includes(name))) {
    throw invalid(
      label,
      `none of ${IDENTITY_CONDITIONS.join(', ')} is there: it would trust anybody`,
    )
  }
  const isBound = names.some(name => name !== 'subjects' && IDENTITY_CONDITIONS.includes(name))
  if (!isBound && hasAnyAccount(when['subjects'])) {
    throw invalid(label, 'subjects of any account need accounts or organizations as well')
  }
  return names.flatMap(name => compileCondition(name, when[name], label))
}

function compileCondition(name: string, value: unknown, label: string): readonly Condition[] {
  if (isKeyOf(LIST_CONDITIONS, name)) {
    const { read, check } = LIST_CONDITIONS[name]
    return [compileList(name, value, read, check, label)]
  }
  if (isKeyOf(TAG_CONDITIONS, name)) {
    const readTags = TAG_CONDITIONS[name]
    return parseMembers(name, value, label).map(([key, patterns]) => {
      const list = typeof patterns === 'string' ? [patterns] : patterns
      const read: Reader = token => {
        const tags = readTags(token)
        return asList(tags?.[key])
      }
      return compileList(`${name}.${key}`, list, read, anything, label)
    })
  }
  if (name === 'compute') {
    return parseMembers(name, value, label).map(([key, patterns]) => {
      if (!isKeyOf(COMPUTE_CONDITIONS, key)) {
        throw invalid(label, `there is no condition ${quote(`compute.${key}`)}`)
      }
      return compileList(`compute.${key}`, patterns, COMPUTE_CONDITIONS[key], anything, label)
    })
  }
  throw invalid(label, `there is no condition ${quote(name)}`)
}

function compileList(
  name: string,
  patterns: unknown,
  read: Reader,
  check: ValueCheck,
  label: string,
): Condition {
  if (!isStringArray(patterns) || patterns.length === 0 || patterns.includes('')) {
    throw invalid(label, `${name} is not a list of at least one text`)
  }
  for (const pattern of patterns) {
    const wrong = check(pattern)
    if (wrong) throw invalid(label, `${name}: ${quote(pattern)} ${wrong}`)
  }
  const matchers = patterns.map(compilePattern)
  return {
    name,
    refuse: token => {
      const values = read(token)
      if (values.some(value => matchers.some(matches => matches(value)))) return null
      if (values.length === 0) return 'the token does not say'
      return `${quote(values.join(' '))} is none of ${quote(patterns.join(' '))}`
    },
  }
}

function parseMembers(name: string, value: unknown, label: string): [string, unknown][] {
  const members = isJsonObject(value) ? Object.entries(value) : []
  if (members.length === 0)
    throw invalid(label, `${name} is not an object with at least one member`)
  return members
}

function checkSubject(pattern: string): string | null {
  if (pattern.startsWith('arn:') && pattern.includes(':assumed-role/')) {
    return 'names a session; sub names the role: arn:aws:iam::<account>:role/<path>/<name>'
  }
  const isSubject = /^arn:aws[a-z-]*:iam::(?:\d{12}|\*):(?:root$|(?:role|user)\/.)/.test(pattern)
  return isSubject ? null : 'is not arn:aws:iam::<account>:role/… or user/… or root'
}

function hasAnyAccount(subjects: unknown): boolean {
  return isStringArray(subjects) && subjects.some(pattern => pattern.includes(':iam::*:'))
}

function isKeyOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name)
}

function invalid(label: string, reason: string): VerifyError {
  return new VerifyError('rules_invalid', `${label}: ${reason}`)
}
