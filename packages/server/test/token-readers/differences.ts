import type { Verdict } from './readers.ts'

/** Where the two readers of tokens differ on purpose: a row of docs/decisions/0190. */
export interface Difference {
  /** As it stands in the record. */
  readonly title: string
  /** The cases that it is about, by their names. All of them. */
  readonly cases: RegExp
  readonly verifier: Verdict
  readonly server: Verdict
}

/** Every difference in what is accepted. */
export const DIFFERENCES: readonly Difference[] = [
  {
    title: 'Algorithms',
    cases: /^token of (?:RS|ES)\d+$/,
    verifier: 'form refused',
    server: 'accepted',
  },
  {
    title: 'Algorithms that the key is not for',
    cases: /^header of \w+: alg is "(?:RS384|RS512|ES256|ES512)"$/,
    verifier: 'form refused',
    server: 'no key',
  },
  {
    title: 'Length of a token',
    cases: /^token of (?:20001|24576) characters$/,
    verifier: 'accepted',
    server: 'form refused',
  },
  {
    title: 'An empty signature',
    cases: /^token of \w+: with an empty signature$/,
    verifier: 'signature refused',
    server: 'form refused',
  },
  {
    title: '`typ`',
    cases: /^header of \w+: typ is ".*"$/,
    verifier: 'form refused',
    server: 'accepted',
  },
  {
    title: 'Claims whose names need an escape',
    cases: /^payload: a name with a (?:quote|backslash|line feed)$/,
    verifier: 'form refused',
    server: 'accepted',
  },
  {
    title: 'Names that need an escape in a document',
    cases: /^key set: a name that needs an escape$/,
    verifier: 'no key',
    server: 'accepted',
  },
  {
    title: 'RSA keys of more than 4096 bits',
    cases: /^key rsa: of (?:4097|8192) bits$/,
    verifier: 'no key',
    // The key is taken, and is not the one that has signed.
    server: 'signature refused',
  },
  {
    title: 'A `kid` that keys of other types or uses have too',
    cases: /^key set: the kid of a key (?:of another type|for encryption)$/,
    verifier: 'no key',
    server: 'accepted',
  },
  {
    title: 'A `jwks_uri` of another origin',
    cases: /^discovery: jwks_uri elsewhere$/,
    verifier: 'no key',
    server: 'accepted',
  },
]
