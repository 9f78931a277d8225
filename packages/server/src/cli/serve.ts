import type { Command } from 'commander'
import { startServer } from '../composition.ts'
import { checkServeConfig } from '../config/serve-config.ts'
import { CommandContext } from './command-context.ts'
import type { Terminal } from './terminal.ts'
import { waitForStop } from './wait-for-stop.ts'

/** `credence serve` */
export function addServeCommand(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description('run the server: production settings, no seeding')
    .addHelpText('after', '\nExample:\n  credence serve --config /etc/credence/credence.yaml')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { config } = context.loadConfig()
      checkServeConfig(config)
      const server = await startServer(config, terminal)
      const { endpoint } = server
      context.report({ json: { endpoint }, text: `Credence listens on ${endpoint}` })
      await waitForStop(terminal, server)
    })
}
