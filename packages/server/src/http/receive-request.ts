import type { IncomingMessage } from 'node:http'
import { BareRefusal } from '../errors.ts'
import type { ReceivedRequest, WireRequest } from '../wire/message.ts'
import type { Admission, Share } from './admission.ts'
import { ClientDisconnectedError, hasBody } from './body.ts'
import { BodyCollector } from './body-collector.ts'
import type { Continuation } from './continuation.ts'

const EMPTY = new Uint8Array()

/** A request that was read to its end, and its share of the server, which must be released. */
export interface Received {
  readonly request: ReceivedRequest
  readonly share: Share
}

/** How a request is received. */
export interface Receiving {
  readonly maxBytes: number
  readonly admission: Admission
  readonly continuation: Continuation
}

/**
 * Reads the body as it came, with any method and content type, with or without a length. A client that
 * asks first (`Expect: 100-continue`) is refused before it sends a body that is too large.
 * @throws BareRefusal 413 over `maxBytes` (aws-wire §1.5), 503 when there is no memory for it;
 * ClientDisconnectedError
 */
export function receiveRequest(
  message: IncomingMessage,
  head: Omit<WireRequest, 'body'>,
  { maxBytes, admission, continuation }: Receiving,
): Promise<Received> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) {
    return Promise.reject(new BareRefusal(413))
  }
  continuation.grant()
  return new Promise((resolve, reject) => {
    const collector = new BodyCollector()
    const share = admission.open(fail)
    let size = 0

    // What is attached to the message stays until the answer is written, so nothing of the body may be.
    function stop(): void {
      message.off('data', onData).off('end', onEnd).off('close', onClose)
    }
    function fail(error: unknown): void {
      stop()
      collector.clear()
      share.release()
      reject(error)
    }
    function onData(chunk: Buffer): void {
      size += chunk.length
      try {
        if (size > maxBytes) throw new BareRefusal(413)
        collector.add(chunk)
        share.holdBytes(chunk.length)
      } catch (error) {
        fail(error)
      }
    }
    function onEnd(): void {
      stop()
      resolve({ request: new RequestInMemory({ ...head, body: collector.take() }, share), share })
    }
    function onClose(): void {
      fail(new ClientDisconnectedError())
    }
    if (hasBody(message)) message.on('data', onData).on('end', onEnd).on('close', onClose)
    else onEnd()
  })
}

/**
 * A whole request in memory. When its body is dropped, it is dropped for everybody who holds the
 * request.
 */
class RequestInMemory implements ReceivedRequest {
  readonly method: string
  readonly target: string
  readonly rawHeaders: readonly string[]
  readonly sourceIp: string
  readonly secureTransport: boolean
  body: Uint8Array
  readonly #share: Share

  constructor(request: WireRequest, share: Share) {
    this.method = request.method
    this.target = request.target
    this.rawHeaders = request.rawHeaders
    this.body = request.body
    this.sourceIp = request.sourceIp
    this.secureTransport = request.secureTransport
    this.#share = share
  }

  dropBody(): void {
    this.body = EMPTY
    this.#share.dropBody()
  }
}
