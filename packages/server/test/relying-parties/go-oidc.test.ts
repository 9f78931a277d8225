import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import jsonwebtoken from 'jsonwebtoken'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ALGORITHMS, AUDIENCE, pass, startIssuer } from './rotating-issuer.ts'

// The first build brings the modules.
vi.setConfig({ testTimeout: 300_000 })

const ROOT = join(import.meta.dirname, '../../../..')
const PROGRAM = join(ROOT, '.cache', 'clients-go-oidc')
const TOOLCHAIN = 'go'
const HOUR_MS = 3_600_000

/** Why it can't be run here; null when it can. */
function findLack(): string | null {
  const run = (...args: readonly string[]) =>
    execFileSync(TOOLCHAIN, args, { cwd: join(ROOT, 'clients', 'go-oidc'), stdio: 'pipe' })
  try {
    run('version')
  } catch {
    return 'Go is not on this machine'
  }
  try {
    run('build', '-o', PROGRAM, '.')
    return null
  } catch {
    return 'its modules cannot be had here'
  }
}

const lack = findLack()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The verifier in a process of its own; it has this process's time with each question. */
function startVerifier(issuer: string) {
  const child = spawn(PROGRAM, [issuer, AUDIENCE], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, (error: string) => void>()
  let lastId = 0
  createInterface({ input: child.stdout }).on('line', line => {
    const { id, error }: { id: number; error: string } = JSON.parse(line)
    waiting.get(id)?.(error)
    waiting.delete(id)
  })
  return {
    /** Empty for a good token. */
    verify(token: string): Promise<string> {
      lastId += 1
      const { promise, resolve } = Promise.withResolvers<string>()
      waiting.set(lastId, resolve)
      child.stdin.write(`${JSON.stringify({ id: lastId, nowMs: Date.now(), token })}\n`)
      return promise
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close')
      child.stdin.end()
      await ended
    },
  }
}

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
      const tokens = await Promise.all([...ALGORITHMS, ...ALGORITHMS, ...ALGORITHMS].map(issue))
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
