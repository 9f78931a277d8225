import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type MeasuredServer, readRssMib } from './measured-server.ts'

/** A server of somebody else: how to start it on a port of 127.0.0.1. */
export interface ServerCommand {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly port: number
}

/** How long a server may take until it listens. */
const PATIENCE_MS = 60_000

/** How long a server may take to stop when it is asked to. */
const GRACE_MS = 5_000

/** Starts a server and waits until it takes connections. @throws Error with what it printed */
export async function startProcess(command: ServerCommand): Promise<MeasuredServer> {
  const { name, file, args, cwd, port } = command
  const startedAtMs = performance.now()
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    printed = `${printed}${text}`.slice(-2000)
  })
  const ended = once(child, 'close').catch((error: unknown) => {
    printed += String(error)
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await ended
    clearTimeout(timer)
  }
  while (!(await isListening(port))) {
    const isLate = performance.now() - startedAtMs > PATIENCE_MS
    if (isLate || child.pid === undefined || child.exitCode !== null) {
      await stop()
      throw new Error(`${name} does not listen: ${printed}`)
    }
    await sleep(20)
  }
  const startMs = performance.now() - startedAtMs
  const { pid = 0 } = child
  return {
    name,
    endpoint: `http://127.0.0.1:${port}`,
    pid,
    startMs,
    rssAfterStartMib: readRssMib(pid),
    [Symbol.asyncDispose]: stop,
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
