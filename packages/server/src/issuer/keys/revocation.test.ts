import { describe, expect, it } from 'vitest'
import { account, createRequest, NOW_MS, toIssuerId } from '../../../test/support/issuer-parts.ts'
import { createKeyLife, RULES } from '../../../test/support/key-life.ts'
import { type ChangedKeys, revokeKey } from '../../changes/signing-keys.ts'
import { isKeyBound } from './binding.ts'
import { changeKeys } from './take-step.ts'

const SLOT = { accountId: account.id, algorithm: 'ES384' } as const

/** An account with one key that retires, one that signs and one that stands by. */
async function createLivedKeys() {
  const life = await createKeyLife()
  const issuer = life.createIssuer()
  const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
  await life.rotate().tick()
  life.pass(RULES.rotateEveryMs)
  await life.rotate().tick()
  issuer.invalidate([`federation:${account.id}`])
  const revoke = (generation: number): Promise<ChangedKeys> =>
    changeKeys(life.deps, SLOT, life.now.ms, turn => revokeKey(turn, SLOT, generation))
  const readKeyIds = async (): Promise<string[]> => {
    issuer.invalidate([`federation:${account.id}`])
    const documents = await issuer.findDocuments(toIssuerId(issuerUrl))
    return JSON.parse(documents?.jwks ?? '').keys.map(({ kid }: { kid: string }) => kid)
  }
  return { ...life, issuer, revoke, readKeyIds }
}

describe('a revoked key', () => {
  it.each([
    [0, '0 revoked, 1 active, 2 prepared'],
    [1, '0 retiring, 1 revoked, 2 active, 3 intended'],
    [2, '0 retiring, 1 active, 2 revoked, 3 intended'],
  ])('of generation %i leaves the others as they should be: %s', async (generation, states) => {
    const life = await createLivedKeys()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
    const key = (await life.listKeys()).find(each => each.generation === generation)
    const [revoked] = await life.revoke(generation)
    expect(await life.describeKeys()).toBe(states)
    expect(revoked).toMatchObject({ state: 'revoked', handle: null, endedAtMs: life.now.ms })
    expect(await life.readKeyIds()).not.toContain(key?.thumbprint)
    for (const each of await life.listKeys()) {
      if (each.publicJwk !== null) expect(isKeyBound(life.binder, each)).toBe(true)
    }
  })

  it('is followed at once by the one that stands by', async () => {
    const life = await createLivedKeys()
    const [, signing, standby] = await life.listKeys()
    const before = await life.issuer.issueToken(createRequest())
    expect(before.keyId).toBe(signing?.thumbprint)
    await life.revoke(1)
    life.issuer.invalidate([`federation:${account.id}`])
    expect((await life.issuer.issueToken(createRequest())).keyId).toBe(standby?.thumbprint)
    expect((await life.listKeys()).at(-2)).toMatchObject({ activatedAtMs: life.now.ms })
    await life.rotate().tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 revoked, 2 active, 3 prepared')
  })

  it('signs nothing more, also for whoever has it in hand already', async () => {
    const life = await createLivedKeys()
    const [, , standby] = await life.listKeys()
    const token = life.issuer.issueToken(createRequest())
    await life.revoke(1)
    life.issuer.invalidate([`federation:${account.id}`])
    expect((await token).keyId).toBe(standby?.thumbprint)
  })

  it('is erased from memory when it is known to be revoked, whether or not somebody calls', async () => {
    const life = await createLivedKeys()
    await life.issuer.issueToken(createRequest())
    expect(life.counts.closed).toBe(0)
    await life.revoke(1)
    life.issuer.invalidate([`federation:${account.id}`])
    await Promise.resolve()
    expect(life.counts.closed).toBe(1)
  })

  it('is no more revoked the second time', async () => {
    const life = await createLivedKeys()
    await life.revoke(1)
    expect(await life.revoke(1)).toEqual([])
    expect(await life.revoke(7)).toEqual([])
    expect(await life.revoke(3)).toEqual([])
  })

  it('goes on where nothing stands by: the caller makes something first', async () => {
    const life = await createLivedKeys()
    await life.revoke(2)
    expect(await life.revoke(1)).toEqual([])
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 revoked, 3 intended')
  })

  it('is not retired when its time would have come', async () => {
    const life = await createLivedKeys()
    await life.revoke(0)
    life.pass(RULES.keepAfterMs)
    await life.rotate().tick()
    expect(await life.describeKeys()).toBe('0 revoked, 1 active, 2 prepared')
  })
})
