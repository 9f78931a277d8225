/** The headers of an answer, as `fetch` has them. */
export interface ResponseHeaders {
  get(name: string): string | null
}

const DIRECTIVE = /^([\w-]+)\s*(?:=\s*"?(\d{1,10})"?)?$/

/**
 * How long an answer is fresh from now on, in seconds (RFC 9111 §4.2, for a private cache): `max-age`
 * less `Age`; 0 for `no-store` and `no-cache`; null when the answer doesn't say. Of contradicting
 * directives the shortest counts.
 */
export function readFreshSeconds(headers: ResponseHeaders): number | null {
  const cacheControl = headers.get('cache-control')
  if (cacheControl === null) return null
  let fresh: number | null = null
  for (const directive of cacheControl.split(',')) {
    const [, name = '', seconds] = DIRECTIVE.exec(directive.trim().toLowerCase()) ?? []
    const limit = readLimit(name, seconds)
    if (limit !== null) fresh = Math.min(fresh ?? limit, limit)
  }
  if (fresh === null) return null
  const age = headers.get('age')
  return age !== null && /^\d{1,10}$/.test(age) ? Math.max(0, fresh - Number(age)) : fresh
}

function readLimit(name: string, seconds: string | undefined): number | null {
  if (name === 'no-store' || name === 'no-cache') return 0
  return name === 'max-age' && seconds !== undefined ? Number(seconds) : null
}
