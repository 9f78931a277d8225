import { type BareRefusal, ERROR_TABLE, type ServiceError } from '../errors.ts'
import { findApiOrDefault } from '../operations/apis.ts'
import type { Operation } from '../operations/operation.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { WireResponse } from '../wire/message.ts'
import { encodeAuthorizationMessage } from './authorization-message.ts'
import type { CallRecord } from './call-record.ts'

/** Step 8 of the pipeline: the answer to a call that was granted. */
export function formatSuccessResponse(
  record: CallRecord,
  operation: Operation,
  output: unknown,
): WireResponse {
  const { requestId } = record
  const { name: action, api } = operation
  const { xmlNamespace } = api
  return {
    status: 200,
    headers: formatHeaders(record),
    body: record.wire.formatOutput({ action, xmlNamespace, requestId }, operation.output, output),
  }
}

/** Step 8 of the pipeline: the answer to a call that was refused. */
export function formatErrorResponse(
  record: CallRecord,
  refusal: ServiceError,
  sealer: Sealer,
): WireResponse {
  const { requestId, wire } = record
  const { xmlNamespace } = record.operation?.api ?? findApiOrDefault(null)
  return {
    status: ERROR_TABLE[refusal.code].httpStatus,
    headers: { ...formatHeaders(record), ...formatDenialHeader(record, sealer) },
    body: wire.formatError({ xmlNamespace, requestId }, refusal),
  }
}

/**
 * The answer to a request that is no call of an API: a status without a body, perhaps a redirect. It
 * has the request ids that every answer has (aws-wire-news §8: seen on the redirect; UNVERIFIED on the
 * others).
 */
export function formatBareResponse(
  record: CallRecord,
  { httpStatus, headers }: BareRefusal,
): WireResponse {
  return { status: httpStatus, headers: { ...formatIds(record), ...headers }, body: '' }
}

/**
 * The sealed details of a denial go into a header, because the body has AWS's text and nothing else.
 */
function formatDenialHeader(
  { caller, decisions }: CallRecord,
  sealer: Sealer,
): Record<string, string> {
  const last = decisions.at(-1)
  if (caller === null || last === undefined || last.isAboutTrust) return {}
  const { request, decision } = last
  if (decision === null || decision.effect === 'allow') return {}
  const message = encodeAuthorizationMessage(sealer, caller, request, decision)
  return message === null ? {} : { 'x-credence-authorization-message': message }
}

function formatHeaders(record: CallRecord): Record<string, string> {
  return { 'content-type': record.wire.responseTypes[0], ...formatIds(record) }
}

/** STS names its requests twice, whether or not there was an operation to refuse (aws-wire-news §8). */
function formatIds(record: CallRecord): Record<string, string> {
  const { requestId, operation, incoming } = record
  const ids: Record<string, string> = { 'x-amzn-requestid': requestId }
  const api = operation?.api ?? findApiOrDefault(incoming?.version ?? null)
  if (api.hasExtendedRequestId) {
    ids['x-amz-sts-extended-request-id'] = formatExtendedRequestId(record)
  }
  return ids
}

/** Base64 of `1:<region>:S:<epoch-ms>:R:<8 characters>`, as STS sends it (aws-wire §1.5). */
function formatExtendedRequestId(record: CallRecord): string {
  const { region, homeRegion, nowMs, requestId } = record
  return btoa(`1:${region ?? homeRegion}:S:${nowMs}:R:${requestId.slice(0, 8)}`)
}
