import type { IncomingMessage, ServerResponse } from 'node:http'
import { BareRefusal, redirectToDocumentation, UnavailableError } from '../errors.ts'
import type { DocumentAddress, FetchedDocument, IssuerDocuments } from '../issuer/issuer.ts'
import type { BatchGate } from '../runtime/batch-gate.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { ReceivedRequest, WireResponse } from '../wire/message.ts'
import type { Admission } from './admission.ts'
import { ClientDisconnectedError, hasBody } from './body.ts'
import { findHeadFault } from './check-head.ts'
import type { Connections } from './connections.ts'
import { Continuation } from './continuation.ts'
import {
  answerDevelopmentRequest,
  type DevelopmentPages,
  isDevelopmentPath,
} from './development-pages.ts'
import {
  answerDocument,
  answerPreflight,
  answerUnavailable,
  answerUnknownIssuer,
} from './documents.ts'
import { answerLiveness, answerReadiness, type Readiness } from './health.ts'
import type { HttpLimits } from './limits.ts'
import { receiveRequest } from './receive-request.ts'
import { parseRequestTarget, type RequestTarget } from './request-target.ts'
import { type ResponseHead, writeRefusal, writeResponse } from './response.ts'
import type { SampledWarning } from './sampled-warning.ts'
import { formatSourceIp } from './source-ip.ts'

const API_METHODS = ['GET', 'POST']
const HEALTH_METHODS = ['GET', 'HEAD']
const DEVELOPMENT_METHODS = ['GET', 'HEAD']
const DOCUMENT_METHODS = ['GET', 'HEAD', 'OPTIONS']

/** The documents of an issuer under a name, when one of them is asked for; null when there is no such issuer. */
export type FindDocuments = (address: DocumentAddress) => Promise<IssuerDocuments | null>

/** What requests are answered from. */
export interface ExchangeOptions {
  /** The pipeline: answers every API call. Never rejects. */
  readonly handle: (request: ReceivedRequest) => Promise<WireResponse>
  /** Which document a request is for, by its `Host` header and its path as received; null for none. */
  readonly matchDocument: (host: string, path: string) => DocumentAddress | null
  /** The answer to a call for which there is no place. */
  readonly answerOverload: () => WireResponse
  readonly findDocuments: FindDocuments
  /** Told of each document that was fetched. Null: nobody wants to know. */
  readonly noteFetched: ((fetched: FetchedDocument) => void) | null
  /** How long verifiers may keep a document. */
  readonly documentCacheSeconds: number
  readonly readiness: () => Promise<Readiness>
  /** Null when there are none. Then their addresses are like any other. */
  readonly developmentPages: DevelopmentPages | null
  readonly limits: HttpLimits
  readonly isSecure: boolean
  readonly connections: Connections
  readonly admission: Admission
  /** Calls that were read in one turn go on together. */
  readonly batchGate: BatchGate
  readonly formatDate: () => string
  readonly overloadWarning: SampledWarning
  readonly logger: Logger
}

/** Answers one request; `rawTarget` is the request-target as received. Never rejects. */
export type Exchange = (
  request: IncomingMessage,
  response: ServerResponse,
  rawTarget: string,
) => Promise<void>

