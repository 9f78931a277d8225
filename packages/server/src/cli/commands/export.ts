import type { Command } from 'commander'
import { stringify } from 'yaml'
import { exportDeclaration } from '../../declaration/export-declaration.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import type { Terminal } from '../terminal.ts'

/** `credence export` */
export function addExportCommand(program: Command, terminal: Terminal): void {
  const exporting = program
    .command('export')
    .description('print everything but secrets and access keys as a file for `credence apply`')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const declaration = await context.withData(({ store }) => exportDeclaration(store))
      context.report({ json: declaration, text: stringify(declaration).trimEnd() })
    })
  withExample(exporting, 'credence export > identities.yaml')
}
