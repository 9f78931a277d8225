import type { AuthorizationRequest, Decision } from '../../policy/decision.ts'
import { createRequestContext } from '../../policy/request-context.ts'
import type { ActionDecision } from '../call-record.ts'

/** What most decisions are about. */
export const ASKED: AuthorizationRequest = {
  action: 'sts:GetWebIdentityToken',
  resource: '*',
  context: createRequestContext([
    ['aws:SourceIp', '192.0.2.1'],
    ['aws:TagKeys', ['a', 'b']],
  ]),
}

/** An explicit denial by an identity policy. */
export const DENIED = {
  effect: 'deny',
  kind: 'explicit',
  layer: 'identity-based policy',
  statements: [{ layer: 'identity-based policy', policyId: 'inline:p', statementId: 'No' }],
} as const satisfies Decision

/** A denial for want of an Allow. */
export const NOT_ALLOWED = {
  effect: 'deny',
  kind: 'implicit',
  layer: 'session policy',
  statements: [],
} as const satisfies Decision

/** A grant by an identity policy. */
export const ALLOWED = {
  effect: 'allow',
  statements: [{ layer: 'identity-based policy', policyId: 'inline:p', statementId: '0' }],
} as const satisfies Decision

/** A decision about {@link ASKED}. */
export function decided(decision: Decision | null, isAboutTrust = false): ActionDecision {
  return { request: ASKED, decision, isAboutTrust }
}
