import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate'
import type { ApplicablePolicies, AppliedPolicy } from '../../src/policy/applicable-policies.ts'
import { evaluateRequest, evaluateTrust } from '../../src/policy/evaluate.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import type { PolicyKind } from '../../src/policy/policy-document.ts'
import { createRequestContext } from '../../src/policy/request-context.ts'
import { parseAccountId } from '../../src/principals/identifiers.ts'
import { ACCOUNT, CALLER, type RandomCase, type RandomPolicy } from './random-cases.ts'

/** Whether Credence allows what the case asks for. */
export function isAllowedHere(asked: RandomCase): boolean {
  const { action, resource, context, identity, boundary, serviceControl, trust } = asked
  const policies: ApplicablePolicies = {
    identity: identity.map(policy => apply(policy, 'identity')),
    boundary: boundary === null ? null : apply(boundary, 'boundary'),
    session: null,
    scopeDown: [],
    serviceControl: (serviceControl ?? []).map(policy => [apply(policy, 'scp')]),
    resourceControl: [],
    isAccountRoot: false,
  }
  const request = { action, resource, context: createRequestContext(Object.entries(context)) }
  if (trust === null) return evaluateRequest(request, policies).effect === 'allow'
  const accountId = parseAccountId(ACCOUNT)
  const decision = evaluateTrust(request, policies, {
    ...apply(trust, 'trust'),
    accountId,
    principal: { kind: 'aws', accountId, partition: 'aws', ownNames: [CALLER], issuerNames: [] },
  })
  return decision.effect === 'allow'
}

function apply(policy: RandomPolicy, kind: PolicyKind): AppliedPolicy {
  return { policyId: kind, policy: parsePolicy(JSON.stringify(policy), kind) }
}

/** Whether the other evaluator allows it; null when it does not take the case. */
export async function isAllowedThere(asked: RandomCase): Promise<boolean | null> {
  const { action, resource, context, identity, boundary, serviceControl, trust } = asked
  const simulation: Simulation = {
    request: {
      principal: CALLER,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: Object.fromEntries(
        Object.entries(context).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : [...value],
        ]),
      ),
    },
    identityPolicies: identity.map(policy => ({ name: 'identity', policy })),
    serviceControlPolicies: (serviceControl ?? []).map((policy, level) => ({
      orgIdentifier: `level-${level}`,
      policies: [{ name: 'scp', policy }],
    })),
    resourceControlPolicies: [],
    ...(boundary !== null && {
      permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }],
    }),
    ...(trust !== null && { resourcePolicy: trust }),
  }
  // The quick way does not take policies of resources.
  if (trust === null) return runUnsafeSimulation(simulation, {}) === 'Allowed'
  const outcome = await runSimulation(simulation, {})
  return outcome.resultType === 'error' ? null : outcome.overallResult === 'Allowed'
}
