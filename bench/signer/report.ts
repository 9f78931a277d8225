import type { SigningAlgorithm } from '../../packages/server/src/principals/algorithms.ts'

/** What one round found out. */
export interface Sample {
  readonly perSecond: number
  /** Of all threads of the process, user and system, for one signature. */
  readonly cpuUs: number
}

/** A way to sign at one depth, with its rounds. */
export interface Row {
  readonly name: string
  readonly pending: number
  readonly samples: readonly Sample[]
}

/** Everything of a run. */
export interface Result {
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly openssl: string
  readonly libcryptoMb: string | null
  /** Programs that wanted a core at the end of the run, this one among them. */
  readonly loadAverage: number
  readonly rounds: number
  readonly durationMs: number
  /** What could not be measured here, with the reason. */
  readonly missing: readonly string[]
  readonly algorithms: readonly {
    readonly algorithm: SigningAlgorithm
    readonly rows: readonly Row[]
  }[]
}

/** The result as a page. */
export function formatReport(result: Result): string {
  const { date, machine, node, openssl, libcryptoMb, rounds, durationMs, missing } = result
  const load = `${result.loadAverage} programs wanted a core at the same time`
  const library = libcryptoMb === null ? '' : `, libcrypto_mb ${libcryptoMb}`
  const parts = [
    '# Signatures',
    `Made by \`node bench/signer/run.ts\` on ${date}: ${machine}, Node ${node}, OpenSSL ${openssl}${library}. ${rounds} rounds of ${durationMs} ms; medians; ${load}. \`bench/signer/README.md\` says what the figures mean.`,
    ...missing.map(each => `Not measured on this machine: ${each}.`),
    ...result.algorithms.map(
      ({ algorithm, rows }) => `## ${algorithm}\n\n${formatTable(rows)}${formatBreakEven(rows)}`,
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function formatTable(rows: readonly Row[]): string {
  const [bare] = rows
  const reference = bare === undefined ? 0 : medianCpu(bare)
  const lines = rows.map(row => {
    const rates = row.samples.map(({ perSecond }) => perSecond)
    const cells = [
      row.name,
      row.pending,
      formatRate(median(rates)),
      `${formatRate(Math.min(...rates))}–${formatRate(Math.max(...rates))}`,
      medianCpu(row).toFixed(1),
      (medianCpu(row) / reference).toFixed(2),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head =
    '| | wanted at once | signatures/s | least–most | CPU µs each | CPU ÷ first row |\n|---|--:|--:|--:|--:|--:|'
  return `${head}\n${lines.join('\n')}`
}

/** From how many signatures on a pass takes less CPU time than as many by node:crypto. */
function formatBreakEven(rows: readonly Row[]): string {
  const [bare] = rows
  const passes = rows.filter(({ name }) => name === 'one pass of libcrypto_mb')
  if (bare === undefined || passes.length === 0) return ''
  const first = passes.find(row => medianCpu(row) < medianCpu(bare))
  const answer = first === undefined ? 'never' : `from ${first.pending} signature(s) on`
  return `\n\nA pass is cheaper than \`crypto.sign\` ${answer}.`
}

const medianCpu = ({ samples }: Row): number => median(samples.map(({ cpuUs }) => cpuUs))

const formatRate = (rate: number): string => Math.round(rate).toLocaleString('en-US')

/** The middle one; of two, the mean. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return middle.reduce((sum, value) => sum + value, 0) / middle.length
}
