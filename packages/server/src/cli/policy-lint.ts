import { type Command, Option } from 'commander'
import { POLICY_KINDS, type PolicyKind } from '../policy/policy-document.ts'
import { CliError } from './cli-error.ts'
import { CommandContext } from './command-context.ts'
import { withExample } from './help.ts'
import { formatFinding, lintDocument } from './policy-document.ts'
import { readInputFile } from './read-input-file.ts'
import type { Terminal } from './terminal.ts'

/** `credence policy lint` */
export function addPolicyLintCommand(policy: Command, terminal: Terminal): void {
  const lint = policy
    .command('lint')
    .argument('<file>', 'the JSON document, or - for standard input')
    .addOption(
      new Option('--kind <kind>', 'what the policy is for')
        .choices(POLICY_KINDS)
        .default('identity'),
    )
    .description('say where a policy is refused, or does not do what it seems to do')
    .action(async (file: string, { kind }: { readonly kind: PolicyKind }, command: Command) => {
      const context = new CommandContext(terminal, command)
      const findings = lintDocument(await readInputFile(terminal, file), file, kind)
      context.report({
        json: findings,
        text: findings.length === 0 ? 'Nothing found.' : findings.map(formatFinding).join('\n'),
      })
      if (findings.length > 0) {
        const noun = findings.length === 1 ? 'finding' : 'findings'
        throw new CliError(
          'unverified',
          `A valid policy does not do what it seems to do: ${findings.length} ${noun}.`,
        )
      }
    })
  withExample(lint, 'credence policy lint policy.json')
}
