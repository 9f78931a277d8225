import type { Command } from 'commander'
import { checkServeConfig } from '../config/serve-config.ts'
import { CommandContext } from './command-context.ts'
import { withExample } from './help.ts'
import { runServer } from './run-server.ts'
import type { Terminal } from './terminal.ts'

/** `credence serve` */
export function addServeCommand(program: Command, terminal: Terminal): void {
  const serve = program
    .command('serve')
    .description('run the server: production settings, no seeding')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      checkServeConfig(config)
      await runServer(terminal, config, {
        hangup: 'reload',
        onReady: async ({ endpoint }) =>
          context.report({ json: { endpoint }, text: `Credence listens on ${endpoint}` }),
      })
    })
  withExample(serve, 'credence serve --config /etc/credence/credence.yaml')
}
