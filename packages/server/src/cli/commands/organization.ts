import { type Command, Option } from 'commander'
import { deleteControlPolicy, putControlPolicy } from '../../changes/control-policies.ts'
import type { ControlPolicy, ControlPolicyStore } from '../../store/iam-ports.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { formatFinding, lintDocument } from '../policy-document.ts'
import { readInputFile } from '../read-input-file.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

interface Place {
  readonly organization: string
  readonly target: string
  readonly kind: ControlPolicy['kind']
}

/** `credence organization …` */
export function addOrganizationCommands(program: Command, terminal: Terminal): void {
  const organization = program
    .command('organization')
    .description('service and resource control policies; accounts take part by `account place`')
  withExample(organization, 'credence organization policies --organization o-example1234')

  const put = withPlace(organization.command('put-policy'))
    .argument('<name>')
    .argument('<file>', 'the JSON document, or - for standard input')
    .description('attach a policy to a root, a unit or an account, or replace it')
    .action(async (name: string, file: string, place: Place, command: Command) => {
      const context = new CommandContext(terminal, command)
      const document = await readInputFile(terminal, file)
      const warnings = lintDocument(document, file, place.kind, terminal.clock.nowMs()).map(
        formatFinding,
      )
      const { organization: organizationId, target: targetId, kind } = place
      const policy = { organizationId, targetId, kind, name, document }
      const isFirst = await context.withData(data =>
        context.inTurn(data, [], async turn => {
          const isFirstScp = kind === 'scp' && !(await hasServicePolicy(turn.store, policy))
          if (isFirstScp) await putControlPolicy(turn, { ...policy, ...FULL_ACCESS })
          await putControlPolicy(turn, policy)
          return isFirstScp
        }),
      )
      const beside = isFirst
        ? `\n${FULL_ACCESS.name} stays attached beside it, as on AWS; delete it for a list of what is allowed.`
        : ''
      if (!context.isJson) {
        for (const warning of warnings) terminal.printError(`warning: ${warning}\n`)
      }
      context.report({
        json: { ...place, name, warnings },
        text: `${kind} ${name} is attached to ${targetId}.${beside}`,
      })
    })
  withExample(
    put,
    'credence organization put-policy guard scp.json --organization o-example1234 --target r-ab12 --kind scp',
  )

  const list = organization
    .command('policies')
    .requiredOption('--organization <id>', 'o-…')
    .description('list the policies of an organization')
    .action(async (options: Pick<Place, 'organization'>, command: Command) => {
      const context = new CommandContext(terminal, command)
      const policies = await context.withData(({ store }) =>
        store.listOrganizationPolicies(options.organization),
      )
      const rows = policies.map(({ kind, targetId, name }) => [kind, targetId, name])
      context.report({
        json: policies,
        text: formatTable(['KIND', 'TARGET', 'NAME'], rows, 'No policies.'),
      })
    })
  withExample(list, 'credence organization policies --organization o-example1234')

  const remove = withPlace(organization.command('delete-policy'))
    .argument('<name>')
    .description('take a policy away')
    .action(async (name: string, place: Place, command: Command) => {
      const context = new CommandContext(terminal, command)
      const { organization: organizationId, target: targetId, kind } = place
      await context.withData(data =>
        context.inTurn(data, [], turn =>
          deleteControlPolicy(turn, { organizationId, targetId, kind, name }),
        ),
      )
      context.report({
        json: { ...place, name },
        text: `${kind} ${name} is no longer attached to ${targetId}.`,
      })
    })
  withExample(
    remove,
    'credence organization delete-policy guard --organization o-example1234 --target r-ab12 --kind scp',
  )
}

/**
 * The policy that is attached to every root, unit and account of a new organization (AWS Organizations
 * User Guide: service control policies). Here it is implied until the first policy is attached.
 */
const FULL_ACCESS = {
  name: 'FullAWSAccess',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
} as const

async function hasServicePolicy(
  store: Pick<ControlPolicyStore, 'listControlPolicies'>,
  { organizationId, targetId }: ControlPolicy,
): Promise<boolean> {
  const policies = await store.listControlPolicies(organizationId, [targetId])
  return policies.some(({ kind }) => kind === 'scp')
}

function withPlace(command: Command): Command {
  return command
    .requiredOption('--organization <id>', 'o-…')
    .requiredOption('--target <id>', 'a root (r-…), a unit (ou-…) or an account')
    .addOption(
      new Option('--kind <kind>', 'service or resource control policy')
        .choices(['scp', 'rcp'])
        .makeOptionMandatory(),
    )
}
