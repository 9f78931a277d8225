import type { ApplicablePolicies, TrustedResource } from './applicable-policies.ts'
import type { AuthorizationRequest, Decision, PolicyLayer } from './decision.ts'
import { type Evaluation, type JudgedLayer, judgeRequest, judgeTrust } from './evaluate.ts'
import type { PolicyTrace } from './evaluate-layer.ts'

/** The whole evaluation as plain data: it can be printed, and stored as JSON. */
export interface Explanation {
  readonly decision: Decision
  /** In the order in which a denial is looked for; layers that are not there are left out. */
  readonly layers: readonly LayerExplanation[]
}

/** What one layer, or one level of an organization's layer, contributed. */
export interface LayerExplanation {
  readonly layer: PolicyLayer
  /** The level of the organization, counted from the root as 0; null for other layers. */
  readonly level: number | null
  readonly outcome: 'allows' | 'denies' | 'does not allow'
  /** Whether the request needed this layer to allow. */
  readonly isRequired: boolean
  readonly policies: readonly PolicyTrace[]
}

/**
 * `evaluateRequest`, with what every statement of every layer had to say. Names of keys are in it,
 * values of the request are not.
 */
export function explainRequest(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
): Explanation {
  return toExplanation(judgeRequest(request, policies, true))
}

/** `evaluateTrust`, with what every statement of every layer had to say. */
export function explainTrust(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  trusted: TrustedResource,
): Explanation {
  return toExplanation(judgeTrust(request, policies, trusted, true))
}

function toExplanation({ decision, layers }: Evaluation): Explanation {
  return { decision, layers: layers.map(toLayerExplanation) }
}

function toLayerExplanation(judged: JudgedLayer): LayerExplanation {
  const { layer, level, isRequired, policies } = judged
  return { layer, level, outcome: findOutcome(judged), isRequired, policies }
}

function findOutcome({ allows, denies }: JudgedLayer): LayerExplanation['outcome'] {
  if (denies.length > 0) return 'denies'
  return allows.length > 0 ? 'allows' : 'does not allow'
}
