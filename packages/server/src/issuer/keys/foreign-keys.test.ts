import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  account,
  createParts,
  createRequest,
  NOW_MS,
  toIssuerId,
} from '../../../test/support/issuer-parts.ts'
import { createBinder } from '../../secrets/binder.ts'
import { createMasterKey } from '../../secrets/master-key.ts'
import { KEY_STATES } from '../../store/key-ports.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { formatThumbprint } from '../thumbprint.ts'
import { bindKey } from './binding.ts'

/** An issuer whose store somebody else can write to, and what its JWKS has afterwards. */
async function createInvadedIssuer() {
  const parts = createParts()
  const { issuerUrl } = await parts.issuer.enableFederation(account, NOW_MS)
  const readThumbprints = async (): Promise<string[]> => {
    parts.issuer.invalidate([`federation:${account.id}`])
    const documents = await parts.issuer.findDocuments(toIssuerId(issuerUrl))
    return JSON.parse(documents?.jwks ?? '').keys.map(({ kid }: { kid: string }) => kid)
  }
  const own = await readThumbprints()
  return { ...parts, own, readThumbprints }
}

function createForeignKey(changes: Partial<IssuerKey>): IssuerKey {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
    format: 'jwk',
  })
  const publicJwk = { kty: 'EC', crv: 'P-384', x: String(x), y: String(y) } as const
  return {
    accountId: account.id,
    algorithm: 'ES384',
    generation: 7,
    state: 'prepared',
    backend: 'local',
    thumbprint: formatThumbprint(publicJwk),
    publicJwk,
    handle: Uint8Array.of(1),
    binding: null,
    createdAtMs: NOW_MS,
    visibleAtMs: NOW_MS,
    activatedAtMs: null,
    endedAtMs: null,
    ...changes,
  }
}

describe('a key that somebody else has put into the store', () => {
  const foreignBinder = createBinder(createMasterKey(new Uint8Array(32).fill(9), 'a test'))

  it.each(KEY_STATES)('%s, without a binding: is not published', async state => {
    const { store, own, readThumbprints } = await createInvadedIssuer()
    store.keys.push(createForeignKey({ state }))
    expect(await readThumbprints()).toEqual(own)
  })

  it.each(['prepared', 'active', 'retiring'] as const)(
    '%s, with a binding of another master key: is not published, and there is an alarm',
    async state => {
      const { store, own, refusedKeys, readThumbprints } = await createInvadedIssuer()
      const foreign = bindKey(foreignBinder, createForeignKey({ state }))
      store.keys.push(foreign)
      expect(await readThumbprints()).toEqual(own)
      expect(refusedKeys).toEqual([foreign])
    },
  )

  it('does not take the place of ours, with the binding and the handle of ours', async () => {
    const { issuer, store, own, refusedKeys, readThumbprints } = await createInvadedIssuer()
    const index = store.keys.findIndex(key => key.algorithm === 'ES384' && key.state === 'active')
    const ours = store.keys[index]
    if (ours === undefined) throw new Error('no key')
    const { publicJwk, thumbprint } = createForeignKey({})
    store.keys[index] = { ...ours, publicJwk, thumbprint }
    expect(await readThumbprints()).toEqual(own.filter(kid => kid !== ours.thumbprint))
    expect(refusedKeys).toHaveLength(1)
    await expect(issuer.issueToken(createRequest())).rejects.toThrow('has no active key for ES384')
  })

  it.each([
    ['another state', { state: 'retiring' }],
    ['another place', { generation: 8 }],
    ['another algorithm', { algorithm: 'RS256' }],
    ['another backend', { backend: 'pkcs11' }],
    ['another thumbprint', { thumbprint: 'x' }],
  ] as const)('a key of ours in %s is none of ours', async (_, changes) => {
    const { store, own, readThumbprints } = await createInvadedIssuer()
    const index = store.keys.findIndex(key => key.algorithm === 'ES384' && key.state === 'active')
    const ours = store.keys[index]
    if (ours === undefined) throw new Error('no key')
    store.keys[index] = { ...ours, ...changes }
    expect(await readThumbprints()).toEqual(own.filter(kid => kid !== ours.thumbprint))
  })
})
