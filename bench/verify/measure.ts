import type { Verify } from './contestants.ts'

/** What one round found out. */
export interface Sample {
  readonly tokensPerSecond: number
  /** Of all threads of the process, user and system. */
  readonly cpuMicrosecondsPerToken: number
}

/** Verifies tokens in turn for a while, `concurrency` at once. */
export async function measure(
  verify: Verify,
  tokens: readonly string[],
  concurrency: number,
  durationMs: number,
): Promise<Sample> {
  const batches = Math.floor(tokens.length / concurrency)
  const cpu = process.cpuUsage()
  const startedAtMs = performance.now()
  let count = 0
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    const start = ((count / concurrency) % batches) * concurrency
    if (concurrency === 1) await verify(tokens[start] ?? '')
    else await Promise.all(tokens.slice(start, start + concurrency).map(verify))
    count += concurrency
    elapsedMs = performance.now() - startedAtMs
  }
  const { user, system } = process.cpuUsage(cpu)
  return {
    tokensPerSecond: (count * 1000) / elapsedMs,
    cpuMicrosecondsPerToken: (user + system) / count,
  }
}

/** Milliseconds from a JWKS to the first verified token. */
export async function measureCold(create: () => Verify, token: string): Promise<number> {
  const startedAtMs = performance.now()
  await create()(token)
  return performance.now() - startedAtMs
}
