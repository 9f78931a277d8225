import type { Command } from 'commander'
import { toInspected } from '../../composition.ts'
import { inspectIssuers } from '../../doctor/inspect-issuers.ts'
import { listAll } from '../../store/list-all.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { inspectTargets } from '../publishing.ts'
import type { Terminal } from '../terminal.ts'

/** `credence doctor` */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  const doctor = program
    .command('doctor')
    .description('look at every issuer from outside, as verifiers do, and say what differs')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const findings = await context.withData(async (data, config) => {
        const accounts = await listAll(page => data.store.listAccounts(page))
        const own = await inspectIssuers(toInspected(data), accounts)
        return [...own, ...(await inspectTargets({ data, config, terminal }, accounts))]
      })
      const lines = findings.map(({ what, problem }) =>
        problem === null ? `ok       ${what}` : `PROBLEM  ${what}\n         ${problem}`,
      )
      context.report({
        json: findings,
        text: lines.length === 0 ? 'No account has an issuer yet.' : lines.join('\n'),
      })
      const problems = findings.filter(({ problem }) => problem !== null).length
      if (problems > 0) throw createSummary(problems, findings.length)
    })
  withExample(doctor, 'credence doctor --config credence.yaml')
}

function createSummary(problems: number, checks: number): CliError {
  return new CliError(
    'unverified',
    `${problems} of ${checks} checks found a problem: verifiers cannot use these issuers. Is the server running, and does issuer.baseUrl (or issuer.hostPattern) lead to it?`,
  )
}
