import fc from 'fast-check'
import { expect, it } from 'vitest'
import { account, createRequest, NOW_MS, toIssuerId } from '../../../test/support/issuer-parts.ts'
import { createKeyLife } from '../../../test/support/key-life.ts'
import { revokeKey } from '../../changes/signing-keys.ts'
import type { Rotation } from './rotation.ts'
import { changeKeys } from './take-step.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const MAX_AGE_MS = 5 * MINUTE_MS
const TOKEN_MS = HOUR_MS
const RULES = {
  rotateEveryMs: 5 * DAY_MS,
  publishBeforeMs: 6 * MINUTE_MS,
  keepAfterMs: 70 * MINUTE_MS,
}

/** What happens to an installation. */
type Event =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'tick' | 'issue' | 'fetch' | 'busy' | 'revoke' | 'restart' }
  /** The clock is set while the server runs. */
  | { readonly kind: 'jump'; readonly ms: number }

const pass = (min: number, max: number) =>
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min, max }) })
const just = (kind: 'tick' | 'issue' | 'fetch' | 'busy' | 'revoke' | 'restart') =>
  fc.constant({ kind })

const EVENT: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: pass(RULES.rotateEveryMs - DAY_MS, RULES.rotateEveryMs + HOUR_MS) },
  { weight: 4, arbitrary: pass(MINUTE_MS, 50 * MINUTE_MS) },
  { weight: 3, arbitrary: pass(0, 5 * MINUTE_MS) },
  { weight: 8, arbitrary: just('busy') },
  { weight: 3, arbitrary: just('tick') },
  { weight: 1, arbitrary: just('issue') },
  { weight: 1, arbitrary: just('fetch') },
  { weight: 1, arbitrary: just('revoke') },
  { weight: 1, arbitrary: just('restart') },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      ms: fc.integer({ min: -DAY_MS, max: DAY_MS }),
    }),
  },
)

interface Token {
  readonly keyId: string
  readonly expiresAtMs: number
}

/** Instants are of what has really passed. */
async function createHistory() {
  const life = await createKeyLife(RULES)
  const issuer = life.createIssuer()
  const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
  const sets: { readonly atMs: number; readonly keyIds: readonly string[] }[] = []
  const tokens: Token[] = []
  const revokedAtMs = new Map<string, number>()
  /** Keys that had to sign before everybody could have read them, and until when that is. */
  const gapUntilMs = new Map<string, number>()
  let rotation: Rotation = life.rotate()

  const forget = (): void => issuer.invalidate([`federation:${account.id}`])

  async function revoke(): Promise<void> {
    const slot = { accountId: account.id, algorithm: 'ES384' } as const
    const active = (await life.listKeys()).find(({ state }) => state === 'active')
    if (active === undefined) return
    const changed = await changeKeys(life.deps, slot, life.now.ms, turn =>
      revokeKey(turn, slot, active.generation),
    )
    if (changed.length === 0) return
    revokedAtMs.set(active.thumbprint ?? '', life.now.elapsedMs)
    const successor = changed.find(({ state }) => state === 'active')
    gapUntilMs.set(successor?.thumbprint ?? '', life.now.elapsedMs + MAX_AGE_MS)
  }

  return {
    life,
    async take(event: Event): Promise<void> {
      switch (event.kind) {
        case 'pass':
          return life.pass(event.ms)
        case 'tick':
          return rotation.tick()
        case 'restart':
          // What stops at the change of the clock is told of it before; what starts can't know.
          if (rotation.isPaused()) return
          rotation = life.rotate()
          return
        case 'jump':
          life.now.ms += event.ms
          return rotation.tick()
        case 'busy':
          // Somebody reads the keys and gets a token just before a step, and just after it.
          for (const kind of ['fetch', 'issue', 'tick', 'issue'] as const) await this.take({ kind })
          return this.take({ kind: 'fetch' })
        case 'revoke':
          return revoke()
        case 'fetch': {
          forget()
          const documents = await issuer.findDocuments(toIssuerId(issuerUrl))
          const { keys } = JSON.parse(documents?.jwks ?? '')
          const keyIds = keys.map(({ kid }: { kid: string }) => kid)
          sets.push({ atMs: life.now.elapsedMs, keyIds })
          return
        }
        case 'issue': {
          forget()
          const { keyId } = await issuer.issueToken(createRequest({ nowMs: life.now.ms }))
          tokens.push({ keyId, expiresAtMs: life.now.elapsedMs + TOKEN_MS })
        }
      }
    },

    async check(): Promise<void> {
      const nowMs = life.now.elapsedMs
      const states = (await life.listKeys()).map(({ state }) => state)
      expect(states.filter(state => state === 'active')).toHaveLength(1)
      expect(states.filter(state => state === 'prepared').length).toBeLessThan(2)
      const cached = sets.filter(({ atMs }) => nowMs - atMs <= MAX_AGE_MS)
      for (const { keyId, expiresAtMs } of tokens) {
        if (expiresAtMs <= nowMs || revokedAtMs.has(keyId)) continue
        if ((gapUntilMs.get(keyId) ?? 0) > nowMs) continue
        for (const { keyIds } of cached) expect(keyIds).toContain(keyId)
      }
      for (const [keyId, atMs] of revokedAtMs) {
        for (const set of sets) if (set.atMs > atMs) expect(set.keyIds).not.toContain(keyId)
      }
    },
  }
}

it('at every instant, every good token verifies by every set of the last max-age, and no other key is in one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(EVENT, { minLength: 10, maxLength: 80 }), async events => {
      const history = await createHistory()
      for (const event of events) {
        await history.take(event)
        await history.check()
      }
      await history.life.store.close()
    }),
    { numRuns: 100 },
  )
}, 120_000)
