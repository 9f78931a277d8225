import { generateKeyPairSync, verify } from 'node:crypto'
import type { LaneKey, Lanes } from './lanes.ts'

/**
 * Signs so many times at once with a key for ES384 made for it and has node:crypto verify. Not for
 * RS256, of which every result is checked for as long as the server runs. @throws what `createError`
 * makes of it
 */
export function checkLanes<Key extends LaneKey>(
  lanes: Lanes<Key>,
  jobCount: number,
  createError: (reason: string) => Error,
): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const key = lanes.openKey(privateKey)
  if (key === null) throw createError('it does not take a key on P-384')
  const jobs = Array.from({ length: jobCount }, (_, lane) => ({
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
  if (!isRight) throw createError('its self-test made a signature that does not verify')
}
