import { describe, expect, it, vi } from 'vitest'
import { codeOf, codeThrown, EC_KEY, formatJwks, ISSUER, RSA_KEY } from '../../test/tokens.ts'
import { platform } from '../platform/node.ts'
import { createStaticKeys } from './static-keys.ts'

describe('createStaticKeys', () => {
  it('imports the keys once, then answers at once', async () => {
    const importKey = vi.fn(platform.importKey)
    const keys = createStaticKeys(ISSUER, formatJwks(RSA_KEY, EC_KEY), { ...platform, importKey })
    expect(importKey).not.toHaveBeenCalled()
    const key = await keys.find('EC384_0')
    expect(key).toMatchObject({ id: 'EC384_0' })
    expect(keys.find('EC384_0')).toBe(key)
    expect(keys.find('RSA_0')).toMatchObject({ id: 'RSA_0' })
    expect(importKey).toHaveBeenCalledTimes(2)
  })

  it('knows no others, before and after it has imported them', async () => {
    const keys = createStaticKeys(ISSUER, formatJwks(EC_KEY), platform)
    const find = async (kid: string) => keys.find(kid)
    expect(await codeOf(find('RSA_0'))).toBe('key_unknown')
    expect(await codeOf(find('RSA_0'))).toBe('key_unknown')
    await expect(find('RSA_0')).rejects.toThrow(`no key "RSA_0": ${ISSUER} does not publish it`)
  })

  it('can be loaded beforehand', async () => {
    const keys = createStaticKeys(ISSUER, formatJwks(EC_KEY), platform)
    expect(await keys.load()).toBeUndefined()
    expect(keys.find('EC384_0')).toMatchObject({ id: 'EC384_0' })
  })

  it('refuses at once what is no JWK Set', () => {
    expect(codeThrown(() => createStaticKeys(ISSUER, { keys: 'x' }, platform))).toBe('jwks_invalid')
  })

  it('hands nothing over, and takes nothing', async () => {
    const keys = createStaticKeys(ISSUER, formatJwks(EC_KEY), platform)
    await keys.load()
    expect(keys.exportKeys()).toBeNull()
    const record = { jwks: formatJwks(RSA_KEY), loadedAtMs: 0, freshUntilMs: 1, staleUntilMs: 1 }
    const importing = keys.importKeys(record)
    await expect(importing).rejects.toThrow(`the keys of ${ISSUER} are static`)
    expect(await codeOf(importing)).toBe('snapshot_invalid')
  })
})
