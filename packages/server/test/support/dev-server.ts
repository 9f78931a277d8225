import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { cleanEnvironment, NODE_SIGNS } from './clean-environment.ts'
import { endWithTest } from './end-with-test.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** A `credence dev` in a process and a directory of its own. */
export interface DevServer extends AsyncDisposable {
  readonly directory: string
  /** The variables of `dev.env`. */
  readonly environment: Readonly<Record<string, string>>
  /** Runs the command line on this server's data; resolves to its JSON. */
  readonly credence: (...args: readonly string[]) => Promise<unknown>
  /** Sends a signal and resolves to the exit code. */
  readonly stop: (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => Promise<number | null>
}

/** Starts `credence dev` on a port that the system chooses; resolves when it is ready. */
export async function startDevServer(
  options: {
    readonly directory?: string
    readonly args?: readonly string[]
    /** The `launch.js` of a built package; the sources when left out. */
    readonly launcher?: string
  } = {},
): Promise<DevServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'credence-'))
  const child = endWithTest(
    spawn(
      process.execPath,
      [
        options.launcher ?? MAIN,
        'dev',
        '--port',
        '0',
        '--json',
        ...NODE_SIGNS,
        ...(options.args ?? []),
      ],
      { cwd: directory, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  )
  const exited = once(child, 'exit')
  const ready = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => {
      throw new Error(`credence dev ended with exit code ${code} before it was ready`)
    }),
  ])
  JSON.parse(String(ready[0]))
  const environment = readExports(join(directory, '.credence', 'dev.env'))
  const stop: DevServer['stop'] = async signal => {
    child.kill(signal)
    const [code] = await exited
    return code
  }
  return {
    directory,
    environment,
    credence: async (...args) =>
      JSON.parse(await runCredence([...args, '--json'], { directory, environment })),
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGTERM')
      if (options.directory === undefined) rmSync(directory, { recursive: true })
    },
  }
}

/** Runs `credence` in a process of its own; resolves to its standard output. */
export async function runCredence(
  args: readonly string[],
  where: { readonly directory: string; readonly environment: Readonly<Record<string, string>> },
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args], {
    cwd: where.directory,
    env: { ...cleanEnvironment(), ...where.environment },
  })
  return stdout
}

function readExports(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').matchAll(/^export ([A-Z_]+)='?([^'\n]*)'?$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}
