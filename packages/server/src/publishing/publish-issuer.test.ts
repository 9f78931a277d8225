import { describe, expect, it } from 'vitest'
import { DOCTOR_USER_AGENT } from '../doctor/load-document.ts'
import { DISCOVERY_PATH, JWKS_PATH } from '../issuer/discovery.ts'
import { publishIssuer } from './publish-issuer.ts'
import { findMarkState, MARK_PATH, takeTarget } from './target-mark.ts'
import { createPublishedWorld } from './test/published-world.ts'

async function create() {
  const world = await createPublishedWorld()
  const [account] = world.accounts
  if (account === undefined) throw new Error('no account')
  const target = world.open()
  const publish = () => publishIssuer(world.deps, target, account)
  const puts = () =>
    world.web.requests.splice(0).flatMap(({ method, path }) => (method === 'PUT' ? [path] : []))
  const readStamp = () => world.read(account, JWKS_PATH)?.match(/"(\d+\.\d+)"/)?.[1]
  return { ...world, account, target, publish, puts, readStamp }
}

describe('publishing an issuer', () => {
  it('writes the JWKS before the discovery document, after the mark, and then nothing more', async () => {
    const { publish, puts, account, read } = await create()
    const result = await publish()
    expect(result).toMatchObject({ writes: 2, publication: { failure: null } })
    expect(puts().map(path => path.replace(/^\/1{8}[^/]*/, ''))).toEqual([
      `/${MARK_PATH}`,
      JWKS_PATH,
      DISCOVERY_PATH,
    ])
    expect(read(account, JWKS_PATH)).toMatch(
      /^{"keys":\["first of .*"\],"credence_version":"1\.\d+"}$/,
    )
    expect(await publish()).toMatchObject({ writes: 0 })
    expect(puts()).toEqual([])
  })

  it('writes nothing of the discovery document when the JWKS cannot be written', async () => {
    const { publish, web, puts } = await create()
    web.intercept = ({ method, url }, response) => {
      if (method !== 'PUT' || url?.endsWith(JWKS_PATH) !== true) return false
      response.writeHead(507).end()
      return true
    }
    await expect(publish()).rejects.toThrow(/status 507$/)
    expect(puts().some(path => path.endsWith(DISCOVERY_PATH))).toBe(false)
  })

  it('notes since when each key is visible, and forgets those that are gone', async () => {
    const { publish, time, change, account } = await create()
    const visible = async () => Object.values((await publish())?.publication.visibleSinceMs ?? {})
    expect(await visible()).toEqual([1_000_000])
    time.ms += 5000
    expect(await visible()).toEqual([1_000_000])
    await change(account, 'second')
    expect(await visible()).toEqual([1_005_000])
  })

  it.each([
    ['no object', null],
    ['what Credence has not written', '{"keys":["foreign"]}'],
    ['an older one', '{"keys":["old"],"credence_version":"1.0"}'],
    [
      'an older one with the same keys',
      '{"keys":["first of 100000000000"],"credence_version":"0.9"}',
    ],
  ])('takes the place of %s', async (_what, content) => {
    const { publish, web, account, read } = await create()
    await publish()
    const path = [...web.objects.keys()].find(each => each.endsWith(JWKS_PATH)) ?? ''
    const headers = web.objects.get(path)?.headers ?? {}
    if (content === null) web.objects.delete(path)
    else web.objects.set(path, { bytes: Buffer.from(content), headers })
    expect(await publish()).toMatchObject({ publication: { failure: null } })
    expect(read(account, JWKS_PATH)).toContain('first of')
  })

  it('never takes the place of a later one', async () => {
    const { publish, web, account, read, change } = await create()
    await publish()
    const path = [...web.objects.keys()].find(each => each.endsWith(JWKS_PATH)) ?? ''
    const later = '{"keys":["later"],"credence_version":"1.999"}'
    web.objects.set(path, { bytes: Buffer.from(later), headers: {} })
    await change(account, 'second')
    expect(await publish()).toMatchObject({
      writes: 0,
      publication: { failure: expect.stringMatching(/than this store, .*: remove it there$/) },
    })
    expect(read(account, JWKS_PATH)).toBe(later)
    // The way out that the message tells.
    web.objects.delete(path)
    expect(await publish()).toMatchObject({ publication: { failure: null } })
    expect(read(account, JWKS_PATH)).toContain('second')
  })

  it('keeps nobody from publishing when somebody has put a later object of one issuer there', async () => {
    const world = await createPublishedWorld(2)
    const [poisoned = '' as never, other = '' as never] = world.accounts
    const target = world.open()
    for (const account of world.accounts) await publishIssuer(world.deps, target, account)
    const path = [...world.web.objects.keys()].find(each => each.includes(poisoned)) ?? ''
    const later = '{"keys":[],"credence_version":"999999999999999.999999999999999"}'
    world.web.objects.set(path, { bytes: Buffer.from(later), headers: {} })
    for (const account of world.accounts) await world.change(account, 'second')
    const failed = await publishIssuer(world.deps, target, poisoned)
    expect(failed?.publication.failure).toMatch(/remove it there$/)
    const done = await publishIssuer(world.deps, target, other)
    expect(done?.publication.failure).toBeNull()
    expect(world.read(other, JWKS_PATH)).toContain('second')
  })

  it('does not count from when a key was seen at another URL', async () => {
    const { publish, deps, target, account, time } = await create()
    await publish()
    time.ms += 5000
    const moved = {
      ...target,
      formatPublicUrl: (id: string) => target.formatPublicUrl(id).replace('localhost', '127.0.0.1'),
    }
    const result = await publishIssuer(deps, moved, account)
    expect(Object.values(result?.publication.visibleSinceMs ?? {})).toEqual([1_005_000])
  })

  it.each([
    ['an older document is shown meanwhile', 200, '{"keys":[]}', [1_009_000]],
    ['something else is shown meanwhile', 200, '<html>', [1_009_000]],
    ['nothing can be read meanwhile', 503, '', [1_000_000]],
  ])('counts anew from when a key is back, where %s', async (_what, status, body, expected) => {
    const { publish, web, time } = await create()
    await publish()
    time.ms += 5000
    web.intercept = ({ headers }, response) => {
      if (headers['user-agent'] !== DOCTOR_USER_AGENT) return false
      response.writeHead(status).end(body)
      return true
    }
    expect((await publish())?.publication.failure).not.toBeNull()
    web.intercept = () => false
    time.ms += 4000
    const result = await publish()
    expect(Object.values(result?.publication.visibleSinceMs ?? {})).toEqual(expected)
  })

  it('writes again when somebody else was faster, by what the store has then', async () => {
    const { publish, web, account, read, change } = await create()
    await publish()
    await change(account, 'second')
    let races = 2
    web.intercept = ({ method, url }, response) => {
      if (method !== 'PUT' || url?.endsWith(JWKS_PATH) !== true || races === 0) return false
      races -= 1
      void change(account, `third ${races}`)
      response.writeHead(412).end()
      return true
    }
    expect(await publish()).toMatchObject({ publication: { failure: null } })
    expect(read(account, JWKS_PATH)).toContain('third 0')
  })

  it('gives up when others write all the time', async () => {
    const { publish, web } = await create()
    web.intercept = ({ method }, response) => {
      if (method === 'PUT') response.writeHead(412).end()
      return method === 'PUT'
    }
    await expect(publish()).rejects.toThrow(/all the time$/)
  })

  it('writes type and cache header again where they are others', async () => {
    const { publish, web, puts } = await create()
    await publish()
    for (const [path, { bytes }] of web.objects) {
      web.objects.set(path, { bytes, headers: { 'content-type': 'text/plain' } })
    }
    puts()
    expect(await publish()).toMatchObject({ writes: 2, publication: { failure: null } })
  })

  it('is carried out by several at once', async () => {
    const { publish, account, read, change } = await create()
    for (let round = 0; round < 3; round += 1) {
      await change(account, `round ${round}`)
      const results = await Promise.allSettled([publish(), publish(), publish()])
      expect(results.map(({ status }) => status)).toContain('fulfilled')
      await publish()
      expect(read(account, JWKS_PATH)).toContain(`round ${round}`)
    }
  })

  it('does nothing for an account that has no issuer', async () => {
    const { deps, target } = await create()
    expect(await publishIssuer(deps, target, '999999999999' as never)).toBeNull()
  })
})

