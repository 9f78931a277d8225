import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { DueKeys, IssuerKey, KeySlot } from '../key-ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createFederation,
  createIssuerKey,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const OTHER_ISSUER_ID = '99999999-2222-4333-8444-555555555555'

const ERASED = { handle: null } as const
const WANTED = { state: 'intended', thumbprint: null, publicJwk: null, ...ERASED } as const

/** Nothing is due. */
const NOTHING: DueKeys = {
  activatedUntilMs: null,
  spreadStepMs: 0,
  visibleUntilMs: 0,
  endedUntilMs: 0,
}

/** What a store owes to the life of signing keys. */
export function testIssuerKeys(useStore: UseStore): void {
  describe('signing keys', () => {
    beforeEach(async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      await store.createAccount(createAccount(OTHER_ACCOUNT_ID))
      await store.createFederation(createFederation(), [])
      await store.createFederation(
        createFederation({ accountId: OTHER_ACCOUNT_ID, issuerId: OTHER_ISSUER_ID }),
        [],
      )
    })

    const create = async (...keys: readonly IssuerKey[]): Promise<void> => {
      for (const key of keys) await useStore().createIssuerKey(key)
    }

    it.each(['intended', 'prepared', 'active'] as const)(
      'keeps one key at most that is %s for each account and algorithm',
      async state => {
        const changes = state === 'intended' ? WANTED : { state }
        const name = (text: string) => (state === 'intended' ? null : text)
        await create(
          { ...createIssuerKey('a', changes), thumbprint: name('a') },
          { ...createIssuerKey('b', { ...changes, algorithm: 'RS256' }), thumbprint: name('b') },
          {
            ...createIssuerKey('c', { ...changes, accountId: OTHER_ACCOUNT_ID }),
            thumbprint: name('c'),
          },
        )
        const second = { ...createIssuerKey('d', { ...changes, generation: 1 }) }
        await expect(create({ ...second, thumbprint: name('d') })).rejects.toMatchObject({
          name: 'StoreError',
          reason: 'exists',
        })
        const retiring = createIssuerKey('e', { generation: 2, state: 'retiring' })
        await create(retiring)
        if (state === 'intended') return
        await expect(
          useStore().saveIssuerKey({ ...retiring, state }, 'retiring'),
        ).rejects.toMatchObject({ reason: 'exists' })
      },
    )

    it('keeps as many that have ended as there are', async () => {
      await create(
        createIssuerKey('a', { state: 'retiring' }),
        createIssuerKey('b', { state: 'retiring', generation: 1 }),
        createIssuerKey('c', { state: 'retired', generation: 2, ...ERASED }),
        createIssuerKey('d', { state: 'revoked', generation: 3, ...ERASED }),
      )
      expect(await useStore().listIssuerKeys(ACCOUNT_ID)).toHaveLength(4)
    })

    it('gives a place but once', async () => {
      await create(createIssuerKey('a', { state: 'retired', ...ERASED }))
      await expect(create(createIssuerKey('b'))).rejects.toMatchObject({ reason: 'exists' })
    })

    it('changes a key that is in the state that is expected, and no other', async () => {
      const key = createIssuerKey('a', { state: 'prepared', visibleAtMs: null })
      await create(key)
      const active = { ...key, state: 'active', activatedAtMs: 9, visibleAtMs: 8 } as const
      await useStore().saveIssuerKey(active, 'prepared')
      expect((await useStore().listIssuerKeys(ACCOUNT_ID))[0]).toMatchObject({
        state: 'active',
        activatedAtMs: 9,
        visibleAtMs: 8,
      })
      await expect(useStore().saveIssuerKey(active, 'prepared')).rejects.toMatchObject({
        reason: 'conflict',
      })
      const elsewhere = { ...active, accountId: OTHER_ACCOUNT_ID }
      await expect(useStore().saveIssuerKey(elsewhere, 'active')).rejects.toMatchObject({
        reason: 'conflict',
      })
    })

    it('keeps no private half of a key that signs no more, and none without one that does', async () => {
      const handle = Uint8Array.of(1)
      for (const state of ['retired', 'revoked'] as const) {
        await expect(create(createIssuerKey('a', { state, handle }))).rejects.toThrow()
      }
      for (const state of ['prepared', 'active', 'retiring'] as const) {
        await expect(create(createIssuerKey('a', { state, ...ERASED }))).rejects.toThrow()
      }
      expect(await useStore().listIssuerKeys(ACCOUNT_ID)).toEqual([])
    })

    it('says when an account has no issuer', async () => {
      const accountId = parseAccountId('999999999999')
      await expect(create(createIssuerKey('a', { accountId }))).rejects.toMatchObject({
        reason: 'missing',
      })
    })

    const slot = (accountId: KeySlot['accountId'] = ACCOUNT_ID): KeySlot => ({
      accountId,
      algorithm: 'ES384',
    })
    const list = (due: Partial<DueKeys>, maxItems = 10) =>
      useStore().listDueKeySlots({ ...NOTHING, ...due }, maxItems)

    it('finds what is wanted and what nobody has looked for', async () => {
      await create(
        createIssuerKey('a', { state: 'prepared', visibleAtMs: null, createdAtMs: 7 }),
        createIssuerKey('b', {
          ...WANTED,
          thumbprint: null,
          accountId: OTHER_ACCOUNT_ID,
          createdAtMs: 6,
        }),
      )
      expect(await list({})).toEqual([slot(OTHER_ACCOUNT_ID), slot()])
      expect(await list({}, 1)).toHaveLength(2)
    })

    it('finds what has been kept for long enough', async () => {
      await create(createIssuerKey('a', { state: 'retiring', endedAtMs: 100 }))
      expect(await list({ endedUntilMs: 99 })).toEqual([])
      expect(await list({ endedUntilMs: 100 })).toEqual([slot()])
    })

    it('finds what is to be followed, once somebody is there to follow', async () => {
      await create(createIssuerKey('a', { activatedAtMs: 100 }))
      const due = { activatedUntilMs: 100, visibleUntilMs: 50 }
      expect(await list(due)).toEqual([])
      await create(createIssuerKey('b', { state: 'prepared', generation: 1, visibleAtMs: 50 }))
      expect(await list(due)).toEqual([slot()])
      expect(await list({ ...due, activatedUntilMs: 99 })).toEqual([])
      expect(await list({ ...due, visibleUntilMs: 49 })).toEqual([])
      expect(await list({ ...due, activatedUntilMs: null })).toEqual([])
    })

    it('finds some accounts earlier, by their numbers', async () => {
      const earlinessMs = (Number(ACCOUNT_ID) % 997) * 3
      await create(
        createIssuerKey('a', { activatedAtMs: 10_000 + earlinessMs }),
        createIssuerKey('b', { state: 'prepared', generation: 1, visibleAtMs: 1 }),
      )
      const due = { activatedUntilMs: 10_000, visibleUntilMs: 1, spreadStepMs: 3 }
      expect(await list(due)).toEqual([slot()])
      expect(await list({ ...due, activatedUntilMs: 9_999 })).toEqual([])
    })

    it('names a slot once in which more than one thing is due', async () => {
      await create(
        createIssuerKey('a', { state: 'retiring', endedAtMs: 1 }),
        createIssuerKey('b', { state: 'retiring', endedAtMs: 2, generation: 1 }),
        createIssuerKey('c', { state: 'prepared', visibleAtMs: null, generation: 2 }),
      )
      expect(await list({ endedUntilMs: 5 })).toEqual([slot()])
    })

    it('lists published keys without a binding, part by part', async () => {
      await create(
        createIssuerKey('a', { binding: null }),
        createIssuerKey('b', { binding: null, algorithm: 'RS256' }),
        createIssuerKey('c', { binding: null, accountId: OTHER_ACCOUNT_ID }),
        createIssuerKey('d', { state: 'retiring', generation: 1 }),
        createIssuerKey('e', { state: 'retired', generation: 2, binding: null, ...ERASED }),
      )
      const found: (string | null)[] = []
      let [last] = await useStore().listUnboundIssuerKeys(null, 1)
      while (last !== undefined) {
        found.push(last.thumbprint)
        ;[last] = await useStore().listUnboundIssuerKeys(last, 1)
      }
      expect(found.toSorted()).toEqual(['a', 'b', 'c'])
    })

    it('counts keys by algorithm and state', async () => {
      await create(
        createIssuerKey('a', { createdAtMs: 5, activatedAtMs: 8 }),
        createIssuerKey('b', { accountId: OTHER_ACCOUNT_ID, createdAtMs: 4, activatedAtMs: 9 }),
        createIssuerKey('c', { state: 'prepared', generation: 1, activatedAtMs: null }),
      )
      const counts = await useStore().countIssuerKeys()
      expect(counts.toSorted((a, b) => a.state.localeCompare(b.state))).toEqual([
        {
          algorithm: 'ES384',
          state: 'active',
          count: 2,
          oldestCreatedAtMs: 4,
          oldestActivatedAtMs: 8,
        },
        {
          algorithm: 'ES384',
          state: 'prepared',
          count: 1,
          oldestCreatedAtMs: 5_000,
          oldestActivatedAtMs: null,
        },
      ])
    })
  })
}
