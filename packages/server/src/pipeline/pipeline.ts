import type { AuditSink } from '../audit/event.ts'
import type { Directory } from '../directory/directory.ts'
import { BareRefusal, ServiceError, UnavailableError } from '../errors.ts'
import type { Call, Operation, UnsignedCall } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import type { Caller } from '../principals/caller.ts'
import type { Clock } from '../runtime/clock.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { SessionCredentials } from '../sessions/session-credentials.ts'
import type { CallMetrics } from '../telemetry/call-metrics.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { ReceivedRequest, WireRequest, WireResponse } from '../wire/message.ts'
import type { SignatureVerifier } from '../wire/sigv4/verify.ts'
import { authenticate, readClaim } from './authenticate.ts'
import { authorize } from './authorize.ts'
import { CallRecord } from './call-record.ts'
import { type Incoming, readHead, readIncoming } from './incoming.ts'
import type { RateLimits } from './rate-limits.ts'
import { readCallInput } from './read-call-input.ts'
import { createCallEvent, createChangeEvent } from './record-call.ts'
import { formatBareResponse, formatErrorResponse, formatSuccessResponse } from './response.ts'
import { route } from './route.ts'
import type { UnprovenCalls } from './unproven-calls.ts'

/** What the pipeline works with. */
export interface PipelineOptions {
  readonly services: Services
  readonly directory: Directory
  readonly sessions: SessionCredentials
  readonly verifier: SignatureVerifier
  readonly audit: AuditSink
  /** Decides which refused calls of unproven callers get events of their own. */
  readonly unprovenCalls: UnprovenCalls
  /** Whether a call that grants something is refused when it can't be put on record. */
  readonly isAuditRequired: boolean
  readonly logger: Logger
  readonly calls: CallMetrics
  readonly clock: Clock
  readonly random: RandomSource
  /** Invalidates cache entries for what any process has written since the last request. */
  readonly followChanges: () => Promise<void>
  readonly isRegionAllowed: (signed: string, host: string) => boolean
  /**
   * The region that a call counts as, given the region that it is signed for (null for an unsigned
   * call).
   */
  readonly resolveRegion: (signed: string | null) => string
  readonly rateLimits: RateLimits
  /**
   * Whether a call is one to STS's global endpoint, given its host and the region that it is signed
   * for, if any.
   */
  readonly isGlobalEndpoint: (host: string, signed: string | null) => boolean
}

/** Answers a request of the wire. Never rejects: every error becomes an answer. */
export type Pipeline = (request: ReceivedRequest) => Promise<WireResponse>

