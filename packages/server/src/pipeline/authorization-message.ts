import { AUTHORIZATION_MESSAGE } from '../operations/sts/decode-authorization-message.ts'
import type { AuthorizationRequest, Denial } from '../policy/decision.ts'
import type { Caller } from '../principals/caller.ts'
import type { Sealer } from '../secrets/sealer.ts'

/** The longest message that `DecodeAuthorizationMessage` takes. */
const MAX_MESSAGE_CHARACTERS = 10_240

/**
 * The details of a denial, sealed for the caller's account: who may call `DecodeAuthorizationMessage`
 * there reads them, the refused caller does not. The members are those of AWS's decoded messages (AWS
 * STS API Reference: DecodeAuthorizationMessage). Null when it would be too long to be decoded.
 */
export function encodeAuthorizationMessage(
  sealer: Sealer,
  caller: Caller,
  request: AuthorizationRequest,
  denial: Denial,
): string | null {
  const items = denial.statements.map(({ layer, policyId, statementId }) => ({
    statementId,
    effect: 'DENY',
    policyId,
    layer,
  }))
  const details = {
    allowed: false,
    explicitDeny: denial.kind === 'explicit',
    matchedStatements: { items },
    failures: { items: [] },
    context: {
      principal: { id: caller.userId, arn: caller.arn },
      action: request.action,
      resource: request.resource,
      conditions: {
        items: [...request.context].map(([key, value]) => ({
          key,
          values: { items: [value].flat().map(text => ({ value: text })) },
        })),
      },
    },
  }
  const context = { purpose: AUTHORIZATION_MESSAGE, recordId: caller.account.id } as const
  const sealed = sealer.seal(context, Buffer.from(JSON.stringify(details), 'utf8'))
  const text = Buffer.from(sealed).toString('base64')
  return text.length <= MAX_MESSAGE_CHARACTERS ? text : null
}