/**
 * The way of one request: the head is checked, then health and documents are answered here, and
 * everything else is an API call for the pipeline.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { connections, formatDate, limits, logger } = options

  return async (request, response, rawTarget) => {
    if (!connections.addRequest(request, response)) return
    const target = parseRequestTarget(rawTarget)
    const continuation = new Continuation(request, response)
    const fault = findHeadFault(request, rawTarget, target, limits.maxHeadBytes)
    if (fault !== null) {
      await refuse(request, response, continuation, fault)
      return
    }
    try {
      const answer = await answerRequest(options, request, target, continuation)
      // A client that was never told to send its body may send it or not. A body could not be told from
      // a further request, so the connection ends.
      if (continuation.isAwaited) connections.endAfterLatest(request.socket)
      writeResponse(response, answer, toResponseHead(request))
    } catch (error) {
      await answerFailure(request, response, continuation, error)
    }
  }

  async function answerFailure(
    request: IncomingMessage,
    response: ServerResponse,
    continuation: Continuation,
    error: unknown,
  ): Promise<void> {
    if (error instanceof BareRefusal) {
      await refuse(request, response, continuation, error)
    } else if (!(error instanceof ClientDisconnectedError)) {
      logger.error({ err: error, method: request.method }, 'request failed outside the pipeline')
      await refuse(
        request,
        response,
        continuation,
        new BareRefusal(error instanceof UnavailableError ? 503 : 500),
      )
    }
  }

  async function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    { isAwaited }: Continuation,
    refusal: BareRefusal,
  ): Promise<void> {
    const { socket } = request
    if (socket.destroyed) return
    if (response.headersSent) {
      response.destroy()
      return
    }
    const isSending = hasBody(request) && !request.complete
    // This must be done at once, before node reads a further request from the same bytes.
    if (isSending || 'connection' in refusal.headers) connections.endAfterLatest(socket)
    const unread = isSending
      ? { maxDiscardedBytes: limits.maxBodyBytes, isUnwanted: isAwaited }
      : null
    await writeRefusal(request, response, refusal, toResponseHead(request), unread)
  }

  function toResponseHead(request: IncomingMessage): ResponseHead {
    return { date: formatDate(), isLast: connections.isLastResponse(request) }
  }
}

async function answerRequest(
  options: ExchangeOptions,
  request: IncomingMessage,
  target: RequestTarget,
  continuation: Continuation,
): Promise<WireResponse> {
  const { path, originForm, authority } = target
  if (path === '/livez') {
    allowMethods(request, HEALTH_METHODS)
    return answerLiveness()
  }
  if (path === '/readyz') {
    allowMethods(request, HEALTH_METHODS)
    return answerReadiness(await options.readiness())
  }
  if (options.developmentPages !== null && isDevelopmentPath(path)) {
    allowMethods(request, DEVELOPMENT_METHODS)
    return answerDevelopmentRequest(options.developmentPages, request, target)
  }
  const host = request.headers.host ?? authority?.host ?? ''
  const address = options.matchDocument(host, path)
  if (address !== null) return answerDocumentRequest(options, request, address)
  return answerApiCall(options, request, originForm, continuation)
}

async function answerDocumentRequest(
  { findDocuments, noteFetched, documentCacheSeconds, logger }: ExchangeOptions,
  request: IncomingMessage,
  address: DocumentAddress,
): Promise<WireResponse> {
  allowMethods(request, DOCUMENT_METHODS)
  if (request.method === 'OPTIONS') return answerPreflight()
  const { document } = address
  try {
    const documents = await findDocuments(address)
    if (documents === null) return answerUnknownIssuer()
    const { 'if-none-match': ifNoneMatch, 'user-agent': userAgent = '', via = '' } = request.headers
    const answer = answerDocument(documents[document], ifNoneMatch, documentCacheSeconds)
    if (request.method === 'GET') {
      const sourceIp = formatSourceIp(request.socket.remoteAddress ?? '')
      const entityTag = answer.headers['etag'] ?? ''
      noteFetched?.({ ...address, documents, entityTag, sourceIp, userAgent, via })
    }
    return answer
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    logger.error({ err: error, document }, 'a document cannot be served')
    return answerUnavailable()
  }
}

async function answerApiCall(
  {
    admission,
    answerOverload,
    handle,
    isSecure,
    limits,
    overloadWarning,
    batchGate,
  }: ExchangeOptions,
  request: IncomingMessage,
  target: string,
  continuation: Continuation,
): Promise<WireResponse> {
  const { method = '', rawHeaders, socket } = request
  if (!API_METHODS.includes(method)) throw redirectToDocumentation('')
  if (socket.remoteAddress === undefined) throw new ClientDisconnectedError()
  const sourceIp = formatSourceIp(socket.remoteAddress)
  const { request: received, share } = await receiveRequest(
    request,
    { method, target, rawHeaders, sourceIp, secureTransport: isSecure },
    { maxBytes: limits.maxBodyBytes, admission, continuation },
  )
  try {
    // The body is read to its end, so that the client can use the connection for its next attempt.
    if (!share.start()) {
      overloadWarning.note(refused => [{ refused }, 'overloaded: calls are refused'])
      return answerOverload()
    }
    await batchGate()
    return await handle(received)
  } finally {
    share.release()
  }
}

function allowMethods({ method = '' }: IncomingMessage, methods: readonly string[]): void {
  if (!methods.includes(method)) throw new BareRefusal(405, { allow: methods.join(', ') })
}
