import type { Command } from 'commander'
import { revokeRoleSessions } from '../../changes/roles.ts'
import { formatRoleArn, toArnHome } from '../../principals/arn.ts'
import type { Account, Role } from '../../principals/entities.ts'
import { listAll } from '../../store/list-all.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

/** `credence role …`; roles are made by `credence apply` and by IAM's own API. */
export function addRoleCommands(program: Command, terminal: Terminal): void {
  const role = program.command('role').description('IAM roles of an account')
  withExample(role, 'credence role list')

  const list = role
    .command('list')
    .description('list the roles of the account')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const roles = await context.withData(async data => {
        const account = await context.findAccount(data)
        const all = await listAll(page =>
          data.store.listRoles(account.id, { ...page, pathPrefix: '/' }),
        )
        return all.map(each => toRoleOutput(account, each))
      })
      const rows = roles.map(({ name, arn, sessionsRevokedBefore }) => [
        name,
        arn,
        sessionsRevokedBefore ?? '',
      ])
      context.report({
        json: roles,
        text: formatTable(['NAME', 'ARN', 'SESSIONS REVOKED BEFORE'], rows, 'No roles.'),
      })
    })
  withExample(list, 'credence role list')

  const revoke = role
    .command('revoke-sessions')
    .argument('<name>')
    .description('end every session of a role that began before now; new ones are not affected')
    .action(async (name: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const revoked = await context.withData(async data => {
        const account = await context.findAccount(data)
        const changed = await context.inTurn(data, [account.id], async turn => {
          const found = await turn.store.findRole(account.id, name)
          if (found !== null) return revokeRoleSessions(turn, found)
          throw new CliError('record', `There is no role ${name} in account ${account.id}.`)
        })
        return toRoleOutput(account, changed)
      })
      context.report({
        json: revoked,
        text: `Sessions of ${revoked.arn} that began before ${revoked.sessionsRevokedBefore} are over.`,
      })
    })
  withExample(revoke, 'credence role revoke-sessions deployer')
}

function toRoleOutput(account: Account, { id, name, path, sessionsRevokedBeforeMs }: Role) {
  return {
    arn: formatRoleArn(toArnHome(account), path, name),
    id,
    name,
    path,
    sessionsRevokedBefore:
      sessionsRevokedBeforeMs === null ? null : new Date(sessionsRevokedBeforeMs).toISOString(),
  }
}
