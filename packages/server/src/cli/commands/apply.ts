import type { Command } from 'commander'
import { applyDeclaration } from '../../declaration/apply-declaration.ts'
import { parseDeclaration } from '../../declaration/parse-declaration.ts'
import { formatChange } from '../../declaration/plan.ts'
import { planDeclaration } from '../../declaration/plan-declaration.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { readInputFile } from '../read-input-file.ts'
import type { Terminal } from '../terminal.ts'

interface ApplyOptions {
  readonly file: string
  readonly dryRun?: true
  readonly prune?: true
}

/** `credence apply` */
export function addApplyCommand(program: Command, terminal: Terminal): void {
  const apply = program
    .command('apply')
    .requiredOption('-f, --file <file>', 'the declaration in YAML or JSON, or - for standard input')
    .option('--dry-run', 'print what would change, and change nothing')
    .option('--prune', 'delete what is not declared; accounts stay')
    .description(
      'make accounts, users, groups, roles, policies and providers as declared in a file',
    )
    .action(async ({ file, dryRun, prune }: ApplyOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      const text = await readInputFile(terminal, file)
      const isDryRun = dryRun === true
      const changes = await context.withData(async data => {
        const desired = parseDeclaration(text, data.trustRules)
        const { random, clock } = terminal
        const isPruning = prune === true
        const planned = isDryRun
          ? await planDeclaration(data, desired, isPruning)
          : await applyDeclaration({ ...data, random, nowMs: clock.nowMs() }, desired, isPruning)
        return planned.map(formatChange)
      })
      const title = isDryRun ? 'would change' : 'changed'
      context.report({
        json: { dryRun: isDryRun, changes },
        text: [...changes, `${changes.length === 0 ? 'Nothing' : changes.length} ${title}.`].join(
          '\n',
        ),
      })
    })
  withExample(apply, 'credence apply -f identities.yaml --dry-run')
}
