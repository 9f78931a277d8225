import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { account, createAccount, NOW_MS } from '../../../test/support/issuer-parts.ts'
import { createKeyLife, RULES } from '../../../test/support/key-life.ts'
import type { IssuerKey, Store } from '../../store/ports.ts'
import { formatThumbprint } from '../thumbprint.ts'
import { ForeignKeyError, isKeyBound } from './binding.ts'
import { activateSlot, revokeInSlot } from './operate.ts'
import { OWN_DOCUMENTS } from './visibility.ts'

const SLOT = { accountId: account.id, algorithm: 'ES384' } as const

/** A key that signs and one that stands by; and what puts a foreign public key in the place of one of them. */
async function createInvadedKeys() {
  const life = await createKeyLife()
  await life.createIssuer().enableFederation(account, NOW_MS)
  await life.rotate().tick()
  const invade = async (generation: number, changes: Partial<IssuerKey> = {}): Promise<void> => {
    const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
      format: 'jwk',
    })
    const publicJwk = { kty: 'EC', crv: 'P-384', x: String(x), y: String(y) } as const
    const key = (await life.listKeys()).find(each => each.generation === generation)
    if (key === undefined) throw new Error(`no key of generation ${generation}`)
    const thumbprint = formatThumbprint(publicJwk)
    await life.store.saveIssuerKey({ ...key, publicJwk, thumbprint, ...changes }, key.state)
  }
  const deps = { ...life.deps, rules: RULES }
  const options = () => ({ nowMs: life.now.ms, isForced: true, isDryRun: false })
  return {
    ...life,
    invade,
    revoke: (generation: number) => revokeInSlot(deps, SLOT, generation, options()),
    activate: () => activateSlot(deps, SLOT, options()),
    async isBound(generation: number): Promise<boolean> {
      const key = (await life.listKeys()).find(each => each.generation === generation)
      return key !== undefined && isKeyBound(life.binder, key)
    },
  }
}

describe('a row that somebody else has changed gets no binding', () => {
  it('by being looked for where verifiers read', async () => {
    const life = await createInvadedKeys()
    await life.invade(1, { visibleAtMs: null })
    await life.rotate().tick()
    expect(life.failures).toEqual([expect.any(ForeignKeyError)])
    expect(await life.isBound(1)).toBe(false)
  })

  it.each([
    ['the key that stands by', 1],
    ['the key that signs', 0],
  ])('by a rotation: %s', async (_, generation) => {
    const life = await createInvadedKeys()
    await life.invade(generation)
    life.pass(RULES.rotateEveryMs)
    await life.rotate().tick()
    expect(life.failures).toEqual([expect.any(ForeignKeyError)])
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
    expect(await life.isBound(generation)).toBe(false)
    expect(await life.describeKeys('RS256')).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('by hand', async () => {
    const life = await createInvadedKeys()
    await life.invade(1)
    await expect(life.activate()).rejects.toThrow(
      'The prepared key 123456789012/ES384/1 in the store was not written by Credence.',
    )
    expect(await life.isBound(1)).toBe(false)
  })
})

describe('a revocation', () => {
  it('of what somebody else has put there has another key made', async () => {
    const life = await createInvadedKeys()
    await life.invade(1)
    expect(await life.revoke(1)).toMatchObject({ outcome: 'done' })
    await life.rotate().tick()
    expect(await life.describeKeys()).toBe('0 active, 1 revoked, 2 prepared')
    expect(await life.isBound(2)).toBe(true)
  })

  it('of the key that signs has no foreign key succeed it', async () => {
    const life = await createInvadedKeys()
    await life.invade(1)
    expect(await life.revoke(0)).toMatchObject({ outcome: 'done' })
    expect(await life.describeKeys()).toBe('0 revoked, 1 revoked, 2 active, 3 intended')
    expect(await life.isBound(2)).toBe(true)
  })

  it('of a foreign key in the place of the one that signs has ours succeed it', async () => {
    const life = await createInvadedKeys()
    await life.invade(0)
    expect(await life.revoke(0)).toMatchObject({ outcome: 'done' })
    expect(await life.describeKeys()).toBe('0 revoked, 1 active, 2 intended')
    expect(await life.isBound(1)).toBe(true)
  })
})

it('many slots in which nothing can be done do not keep the others waiting', async () => {
  const life = await createInvadedKeys()
  const rotation = life.rotate({
    visibility: {
      ...OWN_DOCUMENTS,
      findVisibleAtMs: async ({ accountId }, nowMs) => {
        if (accountId !== account.id) throw new Error('no route to host')
        return nowMs
      },
    },
  })
  for (let number = 1; number <= 60; number += 1) {
    const other = createAccount(String(number).padStart(12, '0'))
    await life.store.createAccount(other)
    await life.createIssuer().enableFederation(other, NOW_MS)
  }
  await rotation.tick()
  life.pass(1_000)
  await life.revoke(1)
  for (let tick = 0; tick < 4; tick += 1) {
    life.pass(1_000)
    await rotation.tick()
  }
  expect(await life.describeKeys()).toBe('0 active, 1 revoked, 2 prepared')
  expect((await life.listKeys()).at(-1)?.visibleAtMs).not.toBeNull()
})

it('keys that cannot be read do not keep those of others waiting', async () => {
  const life = await createInvadedKeys()
  const damaged = createAccount('000000000001')
  await life.store.createAccount(damaged)
  await life.createIssuer().enableFederation(damaged, NOW_MS)
  await life.revoke(1)
  const store: Store = {
    ...life.store,
    listIssuerKeys: async accountId => {
      if (accountId === damaged.id) throw new Error('a row has a damaged public_jwk column')
      return life.store.listIssuerKeys(accountId)
    },
  }
  await life.rotate({}, store).tick()
  expect(life.failures).toHaveLength(2)
  expect(await life.describeKeys()).toBe('0 active, 1 revoked, 2 prepared')
})
