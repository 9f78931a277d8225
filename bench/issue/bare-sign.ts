import { constants, generateKeyPairSync, type SignKeyObjectInput, sign } from 'node:crypto'

const KEYS: Readonly<
  Record<string, { readonly hash: string; readonly input: SignKeyObjectInput }>
> = {
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

/**
 * CPU time of one `crypto.sign` of a token's header and payload with a key of the same kind, in
 * microseconds: what a token costs when everything else is free.
 */
export function measureBareSignUs(algorithm: string, token: string, count: number): number {
  const key = KEYS[algorithm]
  if (key === undefined) throw new Error(`${algorithm} has no key here`)
  const signingInput = Buffer.from(token.slice(0, token.lastIndexOf('.')))
  const cpu = process.cpuUsage()
  for (let index = 0; index < count; index += 1) sign(key.hash, signingInput, key.input)
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / count
}
