import { startServe } from '../../packages/server/test/system/credence-process.ts'
import { type MeasuredServer, readRssMib } from './measured-server.ts'

/** Starts `credence serve` on an installation, as in production, and waits until it listens. */
export async function startCredenceServer(
  name: string,
  { configFile, endpoint }: { readonly configFile: string; readonly endpoint: string },
): Promise<MeasuredServer> {
  const startedAtMs = performance.now()
  const server = await startServe(configFile)
  const startMs = performance.now() - startedAtMs
  // A full pipe would stop the server, and a log that nobody reads is no part of what is measured.
  server.child.stderr?.removeAllListeners('data').resume()
  const { pid = 0 } = server.child
  return {
    name,
    endpoint,
    pid,
    startMs,
    rssAfterStartMib: readRssMib(pid),
    [Symbol.asyncDispose]: async () => {
      await server.stop('SIGTERM')
      await server[Symbol.asyncDispose]()
    },
  }
}
