import cluster from 'node:cluster'
import { createWorkerLink, type WorkerLink } from './worker-link.ts'

/** The link to the primary process when this process is a worker of one; else null. */
export function findWorkerLink(): WorkerLink | null {
  const { worker } = cluster
  if (worker === undefined) return null
  return createWorkerLink({
    // Nothing is sent to a primary process that is gone: node ends its workers.
    send: message => {
      if (worker.isConnected()) worker.send(message, () => {})
    },
    onMessage: listener => {
      worker.on('message', listener)
    },
  })
}

/** Lets this worker end: as long as it is connected, node keeps it alive. */
export function leavePrimary(): void {
  cluster.worker?.disconnect()
}
