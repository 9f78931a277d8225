import type { AuditFields } from '../audit/event.ts'
import type { Caller } from '../principals/caller.ts'
import type { ActionDecision } from './call-record.ts'

/**
 * A decision of the policies as the audit keeps it. For a denial, the audit also keeps the condition
 * keys and the caller's session policies, because they are recorded nowhere else. So the denial can be
 * explained later (`credence policy explain`).
 */
export function toDecisionFields(
  { request, decision }: ActionDecision,
  caller: Caller | null,
): AuditFields {
  const effect = decision?.effect ?? 'deny'
  const decidedBy = (decision?.statements ?? []).map(({ layer, policyId, statementId }) => ({
    layer,
    policyId,
    statementId,
  }))
  const { action, resource, context } = request
  return {
    action,
    resource,
    effect,
    decidedBy,
    ...(effect === 'deny' && {
      context: Object.fromEntries(context),
      ...toSessionPolicyFields(caller),
    }),
  }
}

function toSessionPolicyFields(caller: Caller | null): AuditFields {
  const { inlinePolicy = null, policyArns = [], scopeDownPolicies = [] } = caller?.session ?? {}
  if (inlinePolicy === null && policyArns.length + scopeDownPolicies.length === 0) return {}
  return { sessionPolicies: { inlinePolicy, policyArns, scopeDownPolicies } }
}
