import { generateKeyPairSync, verify } from 'node:crypto'
import type { LaneKey, Lanes } from './lanes.ts'

/**
 * Self-test: makes `jobCount` signatures for ES384 in one pass, with a new key, and verifies them
 * with node:crypto. RS256 needs no such test, since every result of it is checked. @throws what
 * `createError` makes of a failure
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
