import { ServiceError } from '../errors.ts'
import { matchWildcard } from './match-wildcard.ts'
import type { Condition, Policy, Statement, ValueCondition } from './policy-document.ts'
import { EQUALITY_PROVIDERS, SHARED_PROVIDERS } from './shared-providers.ts'

/** An OIDC provider whose tokens an Allow statement of a trust policy accepts. */
export interface TrustedProvider {
  readonly statement: Statement
  /** As the policy names it: an ARN, or one of AWS's built-in names. */
  readonly principal: string
  /** The issuer without `https://`. */
  readonly issuer: string
}

/** Lists whose tokens a trust policy accepts, statement by statement. What Deny names is not among them. */
export function listTrustedProviders({ statements }: Policy): readonly TrustedProvider[] {
  return statements.filter(acceptsTokens).flatMap(statement =>
    (statement.principals?.entries ?? []).flatMap(entry => {
      if (entry.kind !== 'federated') return []
      const principal = entry.provider
      const [issuer = principal] = /(?<=:oidc-provider\/).+/s.exec(principal) ?? []
      return [{ statement, principal, issuer }]
    }),
  )
}

function acceptsTokens({ effect, actions: { patterns, negated } }: Statement): boolean {
  const isNamed = patterns.some(each => matchWildcard(each, 'sts:assumerolewithwebidentity'))
  return effect === 'Allow' && isNamed !== negated
}

/**
 * Refuses a trust policy that accepts tokens of an OIDC provider which many organizations share,
 * unless it asks whose token it is. Otherwise every customer of the provider could assume the role.
 * What AWS accepts was observed in every detail, and so were the texts (aws-wire-news §2).
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function checkProviderControls(policy: Policy): void {
  for (const provider of listTrustedProviders(policy)) {
    const reason = findMissingControl(provider)
    if (reason !== null) throw new ServiceError('MalformedPolicyDocument', reason)
  }
}

const COGNITO = 'cognito-identity.amazonaws.com'
/** AWS takes every issuer that begins with this for GitHub's. */
const GITHUB = 'token.actions.githubusercontent.com'

function findMissingControl({ statement, principal, issuer }: TrustedProvider): string | null {
  const { conditions } = statement
  // The host of an issuer has no case.
  const known = issuer.toLowerCase()
  const older = EQUALITY_PROVIDERS.find(provider => provider.issuer === known)
  if (older !== undefined) {
    return comparesKeyAsWritten(conditions, older.keys)
      ? null
      : `Policy trusting ${known} requires a StringEquals condition on an application id`
  }
  if (known.startsWith(GITHUB)) {
    const keys = [`${issuer}:sub`, `${issuer}:job_workflow_ref`]
    return isScoped(conditions, keys, value => value.trim() !== '' && !value.startsWith('*'))
      ? null
      : formatMissingControl(principal, keys)
  }
  const keys = findRequiredKeys(issuer)
  if (keys === null || isScoped(conditions, keys, value => value !== '*')) return null
  if (known === COGNITO && conditions.length === 0) {
    return 'A condition block must be present for the Cognito provider'
  }
  return formatMissingControl(issuer, keys)
}

/** The condition keys that AWS names for an issuer; null for one that it does not know as shared. */
export function findRequiredKeys(issuer: string): readonly string[] | null {
  const known = issuer.toLowerCase()
  const providers = [...SHARED_PROVIDERS, ...EQUALITY_PROVIDERS]
  return providers.find(shared => shared.issuer === known)?.keys ?? null
}

/** AWS names GitHub by its ARN, and all others by their issuer. */
function formatMissingControl(principal: string, keys: readonly string[]): string {
  return `Trust policy with trusted principal ${principal} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, ${keys.join(' or ')} which is not scoped to all.`
}

/** The older rule: equality on a key that is written exactly so, with whatever values. */
function comparesKeyAsWritten(conditions: readonly Condition[], keys: readonly string[]): boolean {
  return conditions.some(
    condition =>
      isPositive(condition) && !isOperator(condition, 'StringLike') && keys.includes(condition.key),
  )
}

/**
 * Whether some operator compares one of the keys, and under that operator none of the keys has a value
 * that is not allowed.
 */
function isScoped(
  conditions: readonly Condition[],
  keys: readonly string[],
  isAllowed: (value: string) => boolean,
): boolean {
  const contextKeys = keys.map(key => key.toLowerCase())
  const concerned = conditions
    .filter(isPositive)
    .filter(({ contextKey }) => contextKeys.includes(contextKey))
  return concerned.some(({ operator }) =>
    concerned
      .filter(condition => condition.operator === operator)
      .every(({ values }) => values.every(isAllowed)),
  )
}

/**
 * Whether the operator is one of the three that look for a text: not negated, and without
 * `IfExists`.
 */
export function isPositive(condition: Condition): condition is ValueCondition {
  return (
    condition.kind === 'value' &&
    !condition.ifExists &&
    ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase'].some(name =>
      isOperator(condition, name),
    )
  )
}

/** Whether it is the operator of this name, with or without a set prefix. */
function isOperator({ operator }: Condition, name: string): boolean {
  return operator === name || operator.endsWith(`:${name}`)
}
