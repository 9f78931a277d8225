/** One cell of the table: an algorithm at a number of connections, over all rounds. */
export interface Cell {
  readonly algorithm: string
  readonly connections: number
  /** Medians of the rounds. */
  readonly cpuUsPerToken: number
  readonly bareSignUs: number
  readonly tokensPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Lowest and highest CPU time per token of the rounds. */
  readonly spreadUs: readonly [lowest: number, highest: number]
  readonly answered: number
  readonly refused: number
}

/** Everything that one run has found out. */
export interface Results {
  readonly date: string
  readonly machine: string
  readonly rounds: number
  readonly cells: readonly Cell[]
  /** Start of `credence serve` to the first token, each start on its own. */
  readonly startToFirstTokenMs: readonly number[]
  /** `credence dev` in an empty directory to its own verified token. */
  readonly firstStartMs: readonly number[]
  readonly memoryMib: {
    readonly afterStart: number
    readonly afterLoad: number
    readonly peak: number
  }
  /** What others took of the machine meanwhile, as a share of all cores. */
  readonly noise: { readonly othersPercent: number; readonly stolenPercent: number }
}

/** The results as Markdown. */
export function formatResults(results: Results): string {
  const { cells, firstStartMs, memoryMib, noise, startToFirstTokenMs } = results
  const rows = cells.map(cell => {
    const overhead = cell.cpuUsPerToken / cell.bareSignUs
    const [lowest, highest] = cell.spreadUs
    return `| ${cell.algorithm} | ${cell.connections} | ${round(cell.cpuUsPerToken)} (${round(lowest)}–${round(highest)}) | ${round(cell.bareSignUs)} | ${overhead.toFixed(2)} | ${round(cell.cpuUsPerToken - cell.bareSignUs)} | ${round(cell.tokensPerSecond)} | ${cell.p50Ms.toFixed(2)} | ${cell.p99Ms.toFixed(2)} |`
  })
  const answered = cells.reduce((sum, cell) => sum + cell.answered, 0)
  const refused = cells.reduce((sum, cell) => sum + cell.refused, 0)
  return `${results.date}, ${results.machine}. Medians of ${results.rounds} rounds, ${answered} tokens, ${refused} refused. Other programs took ${noise.othersPercent.toFixed(0)} % of the machine meanwhile, the host ${noise.stolenPercent.toFixed(1)} %.

| Algorithm | Connections | Server CPU per token, µs (range) | Bare \`crypto.sign\`, µs | Ratio | Everything else, µs | Tokens/s | p50, ms | p99, ms |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

| | |
|---|---|
| start of \`credence serve\` to the first token | ${startToFirstTokenMs.map(round).join(', ')} ms |
| first start of \`credence dev\` in an empty directory, to its own verified token | ${firstStartMs.map(round).join(', ')} ms |
| resident memory after the start, after the load, at the peak | ${memoryMib.afterStart}, ${memoryMib.afterLoad}, ${memoryMib.peak} MiB |
`
}

function round(value: number): number {
  return Math.round(value)
}
