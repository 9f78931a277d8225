import type { RunningServer } from '../composition.ts'
import type { Terminal } from './terminal.ts'

/** Waits for SIGINT or SIGTERM, then stops the server; a second signal shortens the grace to nothing. */
export async function waitForStop(terminal: Terminal, server: RunningServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const forget = terminal.onStopSignal(resolve)
  await promise
  forget()
  const forgetSecond = terminal.onStopSignal(() => void server.stop({ graceMs: 0 }))
  await server.stop({ graceMs: server.graceMs })
  forgetSecond()
}
