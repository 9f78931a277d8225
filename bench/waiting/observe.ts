import { readTreeFigures } from '../measure/process-tree.ts'

/** What was seen of a server while it was watched. */
export interface Observation {
  readonly rssBeforeMib: number
  readonly rssPeakMib: number
  readonly rssAfterMib: number
  /** The most calls that were worked on at one time; null where nobody said. */
  readonly inFlightPeak: number
  /** The most calls that waited for a provider; null where the server does not count them. */
  readonly waitingPeak: number | null
  /** Calls refused early, by reason. */
  readonly refusedEarly: Readonly<Record<string, number>>
}

/** A server that is looked at again and again. */
export interface Watch {
  /** Looks once more and says what was seen. */
  stop(): Promise<Observation>
}

const INTERVAL_MS = 100

/** Watches memory and metrics of a server. */
export async function watchServer(pid: number, metricsUrl: string): Promise<Watch> {
  const { rssMib: rssBeforeMib } = readTreeFigures(pid)
  let rssPeakMib = rssBeforeMib
  let inFlightPeak = 0
  let waitingPeak: number | null = null
  let refusedEarly: Record<string, number> = {}

  async function look(): Promise<void> {
    rssPeakMib = Math.max(rssPeakMib, readTreeFigures(pid).rssMib)
    const scrape = await (await fetch(metricsUrl)).text()
    const read = (name: string): number | null => {
      const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(scrape)?.[1]
      return value === undefined ? null : Number(value)
    }
    inFlightPeak = Math.max(inFlightPeak, read('credence_requests_in_flight') ?? 0)
    const waiting = read('credence_requests_waiting')
    if (waiting !== null) waitingPeak = Math.max(waitingPeak ?? 0, waiting)
    refusedEarly = Object.fromEntries(
      [...scrape.matchAll(/^credence_requests_refused_early_total\{reason="(\w+)"\} (\d+)$/gm)].map(
        ([, reason = '', count]) => [reason, Number(count)],
      ),
    )
  }

  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      await look()
      await new Promise(resolve => setTimeout(resolve, INTERVAL_MS))
    }
  })()
  return {
    async stop() {
      isOver = true
      await watching
      await look()
      const rssAfterMib = readTreeFigures(pid).rssMib
      return {
        ...{ rssBeforeMib, rssPeakMib, rssAfterMib },
        ...{ inFlightPeak, waitingPeak, refusedEarly },
      }
    },
  }
}
