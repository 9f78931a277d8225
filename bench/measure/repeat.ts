/** What something cost that was done again and again. */
export interface Cost {
  readonly perSecond: number
  /** Of all threads of the process, user and system, for each. */
  readonly cpuUs: number
  readonly count: number
  readonly elapsedMs: number
}

/** A clock of the CPU time of this process, for {@link Cost}. */
export function startCost(): (count: number) => Cost {
  const cpu = process.cpuUsage()
  const startedAtMs = performance.now()
  return count => {
    const elapsedMs = performance.now() - startedAtMs
    const { user, system } = process.cpuUsage(cpu)
    const cpuUs = (user + system) / count
    return { perSecond: (count * 1000) / elapsedMs, cpuUs, count, elapsedMs }
  }
}

/** Does `work` for a while, which does so many things each time. */
export async function repeat(
  work: () => Promise<unknown> | unknown,
  { each, durationMs }: { readonly each: number; readonly durationMs: number },
): Promise<Cost> {
  const finish = startCost()
  const endsAtMs = performance.now() + durationMs
  let count = 0
  while (performance.now() < endsAtMs) {
    const done = work()
    // To wait for what is there already would cost more than some of what is measured.
    if (done instanceof Promise) await done
    count += each
  }
  return finish(count)
}

/**
 * Measures all once to warm up, then all in each round, so that a slow moment of the machine meets all of
 * them. Returns the rounds of each.
 */
export async function takeTurns<Contestant, Sample>(
  contestants: readonly Contestant[],
  rounds: number,
  measure: (contestant: Contestant) => Promise<Sample>,
): Promise<readonly (readonly [Contestant, readonly Sample[]])[]> {
  const entries = contestants.map((contestant): [Contestant, Sample[]] => [contestant, []])
  for (const [contestant] of entries) await measure(contestant)
  for (let round = 0; round < rounds; round += 1) {
    for (const [contestant, samples] of entries) samples.push(await measure(contestant))
  }
  return entries
}
