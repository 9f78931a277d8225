import { expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { findBundleEndMs } from './bundle-end.ts'

const DAY_MS = 86_400_000
const RULES = { rotateEveryMs: 90 * DAY_MS, publishBeforeMs: DAY_MS, keepAfterMs: 2 * DAY_MS }

/** Of an account that is not earlier than the rules say. */
function createKey(changes: Partial<IssuerKey>): IssuerKey {
  return {
    accountId: parseAccountId('000000000997'),
    algorithm: 'ES384',
    generation: 0,
    state: 'active',
    backend: 'local',
    thumbprint: 'x',
    publicJwk: { kty: 'EC', crv: 'P-384', x: 'x', y: 'y' },
    handle: Uint8Array.of(1),
    binding: null,
    createdAtMs: 0,
    visibleAtMs: 0,
    activatedAtMs: 0,
    endedAtMs: null,
    ...changes,
  }
}

const STANDBY = createKey({ state: 'prepared', generation: 1, activatedAtMs: null })

it('a bundle with the next key lives until the one after that begins to sign', () => {
  expect(findBundleEndMs([createKey({}), STANDBY], RULES, 0)).toBe(180 * DAY_MS)
})

it('a bundle without the next key lives until that begins to sign', () => {
  expect(findBundleEndMs([createKey({})], RULES, 0)).toBe(90 * DAY_MS)
})

it('the algorithm that is first to change counts', () => {
  const older = [createKey({}), STANDBY].map(key => ({ ...key, algorithm: 'RS256' as const }))
  const keys = [...older, createKey({ activatedAtMs: 10 * DAY_MS }), STANDBY]
  expect(findBundleEndMs(keys, RULES, 10 * DAY_MS)).toBe(180 * DAY_MS)
})

it('keys that do not rotate have no end', () => {
  expect(findBundleEndMs([createKey({}), STANDBY], { ...RULES, rotateEveryMs: 0 }, 0)).toBeNull()
  expect(findBundleEndMs([], RULES, 0)).toBeNull()
})
