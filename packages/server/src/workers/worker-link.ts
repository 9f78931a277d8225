import type { MetricReport } from '../telemetry/metric-report.ts'
import type { ToPrimary, ToWorker, WorkerCounts, WorkerKeyStage } from './messages.ts'

/** A worker's connection to the primary process. */
export interface Channel {
  send(message: ToPrimary): void
  onMessage(listener: (message: ToWorker) => void): void
}

/** What the primary process asks of a worker. */
export interface WorkerCommands {
  readonly stop: (graceMs: number) => void
  readonly reload: () => void
  readonly reportMetrics: () => Promise<readonly MetricReport[]>
}

/** What a worker has of the primary process. */
export interface WorkerLink {
  /** Null until the primary process has told them. */
  workerCounts(): WorkerCounts | null
  /** Tells the primary that requests are answered. */
  reportListening(endpoint: string): void
  /** Tells the primary that no worker can continue, and why. */
  reportLost(reason: string): void
  /** Tells the primary how far this worker is in a change to a master key. */
  reportKeyStage(stage: { readonly to: string; readonly stage: WorkerKeyStage }): void
  /** From now on commands are carried out; those that came before, at once. */
  obey(commands: WorkerCommands): void
}

/** Begins to listen to the primary process. */
export function createWorkerLink(channel: Channel): WorkerLink {
  let counts: WorkerCounts | null = null
  let commands: WorkerCommands | null = null
  let stopGraceMs: number | null = null

  const reportMetrics = async (question: number): Promise<void> => {
    const reports = (await commands?.reportMetrics()) ?? []
    channel.send({ kind: 'metrics', question, reports })
  }

  channel.onMessage(message => {
    switch (message.kind) {
      case 'worker-counts':
        ;({ counts } = message)
        return
      case 'reload':
        commands?.reload()
        return
      case 'are-you-there':
        channel.send({ kind: 'here' })
        return
      case 'report-metrics':
        void reportMetrics(message.question)
        return
      case 'stop':
        stopGraceMs = message.graceMs
        commands?.stop(message.graceMs)
    }
  })

  return {
    workerCounts: () => counts,
    reportListening: endpoint => channel.send({ kind: 'listening', endpoint }),
    reportLost: reason => channel.send({ kind: 'lost', reason }),
    reportKeyStage: ({ to, stage }) => channel.send({ kind: 'key-stage', to, stage }),
    obey(given) {
      commands = given
      if (stopGraceMs !== null) given.stop(stopGraceMs)
    },
  }
}
