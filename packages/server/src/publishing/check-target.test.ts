import { expect, it } from 'vitest'
import { checkTarget } from './check-target.ts'
import { createPublishedWorld } from './test/published-world.ts'

async function check(
  arrange: (web: Awaited<ReturnType<typeof createPublishedWorld>>['web']) => void = () => {},
) {
  const { web, deps, open } = await createPublishedWorld()
  arrange(web)
  const findings = await checkTarget(deps, open())
  return { findings, problems: findings.filter(({ problem }) => problem !== null), web }
}

it('finds nothing at a target that does what it must, and leaves nothing there', async () => {
  const { findings, problems, web } = await check()
  expect(problems).toEqual([])
  expect(findings).toHaveLength(9)
  expect(web.objects.size).toBe(0)
})

it.each(['if-none-match', 'if-match'])('finds a target that ignores %s', async name => {
  const { problems } = await check(web => {
    web.intercept = ({ headers }) => {
      delete headers[name]
      return false
    }
  })
  expect(problems).toEqual([
    {
      what: expect.stringMatching(/nothing/),
      problem: 'it ignores the condition of a write, so two writers destroy what the other wrote',
    },
  ])
})

it('finds a cache that shows what was there before', async () => {
  const { problems, web } = await check(site => {
    let first: Buffer | null = null
    site.intercept = ({ method, headers, url = '' }, response) => {
      if (method !== 'GET' || headers['cache-control'] === 'no-cache') return false
      const object = site.objects.get(url)
      if (object === undefined) return false
      first ??= object.bytes
      response.writeHead(200, object.headers).end(first)
      return true
    }
  })
  expect(problems).toEqual([
    {
      what: 'shows what has taken its place at the public URL',
      problem: expect.stringMatching(/a cache may keep an older one/),
    },
  ])
  expect(web.objects.size).toBe(0)
})

it.each([
  [403, /status 403$/],
  [503, /status 503$/],
])('tells with what a target refuses: %d', async (status, problem) => {
  const { problems } = await check(web => {
    web.intercept = ({ method }, response) => {
      if (method === 'PUT') response.writeHead(status).end()
      return method === 'PUT'
    }
  })
  expect(problems).toEqual([
    { what: 'writes where nothing is', problem: expect.stringMatching(problem) },
  ])
})
