import { type NodeRequest, readAuthorizations } from './bearer.ts'
import type { Guard } from './guard.ts'

/** The part of Fastify's request that is used. */
export interface FastifyLikeRequest {
  readonly raw: NodeRequest
}

/** The part of Fastify's reply that is used. */
export interface FastifyLikeReply {
  code(status: number): FastifyLikeReply
  headers(headers: Record<string, string>): FastifyLikeReply
  send(): FastifyLikeReply
}

/**
 * A hook for `onRequest`, where nothing of the body has been read yet. It lets in what the guard lets
 * in; `guard.identityOf(request)` tells who it is.
 */
export function guardFastify<Grant>(
  guard: Guard<Grant>,
): (request: FastifyLikeRequest, reply: FastifyLikeReply) => Promise<unknown> {
  return async (request, reply) => {
    const result = await guard.authenticate(readAuthorizations(request.raw), request)
    if (result.isAuthenticated) return guard.admit(request, result.identity)
    const { status, headers } = result.refusal
    return reply
      .code(status)
      .headers({ ...headers })
      .send()
  }
}
