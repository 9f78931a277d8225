import { startServer } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { leavePrimary } from '../workers/find-worker-link.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { Terminal } from './terminal.ts'

/** Runs this process as a worker until the primary process says that it should stop. */
export async function runWorker(
  terminal: Terminal,
  config: Config,
  link: WorkerLink,
): Promise<void> {
  // A terminal signals every process of the group. The primary process gets the signal too and says
  // what to do.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) terminal.onSignal(signal, () => {})
  try {
    const server = await startServer(config, { ...terminal, worker: link })
    const { promise: stopped, resolve, reject } = Promise.withResolvers<void>()
    link.obey({
      stop: graceMs => void server.stop({ graceMs }).then(resolve, reject),
      reload: () => void server.reload(),
      reportMetrics: server.reportMetrics,
    })
    link.reportListening(server.endpoint)
    const loss = await Promise.race([stopped.then(() => null), server.lost])
    if (loss === null) return
    // The primary process stops all workers and says why.
    link.reportLost(loss.message)
    await server.stop({ graceMs: 0 })
  } finally {
    leavePrimary()
  }
}