describe('a mark that was not written', () => {
  it('is put there by whoever publishes next, and is known after a restart', async () => {
    const { publish, web, store, target, account, change } = await create()
    await publish()
    await change(account, 'second')
    web.intercept = ({ method, url }, response) => {
      if (method !== 'PUT' || url?.endsWith(MARK_PATH) !== true) return false
      response.writeHead(503).end()
      return true
    }
    await expect(publish()).rejects.toThrow(/status 503$/)
    expect(await findMarkState({ store }, target.target)).toBe('own')
    await expect(publish()).rejects.toThrow(/status 503$/)
    web.intercept = () => false
    expect(await findMarkState({ store }, target.target)).toBe('own')
    expect(await publish()).toMatchObject({ publication: { failure: null } })
    expect(await findMarkState({ store }, target.target)).toBe('own')
  })
})

describe('a store that was set back', () => {
  it.each(['9007199254740991', '1e15', '-1', '0', '1.5', '"2"', 'null', '999999999999'])(
    'takes an epoch of %s for nothing that Credence has written',
    async epoch => {
      const { publish, web, account, change, readStamp } = await create()
      await publish()
      const bytes = Buffer.from(`{"epoch":${epoch},"mark":"x"}`)
      web.objects.set(`/${MARK_PATH}`, { bytes, headers: {} })
      await change(account, 'second')
      expect(await publish()).toMatchObject({ publication: { failure: null } })
      expect(readStamp()).toMatch(/^1\./)
    },
  )

  it('publishes nothing before it has taken the target over, and then goes before what was there', async () => {
    const newer = await create()
    await newer.publish()
    const older = await createPublishedWorld()
    const [account] = older.accounts
    if (account === undefined) throw new Error('no account')
    const publishOlder = () => publishIssuer(older.deps, newer.target, account)
    await older.change(account, 'older')
    await expect(publishOlder()).rejects.toThrow(/another copy of this store/)
    await takeTarget(older.deps, newer.target.target)
    expect(await publishOlder()).toMatchObject({ writes: 1, publication: { failure: null } })
    expect(newer.readStamp()).toMatch(/^2\./)
    // And the newer one, if it still runs, has lost the target.
    await newer.change(newer.account, 'newer')
    await expect(newer.publish()).rejects.toThrow(/another copy of this store/)
  })

  it('is told by the mark even when its count of changes has overtaken what was published', async () => {
    const newer = await create()
    await newer.publish()
    const older = await createPublishedWorld()
    const [account] = older.accounts
    if (account === undefined) throw new Error('no account')
    for (let count = 0; count < 20; count += 1) await older.change(account, `change ${count}`)
    await expect(publishIssuer(older.deps, newer.target, account)).rejects.toThrow(
      /another copy of this store/,
    )
  })
})
