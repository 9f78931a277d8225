import jsonwebtoken from 'jsonwebtoken'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lack, startVerifier } from './go-oidc-verifier.ts'
import { ALGORITHMS, pass, startIssuer } from './rotating-issuer.ts'

// The first build brings the modules.
vi.setConfig({ testTimeout: 300_000 })

const HOUR_MS = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it.skipIf(lack !== null)(
  `go-oidc refuses no good token over three rotations${lack === null ? '' : `: not run, ${lack}`}`,
  async () => {
    const { server, issuerUrl, issue } = await startIssuer({
      'keys.rotateEvery': '2d',
      'keys.publishBefore': '12h',
    })
    await using _server = server
    await using verifier = startVerifier(issuerUrl)
    const kids = new Set<unknown>()
    const refused: string[] = []
    let verified = 0
    for (let step = 0; step < 7 * 24; step += 1) {
      await server.rotateKeys()
      // Several of each at once, and those from before a change after it.
      const tokens = await Promise.all(
        [...ALGORITHMS, ...ALGORITHMS, ...ALGORITHMS].map(each => issue(each)),
      )
      for (const token of tokens) {
        kids.add(jsonwebtoken.decode(token, { complete: true })?.header.kid)
      }
      pass(step % 2 === 0 ? 240_000 : 1)
      await server.rotateKeys()
      const outcomes = await Promise.all(tokens.map(token => verifier.verify(token)))
      verified += outcomes.length
      refused.push(...outcomes.filter(error => error !== ''))
      pass(HOUR_MS - (step % 2 === 0 ? 240_000 : 1))
    }
    expect(refused).toEqual([])
    expect(kids.size).toBeGreaterThanOrEqual(8)
    expect(verified).toBe(7 * 24 * 6)

    const token = await issue('ES384')
    expect(await verifier.verify(`${token.slice(0, -4)}AAAA`)).toContain('verify')
    pass(2 * HOUR_MS)
    expect(await verifier.verify(token)).toContain('expired')
  },
)
