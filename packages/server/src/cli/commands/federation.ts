import type { Command } from 'commander'
import type { OpenData } from '../../composition.ts'
import type { Account } from '../../principals/entities.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import type { Terminal } from '../terminal.ts'

/** `credence federation …` */
export function addFederationCommands(program: Command, terminal: Terminal): void {
  const federation = program
    .command('federation')
    .description('outbound web identity federation: the issuer of an account')
  withExample(federation, 'credence federation show')

  const enable = federation
    .command('enable')
    .description('let the account issue tokens; the first time, make its issuer and keys')
    .action(async (_options: object, command: Command) => {
      const { nowMs } = terminal.clock
      await run(command, ({ issuer }, account) => issuer.enableFederation(account, nowMs()))
    })
  withExample(enable, 'credence federation enable --account 123456789012')

  const disable = federation
    .command('disable')
    .description('issue no more tokens; issuer, keys and documents stay')
    .action(async (_options: object, command: Command) => {
      const { nowMs } = terminal.clock
      await run(command, ({ issuer }, account) => issuer.disableFederation(account, nowMs()))
    })
  withExample(disable, 'credence federation disable --account 123456789012')

  const show = federation
    .command('show')
    .description('print the issuer URL and whether tokens are issued')
    .action((_options: object, command: Command) => run(command, async () => {}))
  withExample(show, 'credence federation show')

  async function run(
    command: Command,
    change: (data: OpenData, account: Account) => Promise<unknown>,
  ): Promise<void> {
    const context = new CommandContext(terminal, command)
    const state = await context.withData(async data => {
      const account = await context.findAccount(data)
      await change(data, account)
      const found = await data.issuer.findFederation(account)
      return {
        account: account.id,
        issuerUrl: found?.issuerUrl ?? null,
        enabled: found?.enabled ?? false,
      }
    })
    const issuer = state.issuerUrl ?? 'none yet; `credence federation enable` makes it'
    const text = `Account:  ${state.account}\nIssuer:   ${issuer}\nTokens:   ${state.enabled ? 'issued' : 'not issued'}`
    context.report({ json: state, text })
  }
}
