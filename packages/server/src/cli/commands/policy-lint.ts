import { type Command, Option } from 'commander'
import { exportDeclaration } from '../../declaration/export-declaration.ts'
import { listDocuments } from '../../declaration/list-documents.ts'
import { POLICY_KINDS, type PolicyKind } from '../../policy/policy-document.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import {
  formatFinding,
  lintDocument,
  lintStoredDocument,
  type ShownFinding,
} from '../policy-document.ts'
import { readInputFile } from '../read-input-file.ts'
import type { Terminal } from '../terminal.ts'

interface LintOptions {
  readonly kind?: PolicyKind
}

/** A finding with the policy that it is about. A finding in a file needs no such name. */
type PlacedFinding = ShownFinding & { readonly policy?: string }

/** `credence policy lint` */
export function addPolicyLintCommand(policy: Command, terminal: Terminal): void {
  const lint = policy
    .command('lint')
    .argument(
      '[file]',
      'the JSON document, or - for standard input; every stored policy without it',
    )
    .addOption(
      new Option(
        '--kind <kind>',
        'what the policy of the file is for (default: "identity")',
      ).choices(POLICY_KINDS),
    )
    .description('say where a policy is refused, or does not do what it seems to do')
    .action(async (file: string | undefined, { kind }: LintOptions, command: Command) => {
      const context = new CommandContext(terminal, command)
      if (file === undefined && kind !== undefined) {
        throw new CliError('usage', 'Stored policies have their kinds: --kind needs a file.')
      }
      const nowMs = terminal.clock.nowMs()
      const findings =
        file === undefined
          ? await lintStored(context, nowMs)
          : lintDocument(await readInputFile(terminal, file), file, kind ?? 'identity', nowMs)
      context.report({
        json: findings,
        text: findings.length === 0 ? 'Nothing found.' : findings.map(formatPlaced).join('\n'),
      })
      if (findings.length > 0) throw createVerdict(findings, file === undefined)
    })
  withExample(lint, 'credence policy lint policy.json')
}

async function lintStored(
  context: CommandContext,
  nowMs: number,
): Promise<readonly PlacedFinding[]> {
  const declaration = await context.withData(({ store }) => exportDeclaration(store))
  return listDocuments(declaration).flatMap(({ place, kind, document }) =>
    lintStoredDocument(JSON.stringify(document), place, kind, nowMs).map(finding => ({
      policy: place,
      ...finding,
    })),
  )
}

function formatPlaced({ policy, ...finding }: PlacedFinding): string {
  return policy === undefined ? formatFinding(finding) : `${policy}: ${formatFinding(finding)}`
}

function createVerdict({ length }: readonly PlacedFinding[], areStored: boolean): CliError {
  const count = `${length} ${length === 1 ? 'finding' : 'findings'}`
  const subject = areStored
    ? 'Stored policies do not do what they seem to do'
    : 'A valid policy does not do what it seems to do'
  return new CliError('unverified', `${subject}: ${count}.`)
}