/**
 * The one path of every request, in eight steps. A step that refuses throws. Then what is known so far
 * goes into the audit, and the refusal goes to the client.
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { directory, logger, clock, random } = options
  const homeRegion = options.resolveRegion(null)

  async function serve(request: ReceivedRequest, record: CallRecord): Promise<WireResponse> {
    // 1. Which wire is it, and what does it say of the route?
    const head = readHead(request)
    record.wire = head.wire
    const incoming = readIncoming(head)
    record.incoming = incoming

    // 2. Action and version name the operation.
    const operation = route(incoming)
    record.operation = operation

    // 3. Who signed it? Nobody, where the input itself proves who calls.
    await options.followChanges()
    const isSigned = operation.authentication === 'signature'
    const isRegionAllowed = (signed: string) => options.isRegionAllowed(signed, incoming.host)
    const claim = isSigned ? readClaim(request, operation.api, isRegionAllowed, record.nowMs) : null
    record.claim = claim
    record.region = options.resolveRegion(claim?.scope.region ?? null)
    const signer =
      claim === null ? null : await authenticate(claim, operation.api, options, record.nowMs)
    record.caller = signer
    if (signer !== null) options.rateLimits.take(operation.rateClass, signer, record.nowMs)

    // 4. Typed input, within its constraints and rules.
    const input = readCallInput(operation, incoming)
    record.requestParameters = operation.requestParameters(input)
    operation.checkInput?.(input)
    const unsignedCall = toUnsignedCall(request, incoming, record)
    const caller = signer ?? (await identifyCaller(operation, input, unsignedCall))
    record.caller = caller
    if (signer === null) options.rateLimits.take(operation.rateClass, caller, record.nowMs)
    const call: Call = { ...unsignedCall, caller }
    operation.checkCaller?.(call)

    // 5. Do the policies allow it?
    const permissions =
      operation.permissions === 'none' ? [] : await operation.permissions(input, call)
    await authorize(permissions, call, directory, decision => record.decisions.push(decision))

    // 6. The operation itself. It makes all its changes in one turn of the store. They are put on
    // record first, so that nothing changes that could not be recorded.
    if (operation.effect === 'changes' && options.isAuditRequired) await recordChange(record)
    const outcome = await operation.run(input, call, permissions)
    record.outcome = outcome

    // 7. The call is put on record before it is answered, so that nothing is granted that could not be
    // recorded.
    const isOnRecord = await recordCall(record, null)
    if (!isOnRecord && options.isAuditRequired && operation.effect !== 'reads') {
      throw new ServiceError('ServiceUnavailable', 'The call cannot be put on record.')
    }

    // 8. The answer.
    return formatSuccessResponse(record, operation, outcome.output)
  }

  function toUnsignedCall(
    request: WireRequest,
    incoming: Incoming,
    { requestId, nowMs, region, claim, homeRegion }: CallRecord,
  ): UnsignedCall {
    return {
      requestId,
      nowMs,
      region: region ?? homeRegion,
      sourceIp: request.sourceIp,
      userAgent: incoming.userAgent,
      secureTransport: request.secureTransport,
      isGlobalEndpoint: options.isGlobalEndpoint(incoming.host, claim?.scope.region ?? null),
      services: options.services,
    }
  }

  async function recordChange(record: CallRecord): Promise<void> {
    try {
      await options.audit.write(createChangeEvent(record, random.uuid()))
    } catch (cause) {
      const text = 'The change cannot be put on record, so it is not made.'
      throw new ServiceError('ServiceUnavailable', text, { cause })
    }
  }

  // Every exit waits for this, so that no answer overtakes its event. False means that the event was
  // not written.
  async function recordCall(record: CallRecord, refusal: ServiceError | null): Promise<boolean> {
    try {
      await options.audit.write(createCallEvent(record, random.uuid(), refusal))
      return true
    } catch (cause) {
      logger.error({ requestId: record.requestId, err: cause }, 'a call is not on record')
      return false
    }
  }

  return async request => {
    const startedAtSeconds = options.calls.start()
    const record = new CallRecord({
      requestId: random.uuid(),
      nowMs: clock.nowMs(),
      sourceIp: request.sourceIp,
      homeRegion,
    })
    try {
      return await serve(request, record)
    } catch (error) {
      if (error instanceof BareRefusal) {
        record.code = `HTTP${error.httpStatus}`
        return formatBareResponse(record, error)
      }
      const refusal = toServiceError(error)
      record.code = refusal.code
      logRefusal(logger, record, refusal)
      if (options.unprovenCalls.admit(record)) await recordCall(record, refusal)
      return formatErrorResponse(record, refusal, options.services.sealer)
    } finally {
      options.calls.count(record.operation, record.code, startedAtSeconds)
    }
  }
}

async function identifyCaller(
  { authentication }: Operation,
  input: Parameters<Extract<Operation['authentication'], (...args: never) => unknown>>[0],
  call: UnsignedCall,
): Promise<Caller> {
  if (authentication === 'signature') throw new TypeError('a signed call has no signer')
  return authentication(input, call)
}

/**
 * What is unavailable now may soon work again, so SDKs should try again: code and text are AWS's (STS
 * API: Common Errors). Any other error that was not thrown on purpose is a defect, and the caller
 * learns no more than that.
 */
function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  if (error instanceof UnavailableError) {
    const text = 'The request has failed due to a temporary failure of the server.'
    return new ServiceError('ServiceUnavailable', text, { cause: error })
  }
  return new ServiceError('InternalFailure', 'An internal error has occurred.', { cause: error })
}

function logRefusal(logger: Logger, { requestId, operation }: CallRecord, refusal: ServiceError) {
  const fields = { requestId, action: operation?.name, code: refusal.code, err: refusal.cause }
  if (refusal.code === 'InternalFailure') logger.error(fields, 'a call failed')
  else if (refusal.cause instanceof UnavailableError)
    logger.error(fields, 'a call cannot be served')
  else logger.debug(fields, 'a call was refused')
}
