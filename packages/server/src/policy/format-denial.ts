import type { Denial } from './decision.ts'

/** What an AccessDenied message speaks of. */
export interface DenialText {
  /** The user's ARN, or the assumed-role ARN of a session. */
  readonly callerArn: string
  readonly action: string
  readonly resource: string
  /** Null to give no reason: `AssumeRole` does not tell whether a role exists (aws-wire §5.5). */
  readonly decision: Denial | null
  /** The policy that denies explicitly, where it may be told; AWS's newer texts end with it. */
  readonly policyArn?: string
}

/** The message of `AccessDenied`, word for word as AWS writes it: without a full stop (aws-wire §5.5). */
export function formatDenial(denial: DenialText): string {
  const { callerArn, action, resource } = denial
  const text = `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource}`
  return `${text}${formatReason(denial)}`
}

function formatReason({ action, decision, policyArn }: DenialText): string {
  if (decision === null) return ''
  const { layer } = decision
  if (decision.kind === 'implicit') return ` because no ${layer} allows the ${action} action`
  const article = layer === 'identity-based policy' ? 'an' : 'a'
  const source = policyArn === undefined ? '' : `: ${policyArn}`
  return ` with an explicit deny in ${article} ${layer}${source}`
}
