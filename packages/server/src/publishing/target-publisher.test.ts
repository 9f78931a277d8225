import { describe, expect, it } from 'vitest'
import { createPublisher } from './publisher.ts'
import { TargetPublisher } from './target-publisher.ts'
import { createPublishedWorld } from './test/published-world.ts'

async function create(accountCount = 1) {
  const world = await createPublishedWorld(accountCount)
  const publisher = new TargetPublisher(world.open(), world.deps)
  return { ...world, publisher }
}

describe('the publisher of a target', () => {
  it('publishes what it is told of, many at once, each once', async () => {
    const { publisher, accounts, takeEvents, web } = await create(9)
    publisher.note(accounts)
    publisher.note(accounts)
    expect(publisher.status.waiting).toBe(9)
    await Promise.all([publisher.tick(), publisher.tick()])
    expect(takeEvents().filter(each => each === 'web visible')).toHaveLength(9)
    expect(publisher.status).toEqual({ waiting: 0, failing: 0, failingSinceMs: null })
    web.requests.splice(0)
    await publisher.tick()
    expect(web.requests).toEqual([])
  })

  it('leaves a target alone that refuses, longer each time, and goes on when it works', async () => {
    const { publisher, accounts, takeEvents, web, time, store } = await create(3)
    web.intercept = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    publisher.note(accounts)
    const asked: number[] = []
    for (let second = 0; second < 400; second += 1) {
      web.requests.splice(0)
      await publisher.tick()
      if (web.requests.length > 0) asked.push(time.ms)
      time.ms += 1000
    }
    // 1, 2, 4, … 60 seconds, each with its jitter.
    expect(asked.length).toBeGreaterThan(8)
    expect(asked.length).toBeLessThan(22)
    const failed = takeEvents()
    expect(failed).toEqual([
      expect.stringMatching(/^web failed: localhost:\d+ answers with status 503$/),
    ])
    expect(publisher.status).toEqual({ waiting: 3, failing: 0, failingSinceMs: 1_000_000 })
    expect(await store.findPublishingTarget('web')).toMatchObject({ failingSinceMs: 1_000_000 })
    web.intercept = () => false
    time.ms += 60_000
    await publisher.tick()
    expect(takeEvents()).toContain('web recovered')
    expect(publisher.status).toEqual({ waiting: 0, failing: 0, failingSinceMs: null })
    expect(await store.findPublishingTarget('web')).toMatchObject({ failure: null })
  })

  it('gives up a target that is slow, and asks it later', async () => {
    const { publisher, accounts, takeEvents, web, time } = await create()
    web.intercept = () => true
    publisher.note(accounts)
    await publisher.tick()
    expect(takeEvents()).toEqual([expect.stringMatching(/did not answer in time$/)])
    web.intercept = () => false
    time.ms += 1500
    await publisher.tick()
    expect(takeEvents()).toContain('web visible')
  })

  it('sees that a target has ignored what was written, and takes it for not visible', async () => {
    const { publisher, accounts, takeEvents, web, time } = await create()
    web.intercept = ({ method }, response) => {
      if (method === 'PUT') response.writeHead(204).end()
      return method === 'PUT'
    }
    publisher.note(accounts)
    await publisher.tick()
    expect(takeEvents()).toContainEqual(expect.stringMatching(/answers with status 404$/))
    expect(publisher.status).toMatchObject({ waiting: 1, failing: 1, failingSinceMs: null })
    web.intercept = () => false
    time.ms += 1500
    await publisher.tick()
    expect(publisher.status).toMatchObject({ waiting: 0 })
  })

  it('is begun before it publishes, until that has succeeded', async () => {
    const world = await createPublishedWorld()
    let attempts = 0
    const publisher = new TargetPublisher(world.open(), {
      ...world.deps,
      async begin() {
        attempts += 1
        if (attempts < 3) throw new Error('not yet')
      },
    })
    publisher.note(world.accounts)
    for (let round = 0; round < 5; round += 1) {
      await publisher.tick()
      expect(world.web.objects.size > 0).toBe(attempts >= 3)
      world.time.ms += 60_000
    }
    expect(attempts).toBe(3)
  })

  it('ends at once when it is told to', async () => {
    const { publisher, accounts, web, stopping, takeEvents } = await create()
    web.intercept = () => true
    publisher.note(accounts)
    const ticking = publisher.tick()
    stopping.abort()
    await ticking
    expect(takeEvents()).toEqual([])
  })
})

describe('the publisher of all targets', () => {
  it('keeps one target from holding up another', async () => {
    const { deps, open, accounts, takeEvents } = await createPublishedWorld()
    const broken = { ...open('broken'), target: failingTarget() }
    const publisher = createPublisher([broken, open()], { ...deps, store: deps.store as never })
    await publisher.tick()
    expect(accounts).toHaveLength(1)
    expect(takeEvents()).toEqual(expect.arrayContaining(['broken failed: broken', 'web visible']))
  })

  it('finds at its start what has changed while it did not run, by the store alone', async () => {
    const { store, deps, open, accounts, change, web } = await createPublishedWorld(3)
    const start = () => createPublisher([open()], { ...deps, store })
    await start().tick()
    web.requests.splice(0)
    const [first] = accounts
    if (first === undefined) throw new Error('no account')
    await change(first, 'second')
    await start().tick()
    const issuers = new Set(web.requests.map(({ path }) => path.split('/')[1]))
    expect([...issuers].filter(each => each?.startsWith('1'))).toHaveLength(1)
  })

  it('looks at every issuer within five minutes, no more than five in a second', async () => {
    const { store, deps, open, web, time } = await createPublishedWorld(12)
    const publisher = createPublisher([open()], { ...deps, store })
    await publisher.tick()
    time.ms += 300_000
    const looked: number[] = []
    for (let step = 0; step < 20; step += 1) {
      web.requests.splice(0)
      await publisher.tick()
      looked.push(new Set(web.requests.map(({ path }) => path.split('/')[1])).size)
      time.ms += 100
    }
    expect(Math.max(...looked)).toBe(1)
    expect(looked.filter(each => each === 1).length).toBeLessThanOrEqual(10)
    for (let step = 0; step < 20; step += 1) {
      await publisher.tick()
      time.ms += 200
    }
    expect(publisher.status()).toEqual([
      { target: 'web', waiting: 0, failing: 0, failingSinceMs: null },
    ])
  })
})

function failingTarget() {
  const fail = () => Promise.reject(new Error('broken'))
  return { kind: 'http', name: 'broken', read: fail, write: fail, remove: fail }
}
