/**
 * How the time of reading hostile texts grows with their length: each is read at one length and at four
 * times that, in turns, in one process. In proportion to the length is 4, to its square 16. The tests
 * count the same work, but see nothing of what a regular expression does within one match.
 *
 *     node bench/hostile/run.ts [--rounds 5]
 *
 * Ends with 1 when a text takes more than in proportion to its length.
 */
import { parseArgs } from 'node:util'
import { parsePolicy } from '../../packages/server/src/policy/parse-policy.ts'
import { HOSTILE_DOCUMENTS } from '../../packages/server/src/policy/test/hostile-documents.ts'
import { redact } from '../../packages/server/src/runtime/redaction.ts'
import { HOSTILE_UNITS } from '../../packages/server/src/runtime/test/hostile-units.ts'
import { median } from '../measure/statistics.ts'

/** Half way between in proportion and quadratic, on a scale of factors. */
const MAX_GROWTH = 8
/** What is shorter is repeated: below that the clock of the processor is too coarse. */
const SAMPLE_MS = 20
/** A quarter of the longest text that is looked at. */
const LENGTHS = { redact: 16_000, policy: 65_536 } as const

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })

interface Row {
  readonly name: string
  readonly length: number
  readonly create: (length: number) => string
  readonly read: (text: string) => void
}

const rows: readonly Row[] = [
  ...HOSTILE_UNITS.map(unit => ({
    name: `redact: ${unit}`,
    length: LENGTHS.redact,
    create: (length: number) => unit.repeat(length / unit.length),
    read: (text: string) => void redact(text),
  })),
  ...HOSTILE_DOCUMENTS.map(([name, create]) => ({
    name: `policy: ${name}`,
    length: LENGTHS.policy,
    create,
    read: tryPolicy,
  })),
]

for (const { name, length, create, read } of rows) {
  const [short, long] = [create(length), create(4 * length)]
  const growths = Array.from({ length: Number(values.rounds) }, () => {
    const shortMs = measureCpuMs(() => read(short))
    return measureCpuMs(() => read(long)) / shortMs
  })
  const growth = median(growths)
  if (growth > MAX_GROWTH) process.exitCode = 1
  console.log(`${growth.toFixed(1).padStart(5)}  ${name}${growth > MAX_GROWTH ? '  too much' : ''}`)
}

function tryPolicy(document: string): void {
  try {
    parsePolicy(document, 'identity')
  } catch {
    // Nearly all of them are refused; what counts is how soon.
  }
}

/** Processor time of one run: the mean of as many as it takes to measure it. */
function measureCpuMs(run: () => void): number {
  const start = process.cpuUsage()
  for (let runs = 1; ; runs += 1) {
    run()
    const elapsedMs = process.cpuUsage(start).user / 1000
    if (elapsedMs >= SAMPLE_MS) return elapsedMs / runs
  }
}
