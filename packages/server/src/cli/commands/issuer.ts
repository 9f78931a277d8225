import type { Command } from 'commander'
import { type OpenData, recordNameChange } from '../../composition.ts'
import type { IssuerName } from '../../issuer/issuer-names.ts'
import type { Account } from '../../principals/entities.ts'
import { CliError } from '../cli-error.ts'
import { CommandContext } from '../command-context.ts'
import { withExample } from '../help.ts'
import { listOwnNames, requireServedName } from '../issuer-names.ts'
import { addIssuerSwitchCommand } from '../issuer-switch.ts'
import { warn } from '../key-changes.ts'
import { formatInstant } from '../key-slots.ts'
import { formatTable } from '../report.ts'
import type { Terminal } from '../terminal.ts'

/** What `sign-as` takes for the name of the installation, whatever it is. */
const NO_OWN_NAME = 'default'

/** `credence issuer …` */
export function addIssuerCommands(program: Command, terminal: Terminal): void {
  const issuer = program
    .command('issuer')
    .description('the names of the issuers: which are served, and which stands in tokens')
  withExample(issuer, 'credence issuer list')

  const list = issuer
    .command('list')
    .description('list the configured names')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      const names = await context.withData(listNames)
      const rows = names.map(({ name, configured, signs, served, until, accounts }) => [
        name,
        signs ? 'yes' : 'no',
        served ? 'yes' : configured ? 'no' : 'not configured',
        until ?? '-',
        String(accounts),
      ])
      const header = ['NAME', 'SIGNS', 'SERVED', 'UNTIL', 'OWN NAME OF']
      context.report({ json: names, text: formatTable(header, rows, 'No names.') })
    })
  withExample(list, 'credence issuer list --json')

  const get = issuer
    .command('get')
    .description('print the URLs of the issuer of an account, and which stands in its tokens')
    .action(async (_options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      reportIssuer(
        context,
        await context.withData(async data => describe(data, await context.findAccount(data))),
      )
    })
  withExample(get, 'credence issuer get --account 123456789012')

  const signAs = issuer
    .command('sign-as')
    .argument(
      '<name>',
      `a name as the configuration writes it, or \`${NO_OWN_NAME}\` for that of the installation`,
    )
    .description('choose the name in the tokens of one account')
    .action(async (text: string, _options: object, command: Command) => {
      const context = new CommandContext(terminal, command)
      await context.withData(async (data, config) => {
        const account = await context.findAccount(data)
        const name = text === NO_OWN_NAME ? null : requireServedName(data, text).text
        const former = await data.issuer.chooseName(account, name)
        const details = { by: 'issuer sign-as', name, former }
        const change = { name: 'IssuerNameChosen', accountId: account.id, details } as const
        if (name !== former) warn(context, await recordNameChange(config, terminal, change))
        reportIssuer(context, await describe(data, account))
      })
    })
  withExample(signAs, 'credence issuer sign-as https://sts.example.com --account 123456789012')

  addIssuerSwitchCommand(issuer, terminal)
}

/** The configured names in their order, then those that accounts have chosen and nobody configures. */
async function listNames(data: OpenData) {
  const { issuerNames } = data
  const own = (await listOwnNames(data)).map(({ signAs }) => signAs)
  const configured = issuerNames.all.map(({ text }) => text)
  return [...new Set([...configured, ...own])].map(text => {
    const name = issuerNames.findName(text)
    return {
      name: text,
      configured: name !== null,
      signs: name === issuerNames.signing,
      served: name !== null && issuerNames.isServed(name),
      until: formatInstant(name?.untilMs ?? null),
      accounts: own.filter(each => each === text).length,
    }
  })
}

async function describe({ issuer, issuerNames }: OpenData, account: Account) {
  const federation = await issuer.findFederation(account)
  if (federation === null) {
    throw new CliError(
      'record',
      `Account ${account.id} has no issuer yet; \`credence federation enable\` makes it.`,
    )
  }
  const { issuerId, issuerUrl, signAs } = federation
  const toOutput = (name: IssuerName) => ({
    issuer: name.formatIssuerUrl(issuerId),
    served: issuerNames.isServed(name),
    until: formatInstant(name.untilMs),
  })
  return {
    account: account.id,
    issuer: issuerUrl,
    ownName: signAs,
    names: issuerNames.all.map(toOutput),
  }
}

function reportIssuer(context: CommandContext, found: Awaited<ReturnType<typeof describe>>): void {
  const { account, issuer, ownName, names } = found
  const lines = names.map(({ issuer, served, until }) => {
    if (!served) return `Gone:      ${issuer}, since ${until}`
    return `Served:    ${issuer}${until === null ? '' : `, until ${until}`}`
  })
  const choice = ownName === null ? 'none: as the installation' : ownName
  const text = [`Account:   ${account}`, `Tokens:    ${issuer}`, `Own name:  ${choice}`, ...lines]
  context.report({ json: found, text: text.join('\n') })
}
