import type { FetchedDocument } from './fetch-document.ts'

const DIRECTIVE = /^\s*([\w-]+)\s*(?:=\s*"?(\d{1,10})"?\s*)?$/

/**
 * How long a document is fresh from now on, in seconds (RFC 9111 §4.2, for a private cache): `max-age`
 * less `Age`; 0 for `no-store` and `no-cache`; null when the answer doesn't say. Of contradicting
 * directives the shortest counts.
 */
export function readFreshSeconds({ cacheControl, age }: FetchedDocument): number | null {
  const limits = (cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map(readLimit)
    .filter(limit => limit !== null)
  if (limits.length === 0) return null
  const elapsed = age !== null && /^\d{1,10}$/.test(age) ? Number(age) : 0
  return Math.max(0, Math.min(...limits) - elapsed)
}

function readLimit(directive: string): number | null {
  const [, name, seconds] = DIRECTIVE.exec(directive) ?? []
  if (name === 'no-store' || name === 'no-cache') return 0
  return name === 'max-age' && seconds !== undefined ? Number(seconds) : null
}
