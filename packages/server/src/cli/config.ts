import type { Command } from 'commander'
import { checkServeConfig } from '../config/serve-config.ts'
import { formatOrigin } from '../config/setting.ts'
import { CommandContext } from './command-context.ts'
import { formatTable, type Terminal } from './terminal.ts'

/** `credence config …` */
export function addConfigCommands(program: Command, terminal: Terminal): void {
  const config = program.command('config').description('the configuration')

  config
    .command('check')
    .description('check that `credence serve` accepts the configuration')
    .addHelpText('after', '\nExample:\n  credence config check --config credence.yaml')
    .action((_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      checkServeConfig(context.loadConfig().config)
      context.report({ json: { valid: true }, text: 'The configuration is valid.' })
    })

  config
    .command('show')
    .description('print every value and where it comes from')
    .addHelpText('after', '\nExample:\n  credence config show --set listen.port=8080')
    .action((_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const settings = context
        .loadConfig()
        .settings.map(({ key, value, origin }) => ({ key, value, from: formatOrigin(origin) }))
      const rows = settings.map(({ key, value, from }) => [key, JSON.stringify(value), from])
      context.report({
        json: settings,
        text: formatTable(['KEY', 'VALUE', 'FROM'], rows, 'No settings.'),
      })
    })
}
