import { generateKeyPairSync, verify } from 'node:crypto'
import type { RandomSource } from '../../runtime/random.ts'
import { type CryptoMb, LANE_COUNT } from './crypto-mb.ts'
import { createEs384Lanes } from './es384-lanes.ts'
import { CryptoMbError } from './load-crypto-mb.ts'

/**
 * Signs in all lanes with a key made for it and has node:crypto verify. For ES384 alone: of RS256
 * every result is checked for as long as the server runs. @throws CryptoMbError
 */
export function checkLanes(library: CryptoMb, random: RandomSource): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const lanes = createEs384Lanes(library, random)
  const key = lanes.openKey(privateKey)
  if (key === null) throw new CryptoMbError('it does not take a key on P-384')
  const jobs = Array.from({ length: LANE_COUNT }, (_, lane) => ({
    key,
    signingInput: Buffer.from(`self-test of lane ${lane}`),
  }))
  const signatures = lanes.sign(jobs)
  key.erase()
  const verifyOptions = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const isRight = jobs.every(({ signingInput }, lane) => {
    const signature = signatures[lane] ?? null
    return signature !== null && verify('sha384', signingInput, verifyOptions, signature)
  })
  if (!isRight) throw new CryptoMbError('its self-test made a signature that does not verify')
}
