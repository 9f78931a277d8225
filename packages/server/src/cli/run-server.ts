import { type RunningServer, startServer } from '../composition.ts'
import type { Config } from '../config/config.ts'
import type { Terminal } from './terminal.ts'

/** What is special to one way of running a server. */
export interface RunServerOptions {
  /**
   * SIGHUP: open the audit file anew and read the TLS files, as log rotation expects; or stop, since
   * the terminal was closed.
   */
  readonly hangup: 'reload' | 'stop'
  /** Runs when the server answers; when it rejects, the server stops. */
  readonly onReady: (server: RunningServer) => Promise<void>
}

/**
 * Runs a server until SIGINT or SIGTERM. Then it accepts nothing new and lets requests in flight end;
 * a second signal ends them at once.
 */
export async function runServer(
  terminal: Terminal,
  config: Config,
  options: RunServerOptions,
): Promise<void> {
  let server: RunningServer | null = null
  const stopping = Promise.withResolvers<void>()
  let isStopping = false
  const stop = () => {
    stopping.resolve()
    if (isStopping) void server?.stop({ graceMs: 0 })
    isStopping = true
  }
  const hangUp = options.hangup === 'stop' ? stop : () => void server?.reload()
  const forget = [
    terminal.onSignal('SIGINT', stop),
    terminal.onSignal('SIGTERM', stop),
    terminal.onSignal('SIGHUP', hangUp),
  ]
  try {
    server = await startServer(config, terminal)
    await runToEnd(server, options, stopping.promise)
  } finally {
    for (const each of forget) each()
  }
}

async function runToEnd(
  server: RunningServer,
  { onReady }: RunServerOptions,
  stopped: Promise<void>,
): Promise<void> {
  try {
    await onReady(server)
  } catch (error) {
    await server.stop({ graceMs: 0 })
    throw error
  }
  await stopped
  await server.stop({ graceMs: server.graceMs })
}
