import type { IncomingMessage, ServerResponse } from 'node:http'

/** Node uses the same pattern, and leaves the answer to us when it matches. */
const EXPECTATION = /(?:^|\W)100-continue(?:\W|$)/i

/** A client's question whether to send its body: `Expect: 100-continue` (RFC 9110 §10.1.1). */
export class Continuation {
  readonly #response: ServerResponse
  #isAwaited: boolean

  constructor({ httpVersion, headers }: IncomingMessage, response: ServerResponse) {
    this.#response = response
    this.#isAwaited = httpVersion === '1.1' && EXPECTATION.test(headers.expect ?? '')
  }

  /** The client has asked and was not answered, so it has no reason to send anything. */
  get isAwaited(): boolean {
    return this.#isAwaited
  }

  /** Tells the client that the body is wanted, if it has asked. */
  grant(): void {
    if (this.#isAwaited) this.#response.writeContinue()
    this.#isAwaited = false
  }
}
