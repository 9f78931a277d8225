import type { Guard, Identity } from './guard.ts'
import type { Refusal } from './refusal.ts'

/** The `Authorization` values of a request. `Headers` joins several by a comma, which no token has. */
export function readFetchAuthorizations(headers: {
  get(name: string): string | null
}): readonly string[] {
  const value = headers.get('authorization')
  return value === null ? [] : value.split(', ')
}

/** The answer to a refused request. */
export function createRefusalResponse({ status, headers }: Refusal): Response {
  return new Response(null, { status, headers })
}

/**
 * A fetch-style handler (workers, Deno, Bun, Next.js routes) that calls the given one for requests
 * that the guard lets in. What comes after the request (`env`, `ctx`) is passed on.
 */
export function guardFetch<Grant, Rest extends readonly unknown[]>(
  guard: Guard<Grant>,
  handler: (
    request: Request,
    identity: Identity<Grant>,
    ...rest: Rest
  ) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const result = await guard.authenticate(readFetchAuthorizations(request.headers), request)
    if (!result.isAuthenticated) return createRefusalResponse(result.refusal)
    guard.admit(request, result.identity)
    return handler(request, result.identity, ...rest)
  }
}
