import type { Stoppable } from '../composition/start-primary.ts'
import { type RunningServer, startServer } from '../composition.ts'
import type { Config } from '../config/config.ts'
import type { Terminal } from './terminal.ts'

/** The parts that differ between the ways to run a server. */
export interface RunServerOptions<Server extends Stoppable> {
  /**
   * What SIGHUP does. Either the server opens the audit file again and reads the TLS files, as log
   * rotation expects, or it stops, because the terminal was closed.
   */
  readonly hangup: 'reload' | 'stop'
  /** Runs when the server answers. When it rejects, the server stops. */
  readonly onReady: (server: Server) => Promise<void>
}

/** Runs a server of this process: {@link runUntilStopped}. */
export async function runServer(
  terminal: Terminal,
  config: Config,
  options: RunServerOptions<RunningServer>,
): Promise<void> {
  await runUntilStopped(terminal, () => startServer(config, terminal), options)
}

/**
 * Runs a server until SIGINT or SIGTERM. Then it accepts nothing new and lets requests in flight end. A
 * second signal ends them at once.
 * @throws StoreLostError, DataLockedError when the server could not go on
 */
export async function runUntilStopped<Server extends Stoppable>(
  terminal: Terminal,
  start: () => Promise<Server>,
  { hangup, onReady }: RunServerOptions<Server>,
): Promise<void> {
  let server: Server | null = null
  const stopping = new AbortController()
  const stop = () => {
    if (stopping.signal.aborted) void server?.stop({ graceMs: 0 })
    stopping.abort()
  }
  const forget = [
    terminal.onSignal('SIGINT', stop),
    terminal.onSignal('SIGTERM', stop),
    terminal.onSignal('SIGHUP', hangup === 'stop' ? stop : () => void server?.reload()),
  ]
  try {
    server = await start()
    try {
      await onReady(server)
    } catch (error) {
      await server.stop({ graceMs: 0 })
      // A second signal means that everything is to be dropped, including this.
      if (!stopping.signal.aborted) throw error
    }
    const signalled = untilAborted(stopping.signal).then(() => null)
    const loss = await Promise.race([signalled, server.lost])
    await server.stop({ graceMs: loss === null ? server.graceMs : 0 })
    if (loss !== null) throw loss
  } finally {
    for (const each of forget) each()
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
