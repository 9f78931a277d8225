import { type Algorithm, ec, rsa, type SigningEntry } from './algorithms/algorithm.ts'
import { ES384 } from './algorithms/es384.ts'
import { RS256 } from './algorithms/rs256.ts'

export type { Algorithm } from './algorithms/algorithm.ts'

/**
 * The algorithms that tokens are signed with, in the order in which AWS lists them (aws-wire §3.1). Each
 * is a file in `algorithms/` and a line here.
 */
const ENTRIES = { RS256, ES384 } as const

/** The algorithms that tokens are signed with; nothing else is representable. */
export type SigningAlgorithm = keyof typeof ENTRIES

/** What the issuer needs to know of an algorithm that it signs with. */
export type SigningAlgorithmEntry = SigningEntry<SigningAlgorithm>

/** The algorithms that tokens are signed with. AWS signs with the same ones (aws-wire §3.1). */
export const SIGNING_ALGORITHMS: Readonly<Record<SigningAlgorithm, SigningAlgorithmEntry>> = ENTRIES

/** Their names, in the order in which AWS lists them. */
export const SIGNING_ALGORITHM_NAMES: readonly SigningAlgorithm[] = Object.values(
  SIGNING_ALGORITHMS,
).map(({ name }) => name)

/** The public keys of one algorithm. */
type JwkOf<Entry extends SigningEntry> = Entry extends SigningEntry
  ? Entry['jwk']['fixed'] & { readonly [Member in Entry['jwk']['members'][number]]: string }
  : never

/** A public key as it stands in the JWKS, without `kid` and `use` (RFC 7517, RFC 7518 §6). */
export type PublicJwk = JwkOf<(typeof ENTRIES)[SigningAlgorithm]>

/**
 * The algorithms that are accepted in tokens of other issuers. AWS accepts the same ones (aws-wire §8).
 * `none` and HMAC are not representable, so a public key can't be taken for a secret.
 */
export const ACCEPTED_ALGORITHMS: readonly Algorithm[] = [
  RS256,
  rsa('RS384', 'sha384'),
  rsa('RS512', 'sha512'),
  ec('ES256', 'sha256', 'P-256', 64),
  ES384,
  ec('ES512', 'sha512', 'P-521', 132),
]

/** The accepted algorithm of that name; null for any other. */
export function findAcceptedAlgorithm(name: unknown): Algorithm | null {
  return ACCEPTED_ALGORITHMS.find(algorithm => algorithm.name === name) ?? null
}

/** Whether tokens are signed with an algorithm of this name. */
export function isSigningAlgorithm(name: string): name is SigningAlgorithm {
  return Object.hasOwn(SIGNING_ALGORITHMS, name)
}

/** The algorithm that a key of ours signs with. */
export function findSigningAlgorithmOf(jwk: PublicJwk): SigningAlgorithmEntry {
  const members: Readonly<Record<string, string>> = jwk
  const found = Object.values(SIGNING_ALGORITHMS).find(each =>
    Object.entries(each.jwk.fixed).every(([name, value]) => members[name] === value),
  )
  if (found === undefined) throw new TypeError(`nothing is signed with keys of type ${jwk.kty}`)
  return found
}

/** Makes something for each algorithm that tokens are signed with. */
export function forEachSigningAlgorithm<Made>(
  make: (algorithm: SigningAlgorithm) => Made,
): Readonly<Record<SigningAlgorithm, Made>> {
  const made = SIGNING_ALGORITHM_NAMES.map(name => [name, make(name)] as const)
  return Object.fromEntries(made) as Record<SigningAlgorithm, Made>
}
