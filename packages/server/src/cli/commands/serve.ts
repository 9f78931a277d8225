import type { Command } from 'commander'
import { startPrimary } from '../../composition/start-primary.ts'
import { checkServeConfig } from '../../config/serve-config.ts'
import { findWorkerLink } from '../../workers/find-worker-link.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { runServer, runUntilStopped } from '../run-server.ts'
import { runWorker } from '../run-worker.ts'
import type { Terminal } from '../terminal.ts'

/** `credence serve` */
export function addServeCommand(program: Command, terminal: Terminal): void {
  const serve = program
    .command('serve')
    .description('run the server: production settings, no seeding')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      checkServeConfig(config)
      const link = findWorkerLink()
      if (link !== null) return runWorker(terminal, config, link)
      const options = {
        hangup: 'reload',
        onReady: async ({ endpoint }: { readonly endpoint: string }) =>
          context.report({ json: { endpoint }, text: `Credence listens on ${endpoint}` }),
      } as const
      if (config.server.workers === 1) return runServer(terminal, config, options)
      await runUntilStopped(terminal, () => startPrimary(config, terminal), options)
    })
  withExample(serve, 'credence serve --config /etc/credence/credence.yaml')
}
