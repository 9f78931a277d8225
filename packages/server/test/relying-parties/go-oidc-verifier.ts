import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { AUDIENCE } from './rotating-issuer.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const PROGRAM = join(ROOT, '.cache', 'clients-go-oidc')
const TOOLCHAIN = 'go'

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

/** Why go-oidc can't be run on this machine; null when it can. */
export const lack = findLack()

/** The verifier in a process of its own; it has this process's time with each question. */
export function startVerifier(issuer: string) {
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
