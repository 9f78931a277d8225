import { findProviderClaims } from '../../principals/provider-claims.ts'
import { listOpenProviders } from '../caller-claims.ts'
import type { Condition, Policy, Statement } from '../policy-document.ts'
import { isPositive, listTrustedProviders, type TrustedProvider } from '../provider-controls.ts'
import { createFinding, type LintFinding } from './finding.ts'
import { suggestName } from './suggest-name.ts'

/** Finds trust policies that trust more than they seem to, or ask tokens for claims that are not read. */
export function lintTrust(policy: Policy): readonly LintFinding[] {
  if (policy.kind !== 'trust') return []
  return [
    ...policy.statements.flatMap(lintEveryone),
    ...listOpenProviders(policy).map(createOpenProviderFinding),
    ...listTrustedProviders(policy).flatMap(lintClaims),
  ]
}

/** Keys of the principal that nobody can give to himself. */
const TELLS_PRINCIPALS =
  /^aws:(?:principal(?:arn|account|orgid|orgpaths)|userid|sourceaccount|sourceorgid|federatedprovider)$/

function lintEveryone({ id, effect, principals, conditions }: Statement): readonly LintFinding[] {
  const isOpen =
    effect === 'Allow' &&
    principals?.entries.some(({ kind }) => kind === 'everyone') === true &&
    !conditions.some(tellsPrincipals)
  if (!isOpen) return []
  return [
    createFinding({
      id: 'trust-for-everyone',
      statementId: id,
      operator: 'Principal',
      key: '*',
      explanation:
        'Everyone, in every account, is trusted: name the principals, or ask for aws:PrincipalOrgID, aws:PrincipalAccount or aws:PrincipalArn.',
    }),
  ]
}

function tellsPrincipals(condition: Condition): boolean {
  return (
    condition.kind === 'value' &&
    !condition.negated &&
    !condition.ifExists &&
    condition.quantifier !== 'all' &&
    (TELLS_PRINCIPALS.test(condition.contextKey) ||
      // A key with a dot is a claim of a token: `callers-not-told-apart` judges those.
      (isPositive(condition) && condition.contextKey.includes('.'))) &&
    !condition.values.some(value => /^[*?]*$/.test(value))
  )
}

function createOpenProviderFinding({ statement, issuer }: TrustedProvider): LintFinding {
  const key = `${issuer}:sub`
  return createFinding({
    id: 'callers-not-told-apart',
    statementId: statement.id,
    operator: 'StringEquals',
    key,
    explanation: `Whoever has a token of ${issuer} may assume the role: compare ${key}, or another claim that tells its callers apart.`,
  })
}

/** What is read of every issuer's tokens. */
const COMMON_CLAIMS = ['aud', 'sub', 'amr', 'oaud', 'email']

function lintClaims({ statement, principal, issuer }: TrustedProvider): readonly LintFinding[] {
  if (!principal.includes(':oidc-provider/')) return []
  const own = findProviderClaims(issuer).map(({ name }) => name)
  const keys = [...COMMON_CLAIMS, ...own].map(claim => `${issuer}:${claim}`)
  const known = new Set(keys.map(key => key.toLowerCase()))
  return statement.conditions
    .filter(
      ({ contextKey }) =>
        contextKey.startsWith(`${issuer.toLowerCase()}:`) && !known.has(contextKey),
    )
    .map(condition =>
      createFinding({
        id: 'unknown-key',
        statementId: statement.id,
        operator: condition.operator,
        key: condition.key,
        isStatementIdle: isPositive(condition) && condition.quantifier !== 'all',
        explanation: `No claim of a token is ${condition.key}${suggestName(condition.key, keys) || '.'}`,
      }),
    )
}
