import type { IncomingMessage, ServerResponse } from 'node:http'
import { readAuthorizations } from './bearer.ts'
import type { Guard, Identity } from './guard.ts'
import { sendRefusal } from './node-response.ts'

/** Handles a request that was let in. */
export type NodeHandler<Grant> = (
  request: IncomingMessage,
  response: ServerResponse,
  identity: Identity<Grant>,
) => void | Promise<void>

/**
 * A listener for `node:http` that calls the handler for requests that the guard lets in. It returns
 * the promise of the handler, which Node ignores: a handler that may fail catches.
 */
export function guardNodeHttp<Grant>(
  guard: Guard<Grant>,
  handler: NodeHandler<Grant>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const result = await guard.authenticate(readAuthorizations(request))
    if (!result.isAuthenticated) return sendRefusal(response, result.refusal)
    guard.admit(request, result.identity)
    await handler(request, response, result.identity)
  }
}
