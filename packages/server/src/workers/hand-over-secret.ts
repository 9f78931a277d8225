import type { Worker } from 'node:cluster'
import { Writable } from 'node:stream'

/** Where a worker reads what the primary process hands over. Below are the standard streams and the link. */
export const HANDED_OVER_DESCRIPTOR = 4

/** The files that a worker begins with when a secret is handed over: a pipe that nobody else has. */
export const STDIO_WITH_SECRET = ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'] as const

/**
 * Gives a new worker a secret, which then stands in no environment and in no command line. The bytes
 * are erased here when they are handed over, or can't be.
 */
export function handOverSecret(worker: Worker, bytes: Uint8Array): void {
  const pipe = worker.process.stdio[HANDED_OVER_DESCRIPTOR]
  if (!(pipe instanceof Writable)) throw new TypeError('the worker has no pipe for a secret')
  // A worker that ends before it has read it is replaced like any other.
  pipe.on('error', () => {})
  pipe.once('close', () => bytes.fill(0))
  pipe.end(bytes)
}
