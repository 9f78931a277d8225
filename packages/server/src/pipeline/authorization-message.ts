import { AUTHORIZATION_MESSAGE } from '../operations/sts/decode-authorization-message.ts'
import type { AuthorizationRequest, Denial } from '../policy/decision.ts'
import type { Caller } from '../principals/caller.ts'
import type { Sealer } from '../secrets/sealer.ts'

/**
 * The longest message in a header. A reverse proxy keeps all headers of an answer in one buffer, whose
 * default size can be as small as 4 KiB (nginx: proxy_buffer_size). When the headers don't fit, the
 * proxy answers with a 502 of its own.
 */
const MAX_MESSAGE_CHARACTERS = 3072

/**
 * The details of a denial, sealed for the caller's account. They can be read by principals that may
 * call `DecodeAuthorizationMessage` there, and not by the refused caller. The members are those of
 * AWS's decoded messages (AWS STS API Reference: DecodeAuthorizationMessage). When the condition keys
 * would make the message too long, it has `conditionsOmitted` instead of them. Null when it is too long
 * even then.
 */
export function encodeAuthorizationMessage(
  sealer: Sealer,
  caller: Caller,
  request: AuthorizationRequest,
  denial: Denial,
): string | null {
  const conditions = {
    conditions: {
      items: [...request.context].map(([key, value]) => ({
        key,
        values: { items: [value].flat().map(text => ({ value: text })) },
      })),
    },
  }
  const omission = { conditions: { items: [] }, conditionsOmitted: true }
  for (const part of [conditions, omission]) {
    const message = seal(sealer, caller, toDecodedMessage(caller, request, denial, part))
    if (message.length <= MAX_MESSAGE_CHARACTERS) return message
  }
  return null
}

function toDecodedMessage(
  caller: Caller,
  request: AuthorizationRequest,
  denial: Denial,
  conditions: object,
): object {
  const items = denial.statements.map(({ layer, policyId, statementId }) => ({
    statementId,
    effect: 'DENY',
    policyId,
    layer,
  }))
  return {
    allowed: false,
    explicitDeny: denial.kind === 'explicit',
    matchedStatements: { items },
    failures: { items: [] },
    context: {
      principal: { id: caller.userId, arn: caller.arn },
      action: request.action,
      resource: request.resource,
      ...conditions,
    },
  }
}

function seal(sealer: Sealer, caller: Caller, details: object): string {
  const context = { purpose: AUTHORIZATION_MESSAGE, recordId: caller.account.id } as const
  const sealed = sealer.seal(context, Buffer.from(JSON.stringify(details), 'utf8'))
  return Buffer.from(sealed).toString('base64')
}
