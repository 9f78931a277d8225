import { type NodeRequest, readAuthorizations } from './bearer.ts'
import type { Guard } from './guard.ts'
import { type NodeResponse, sendRefusal } from './node-response.ts'

/** A middleware of Express 4 and 5, and of everything that has its form (Connect, Polka). */
export type ExpressMiddleware = (
  request: NodeRequest,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => void

/** A middleware that lets in what the guard lets in; `guard.identityOf(req)` tells who it is. */
export function guardExpress<Grant>(guard: Guard<Grant>): ExpressMiddleware {
  return (request, response, next) => {
    guard.authenticate(readAuthorizations(request), request).then(result => {
      if (!result.isAuthenticated) return sendRefusal(response, result.refusal)
      guard.admit(request, result.identity)
      next()
    }, next)
  }
}
