import { matchWildcard } from '../match-wildcard.ts'
import type { Condition, Policy, Statement } from '../policy-document.ts'
import { createFinding, type LintFinding } from './finding.ts'

/**
 * The second action that must be allowed when a request brings tags, by the first in lower case.
 */
const TAGGING: ReadonlyMap<string, string> = new Map([
  ['sts:assumerole', 'sts:TagSession'],
  ['sts:assumerolewithsaml', 'sts:TagSession'],
  ['sts:assumerolewithwebidentity', 'sts:TagSession'],
  ['sts:getfederationtoken', 'sts:TagSession'],
  ['sts:getwebidentitytoken', 'sts:TagGetWebIdentityToken'],
  ['iam:createinstanceprofile', 'iam:TagInstanceProfile'],
  ['iam:createopenidconnectprovider', 'iam:TagOpenIDConnectProvider'],
  ['iam:createpolicy', 'iam:TagPolicy'],
  ['iam:createrole', 'iam:TagRole'],
  ['iam:createsamlprovider', 'iam:TagSAMLProvider'],
  ['iam:createuser', 'iam:TagUser'],
  ['iam:createvirtualmfadevice', 'iam:TagMFADevice'],
  ['iam:uploadservercertificate', 'iam:TagServerCertificate'],
])

const SOURCE_IDENTITY: ReadonlyMap<string, string> = new Map(
  ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'].map(action => [
    action,
    'sts:SetSourceIdentity',
  ]),
)

/**
 * Finds Allows whose condition asks for something in the request that needs a second permission.
 */
export function lintSecondPermissions(
  policy: Policy,
  statement: Statement,
): readonly LintFinding[] {
  const { id, effect, actions, conditions } = statement
  if (effect === 'Deny' || actions.negated) return []
  return conditions.flatMap(condition => {
    const needs = findNeeds(condition)
    if (needs === null) return []
    const missing = actions.texts.flatMap(text => {
      const second = needs.get(text.toLowerCase())
      return second === undefined || isAllowed(policy, second) ? [] : [{ text, second }]
    })
    const { operator, key } = condition
    return missing.slice(0, 1).map(({ text, second }) =>
      createFinding({
        id: 'second-permission-missing',
        statementId: id,
        operator: operator,
        key: key,
        explanation: `${text} with ${key} in the request needs ${second} too, which this policy does not allow.`,
      }),
    )
  })
}

/** The actions that need a second one when the condition holds; null when it holds without the key. */
function findNeeds(condition: Condition): ReadonlyMap<string, string> | null {
  const { contextKey } = condition
  if (condition.kind === 'null') {
    if (condition.asked.includes(true)) return null
  } else if (condition.ifExists || condition.negated || condition.quantifier === 'all') return null
  if (contextKey === 'sts:sourceidentity') return SOURCE_IDENTITY
  return contextKey === 'aws:tagkeys' || contextKey.startsWith('aws:requesttag/') ? TAGGING : null
}

function isAllowed({ statements }: Policy, action: string): boolean {
  return statements.some(
    ({ effect, actions: { patterns, negated } }) =>
      effect === 'Allow' &&
      patterns.some(pattern => matchWildcard(pattern, action.toLowerCase())) !== negated,
  )
}
