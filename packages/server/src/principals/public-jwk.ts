import { type PublicJwk, SIGNING_ALGORITHMS } from './algorithms.ts'

export type { PublicJwk } from './algorithms.ts'

/**
 * The public members of a JWK and nothing else of it, in the order of the table; null for a key that no
 * token of ours is signed with.
 */
export function readPublicJwk(jwk: object): PublicJwk | null {
  const given: Readonly<Record<string, unknown>> = { ...jwk }
  for (const { fixed, members } of Object.values(SIGNING_ALGORITHMS).map(each => each.jwk)) {
    const isOfType = Object.entries(fixed).every(([name, value]) => given[name] === value)
    if (!isOfType || members.some(name => typeof given[name] !== 'string')) continue
    const own = members.map(name => [name, given[name]])
    return { ...fixed, ...Object.fromEntries(own) }
  }
  return null
}

/** The members of a public key in the order of the table: what it is told from all others by. */
export function listJwkMembers(
  jwk: PublicJwk,
): readonly (readonly [name: string, value: string])[] {
  return Object.entries(readPublicJwk(jwk) ?? {})
}

/** An object with its members in alphabetical order. */
export function sortMembers(members: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
