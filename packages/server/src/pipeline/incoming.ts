import { redirectToDocumentation } from '../errors.ts'
import type { InputRules } from '../shapes/input-rules.ts'
import type { Infer, StructureShape } from '../shapes/shape.ts'
import type { ReceivedRequest } from '../wire/message.ts'
import { findHeader, indexHeaders } from '../wire/sigv4/canonical-headers.ts'
import { parseTarget } from '../wire/sigv4/parse-target.ts'
import type { Wire, WireCall } from '../wire/wire.ts'
import { chooseWire } from './choose-wire.ts'

/** What the head of a request says. */
export interface IncomingHead {
  readonly request: ReceivedRequest
  /** The path of the target as received. */
  readonly path: string
  /** The query of the target as received, without `?`. */
  readonly rawQuery: string
  /** How the call is written, and wants to be answered. */
  readonly wire: Wire
  readonly userAgent: string
  /** The host that the client called, in lower case and without a port. */
  readonly host: string
}

/** What is read of a request before its operation is known. */
export interface Incoming extends IncomingHead, WireCall {
  /**
   * Drops the body and what was read of it: texts cut out of the body would keep all of it in memory.
   * Afterwards the request has no action, no version and no input.
   */
  readonly forgetCall: () => void
}

const FORGOTTEN: WireCall = {
  action: null,
  version: null,
  readInput() {
    throw new TypeError('the call was forgotten')
  },
}

/**
 * Step 1 of the pipeline, first half: which wire the call is written in, and wants to be answered in.
 *
 * @throws BareRefusal 400 for a malformed target (§7.3 row 1), 302 for another method (row 2) or a
 * POST of a type that no wire has (row 3)
 */
export function readHead(request: ReceivedRequest): IncomingHead {
  const { rawQuery } = parseTarget(request.target)
  const [path = ''] = request.target.split('?', 1)
  const headers = indexHeaders(request.rawHeaders)
  const wire = chooseWire(
    request.method,
    findHeader(headers, 'content-type') ?? '',
    findHeader(headers, 'accept') ?? '',
  )
  if (wire === null) throw redirectToDocumentation('')
  return {
    request,
    path,
    rawQuery,
    wire,
    userAgent: findHeader(headers, 'user-agent') ?? '',
    host: (findHeader(headers, 'host') ?? '').toLowerCase().replace(/:\d+$/, ''),
  }
}

/**
 * Step 1 of the pipeline, second half: which action the call names (aws-wire §1.5).
 * @throws ServiceError such as `MalformedQueryString` (§7.3 row 4)
 */
export function readIncoming(head: IncomingHead): Incoming {
  return new ReadCall(head)
}

/**
 * A class and not an object literal, because every call makes one: it needs no spread and no closures.
 */
class ReadCall implements Incoming {
  readonly request: ReceivedRequest
  readonly path: string
  readonly rawQuery: string
  readonly wire: Wire
  readonly userAgent: string
  readonly host: string
  #call: WireCall

  constructor({ request, path, rawQuery, wire, userAgent, host }: IncomingHead) {
    this.request = request
    this.path = path
    this.rawQuery = rawQuery
    this.wire = wire
    this.userAgent = userAgent
    this.host = host
    const { method, body } = request
    this.#call = wire.read({ method, rawQuery, body })
  }

  get action(): string | null {
    return this.#call.action
  }

  get version(): string | null {
    return this.#call.version
  }

  readInput<Shape extends StructureShape>(shape: Shape, rules: InputRules): Infer<Shape> {
    return this.#call.readInput(shape, rules)
  }

  forgetCall(): void {
    this.#call = FORGOTTEN
    this.request.dropBody()
  }
}
