import { describe, expect, it } from 'vitest'
import { KeySourceError } from './key-source-error.ts'
import { SYSTEM_RESOLVERS } from './resolve-host.ts'

const never = new AbortController().signal

describe('SYSTEM_RESOLVERS', () => {
  it('resolves a listed host as the system does', async () => {
    const addresses = await SYSTEM_RESOLVERS.listed('localhost', never)
    expect(['127.0.0.1', '::1']).toEqual(expect.arrayContaining([...addresses]))
    expect(addresses).not.toHaveLength(0)
  })

  it.each(['listed', 'public'] as const)('gives up on a %s host at the signal', async kind => {
    const controller = new AbortController()
    const resolved = SYSTEM_RESOLVERS[kind]('idp.invalid', controller.signal)
    controller.abort()
    await expect(resolved).rejects.toThrow(
      new KeySourceError('unreachable', 'idp.invalid has no address'),
    )
  })
})
