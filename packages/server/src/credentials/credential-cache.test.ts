import { expect, it } from 'vitest'
import { Secret } from '../secrets/secret.ts'
import type { LoadedCredentials } from './aws-credentials.ts'
import { CredentialCache } from './credential-cache.ts'

function createSource(expirations: readonly (number | null | Error)[]) {
  const left = [...expirations]
  return {
    description: 'a test',
    isRenewable: true,
    load: async (): Promise<LoadedCredentials> => {
      const next = left.shift()
      if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often')
      return {
        credentials: {
          accessKeyId: `AKIA${left.length}`,
          secretAccessKey: new Secret('s'),
          sessionToken: null,
        },
        expiresAtMs: next,
      }
    },
  }
}

it('keeps credentials that last longer than needed, and loads others when they do not', async () => {
  const cache = new CredentialCache(createSource([100, 200]))
  const first = await cache.get(50)
  expect(await cache.get(99)).toBe(first)
  expect(await cache.get(100)).toMatchObject({ expiresAtMs: 200 })
  expect(await cache.get(150)).toMatchObject({ expiresAtMs: 200 })
})

it('loads once for all who wait', async () => {
  const cache = new CredentialCache(createSource([100, 300]))
  expect(new Set(await Promise.all([cache.get(1), cache.get(2), cache.get(3)])).size).toBe(1)
  expect(new Set(await Promise.all([cache.get(200), cache.get(200)])).size).toBe(1)
})

it('hands out what it has got when the source gives none that last', async () => {
  const cache = new CredentialCache(createSource([100, 100]))
  expect(await cache.get(500)).toMatchObject({ expiresAtMs: 100 })
  expect(await cache.get(500)).toMatchObject({ expiresAtMs: 100 })
})

it('loads those without a known end each time, and any after they were dropped', async () => {
  const cache = new CredentialCache(createSource([null, null, 100, 200]))
  expect((await cache.get(1)).credentials.accessKeyId).toBe('AKIA3')
  expect((await cache.get(1)).credentials.accessKeyId).toBe('AKIA2')
  expect((await cache.get(1)).credentials.accessKeyId).toBe('AKIA1')
  cache.drop()
  expect((await cache.get(1)).credentials.accessKeyId).toBe('AKIA0')
})

it('does not keep a failure', async () => {
  const cache = new CredentialCache(createSource([new Error('away'), 100]))
  await expect(cache.get(1)).rejects.toThrow('away')
  expect(await cache.get(1)).toMatchObject({ expiresAtMs: 100 })
})
