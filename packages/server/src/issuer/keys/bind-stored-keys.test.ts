import { expect, it } from 'vitest'
import { account, NOW_MS } from '../../../test/support/issuer-parts.ts'
import { createKeyLife } from '../../../test/support/key-life.ts'
import { bindStoredKeys } from './bind-stored-keys.ts'

it('binds keys that sign, as an upgrade leaves them, and gives no other state a binding', async () => {
  const life = await createKeyLife()
  await life.createIssuer().enableFederation(account, NOW_MS)
  await life.rotate().tick()
  const before = await life.listKeys()
  for (const key of before) await life.store.saveIssuerKey({ ...key, binding: null }, key.state)
  const signer = {
    findPublicJwk: async (_algorithm: string, recordId: string) => {
      const key = before.find(({ generation }) => recordId.endsWith(`/${generation}`))
      if (!key?.publicJwk) throw new Error(`no key ${recordId}`)
      return key.publicJwk
    },
  }
  await bindStoredKeys(life.store, signer, life.binder)
  const after = (await life.listKeys()).map(({ state, binding }) => [state, binding !== null])
  expect(after.toSorted()).toEqual([
    ['active', true],
    ['prepared', false],
  ])
})
