import { createRefusalResponse, readFetchAuthorizations } from './fetch.ts'
import type { Guard } from './guard.ts'

/** The part of Hono's context that is used. */
export interface HonoLikeContext {
  readonly req: { readonly raw: { readonly headers: Headers } }
}

/** A middleware that lets in what the guard lets in; `guard.identityOf(c)` tells who it is. */
export function guardHono<Grant>(
  guard: Guard<Grant>,
): (context: HonoLikeContext, next: () => Promise<void>) => Promise<Response | undefined> {
  return async (context, next) => {
    const result = await guard.authenticate(
      readFetchAuthorizations(context.req.raw.headers),
      context,
    )
    if (!result.isAuthenticated) return createRefusalResponse(result.refusal)
    guard.admit(context, result.identity)
    await next()
    return undefined
  }
}
