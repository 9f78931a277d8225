import { constants, generateKeyPairSync, type SignKeyObjectInput, sign } from 'node:crypto'
import { type Cost, startCost } from '../measure/repeat.ts'

/** The algorithms of tokens, in the order of every table. */
export const ALGORITHMS = ['RS256', 'ES384'] as const

/** An algorithm of tokens. */
export type Algorithm = (typeof ALGORITHMS)[number]

/** How `crypto.sign` is called for an algorithm, with a key of this process. */
interface BareKey {
  readonly hash: string
  readonly input: SignKeyObjectInput
}

/** One key for each algorithm, of the kind that tokens are signed with. */
const BARE_KEYS: Readonly<Record<Algorithm, BareKey>> = {
  RS256: {
    hash: 'sha256',
    input: {
      key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      padding: constants.RSA_PKCS1_PADDING,
    },
  },
  ES384: {
    hash: 'sha384',
    input: {
      key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
      dsaEncoding: 'ieee-p1363',
    },
  },
}

/** What a limit is measured with: as long as header and payload of a token of a user are. */
export const SIGNING_INPUT = Buffer.alloc(640, 'e')

/** The bytes of a token that its signature covers. */
export function takeSigningInput(token: string): Buffer {
  return Buffer.from(token.slice(0, token.lastIndexOf('.')))
}

/** Signs for a while on this thread, which does nothing else. */
export function measureBareSign(
  algorithm: Algorithm,
  signingInput: Buffer,
  durationMs: number,
): Cost {
  const { hash, input } = BARE_KEYS[algorithm]
  const finish = startCost()
  const endsAtMs = performance.now() + durationMs
  let count = 0
  while (performance.now() < endsAtMs) {
    for (let index = 0; index < 20; index += 1) sign(hash, signingInput, input)
    count += 20
  }
  return finish(count)
}

/** Signs for a while on the thread pool, so many at once. */
export async function measureBareSignAsync(
  algorithm: Algorithm,
  signingInput: Buffer,
  durationMs: number,
  inFlight: number,
): Promise<Cost> {
  const { hash, input } = BARE_KEYS[algorithm]
  const signOnce = () =>
    new Promise<void>((resolve, reject) => {
      sign(hash, signingInput, input, error => (error === null ? resolve() : reject(error)))
    })
  const finish = startCost()
  const endsAtMs = performance.now() + durationMs
  let count = 0
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < endsAtMs) {
        await signOnce()
        count += 1
      }
    }),
  )
  return finish(count)
}
