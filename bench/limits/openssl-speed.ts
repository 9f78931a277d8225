import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Algorithm } from './bare-sign.ts'

const COMMANDS: Readonly<Record<Algorithm, string>> = { RS256: 'rsa2048', ES384: 'ecdsap384' }

/**
 * Signatures in a second of CPU time, from what `openssl speed` prints: the column `sign/s` of
 * OpenSSL 1.1 to 3.x. @throws Error when there is none
 */
export function parseOpensslSpeed(output: string): number {
  const lines = output.split('\n')
  const head = lines.findIndex(line => /\bsign\/s\b/.test(line))
  const columns = (lines[head] ?? '').trim().split(/\s+/)
  const row = (lines[head + 1] ?? '').trim().split(/\s+/)
  // The name of the key stands before the columns, in words of which nobody knows how many.
  const rate = Number(row[row.length - columns.length + columns.indexOf('sign/s')])
  if (head < 0 || !(rate > 0)) throw new Error(`openssl speed printed no sign/s: ${output}`)
  return rate
}

/** Runs `openssl speed` for one algorithm, on one core. */
export async function measureOpensslSpeed(algorithm: Algorithm, seconds: number): Promise<number> {
  const run = promisify(execFile)
  const args = ['speed', '-seconds', String(Math.ceil(seconds)), COMMANDS[algorithm]]
  const { stdout } = await run('openssl', args, { timeout: (seconds + 10) * 4000 })
  return parseOpensslSpeed(stdout)
}
