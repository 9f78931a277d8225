import type { Explanation } from '../policy/explain.ts'
import type { Store } from '../store/ports.ts'
import { explainQuestion, type PolicyDirectory } from './explain-question.ts'
import type { RecordedCall, RecordedDecision } from './recorded-call.ts'
import { restoreSubject } from './restore-subject.ts'

/** Why a decision is not evaluated again. */
export type Obstacle =
  /** The call was allowed, so the record has no condition keys. */
  | 'allowed'
  /** The denial was recorded without its condition keys. */
  | 'no context'
  /** A value was redacted or cut in the record, so the request can't be made up again. */
  | 'altered context'
  /** The user, role, provider or account is gone. */
  | 'principal gone'
  /** The role that it is about does not exist, which decides the call. */
  | 'no such role'

/** A recorded decision beside what the policies say now. */
export interface ExplainedDecision {
  readonly recorded: RecordedDecision
  /** The evaluation as it comes out now; null with an obstacle. */
  readonly now: Explanation | null
  readonly obstacle: Obstacle | null
  /** The policies decide otherwise now, or by other statements; null when that is not known. */
  readonly isChanged: boolean | null
}

/** Evaluates the denials of a recorded call again, with the policies as they are now. */
export async function explainCall(
  store: Store,
  directory: PolicyDirectory,
  call: RecordedCall,
): Promise<readonly ExplainedDecision[]> {
  const decisions = call.additionalEventData?.authorization ?? []
  return Promise.all(decisions.map(recorded => explainDecision(store, directory, call, recorded)))
}

async function explainDecision(
  store: Store,
  directory: PolicyDirectory,
  call: RecordedCall,
  recorded: RecordedDecision,
): Promise<ExplainedDecision> {
  const blocked = (obstacle: Obstacle): ExplainedDecision => ({
    recorded,
    now: null,
    obstacle,
    isChanged: null,
  })
  const { action, resource, effect, context } = recorded
  if (effect === 'allow') return blocked('allowed')
  if (context === undefined) return blocked('no context')
  const { arn = '', principalId = '' } = call.userIdentity
  const { inlinePolicy = null, scopeDownPolicies = [] } = recorded.sessionPolicies ?? {}
  const policies = [inlinePolicy ?? '', ...scopeDownPolicies]
  const values = [...Object.entries(context).flat(2), resource, arn, principalId, ...policies]
  if (values.some(isAltered)) return blocked('altered context')
  const subject = await restoreSubject(store, call, recorded)
  if (subject === null) return blocked('principal gone')
  const request = { action, resource, context: new Map(Object.entries(context)) }
  const now = await explainQuestion(directory, subject, request)
  if (now === null) return blocked('no such role')
  return { recorded, now, obstacle: null, isChanged: isOtherwise(recorded, now) }
}

/** The marks that the audit leaves (docs/audit.md: what is cut and what is hidden). */
function isAltered(value: string): boolean {
  return value.includes('[redacted') || value.length >= MAX_RECORDED_LENGTH
}

const MAX_RECORDED_LENGTH = 4096

function isOtherwise({ effect, decidedBy }: RecordedDecision, { decision }: Explanation): boolean {
  if (decision.effect !== effect) return true
  const list = (statements: RecordedDecision['decidedBy']): string =>
    JSON.stringify(
      statements.map(({ layer, policyId, statementId }) => [layer, policyId, statementId]).sort(),
    )
  return list([...decision.statements]) !== list(decidedBy)
}
