import { describe, expect, it, vi } from 'vitest'
import { createHostResolvers } from './resolve-host.ts'

const never = new AbortController().signal

const resolvers = createHostResolvers()

describe('createHostResolvers', () => {
  it('resolves a listed host as the system does', async () => {
    const addresses = await resolvers.listed('localhost', never)
    expect(['127.0.0.1', '::1']).toEqual(expect.arrayContaining([...addresses]))
    expect(addresses).not.toHaveLength(0)
  })

  it.each(['listed', 'public'] as const)('gives up on a %s host at the signal', async kind => {
    const controller = new AbortController()
    const resolved = resolvers[kind]('idp.invalid', controller.signal)
    controller.abort()
    await expect(resolved).rejects.toMatchObject({
      name: 'KeySourceError',
      reason: 'unreachable',
      message: 'idp.invalid has no address',
      cause: expect.anything(),
    })
  })

  it('looks a listed host up once for all who ask meanwhile, also when they have given up', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>()
    const lookUp = vi.fn((host: string) => (host === 'slow' ? promise : Promise.resolve([host])))
    const { listed } = createHostResolvers(lookUp)
    const controller = new AbortController()
    const impatient = listed('slow', controller.signal)
    controller.abort()
    await expect(impatient).rejects.toThrow('slow has no address')
    const patient = [listed('slow', never), listed('slow', never)]
    expect(await listed('other', never)).toEqual(['other'])
    resolve(['127.0.0.1'])
    expect(await Promise.all(patient)).toEqual([['127.0.0.1'], ['127.0.0.1']])
    expect(lookUp.mock.calls).toEqual([['slow'], ['other']])
    await listed('slow', never)
    expect(lookUp).toHaveBeenCalledTimes(3)
  })

  it('asks again after a look-up that failed', async () => {
    const lookUp = vi.fn(() => Promise.reject(new Error('no name server')))
    const { listed } = createHostResolvers(lookUp)
    await expect(listed('idp', never)).rejects.toThrow('idp has no address')
    await expect(listed('idp', never)).rejects.toThrow('idp has no address')
    expect(lookUp).toHaveBeenCalledTimes(2)
  })
})
