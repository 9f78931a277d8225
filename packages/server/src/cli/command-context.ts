import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Turn, takeTurn } from '../changes/turn.ts'
import { type OpenData, openData } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import type { FlagPair } from '../config/read-flag-source.ts'
import type { Account, User } from '../principals/entities.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { StoreReader } from '../store/ports.ts'
import { listPinnedNames } from '../trust/list-pinned-names.ts'
import { CliError } from './cli-error.ts'
import { printReport, type Report } from './report.ts'
import type { Terminal } from './terminal.ts'

/** The configuration that `credence dev` writes, and that every command uses unless told otherwise. */
export const LOCAL_CONFIG_FILE = '.credence/credence.yaml'

/** Options that every command has. */
interface GlobalOptions {
  readonly config?: string
  readonly set?: readonly FlagPair[]
  readonly json?: boolean
  readonly account?: AccountId
}

/** What a command works with: the terminal, and the options that every command has. */
export class CommandContext {
  readonly terminal: Terminal
  readonly #options: GlobalOptions

  constructor(terminal: Terminal, command: Command) {
    this.terminal = terminal
    this.#options = command.optsWithGlobals<GlobalOptions>()
  }

  /** `--json` was given. */
  get isJson(): boolean {
    return this.#options.json === true
  }

  /** `--account` was given. */
  get hasAccount(): boolean {
    return this.#options.account !== undefined
  }

  /** What `--account` names; null when it was not given. */
  get accountId(): AccountId | null {
    return this.#options.account ?? null
  }

  /** Prints the result of the command. */
  report(report: Report): void {
    printReport(this.terminal, report, this.isJson)
  }

  /** The configuration file; null for none. */
  get configFile(): string | null {
    return this.#options.config ?? (existsSync(LOCAL_CONFIG_FILE) ? LOCAL_CONFIG_FILE : null)
  }

  /**
   * The configuration by file, environment and flags.
   * @param readFile reads the file in place of the terminal
   * @throws ConfigError
   */
  loadConfig(readFile = this.terminal.readFile): LoadedConfig {
    const { set = [] } = this.#options
    return loadConfig({ file: this.configFile, env: this.terminal.env, flags: set, readFile })
  }

  /** Runs an action on the data of the installation, beside a running server or without one. */
  async withData<Result>(
    action: (data: OpenData, config: Config) => Promise<Result>,
  ): Promise<Result> {
    const { config } = this.loadConfig()
    const data = await openData(config, this.terminal)
    this.#warnOfNobody(data)
    try {
      return await action(data, config)
    } finally {
      await data.close()
    }
  }

  /** Warns of names in stored trust policies that stand for nobody, as has just been found out. */
  #warnOfNobody({ pinnedRoles }: OpenData): void {
    for (const { roleArn, principal, id, message } of pinnedRoles.flatMap(listPinnedNames)) {
      if (id !== null) continue
      const names = [roleArn, principal].filter(name => name !== null).join(', ')
      const text = `warning: ${names}: ${message}`
      const json = JSON.stringify({ event: 'nobody-trusted', roleArn, principal, message })
      this.terminal.printError(`${this.isJson ? json : text}\n`)
    }
  }

  /** Makes changes in one turn of some accounts. */
  inTurn<Result>(
    data: OpenData,
    accountIds: readonly AccountId[],
    work: (turn: Turn) => Promise<Result>,
  ): Promise<Result> {
    const { random, clock } = this.terminal
    return takeTurn({ ...data, random }, accountIds, clock.nowMs(), work)
  }

  /** The account that `--account` names, or the only one there is. */
  async findAccount({ store }: OpenData): Promise<Account> {
    const id = this.#options.account
    if (id === undefined) {
      const { items } = await store.listAccounts({ marker: null, maxItems: 2 })
      const [account] = items
      if (account === undefined) {
        throw new CliError(
          'record',
          'There is no account yet. Make one: credence account create 123456789012',
        )
      }
      if (items.length > 1) {
        throw new CliError('usage', 'There are several accounts; say which one with --account.')
      }
      return account
    }
    const account = await store.findAccount(id)
    if (account === null) throw new CliError('record', `There is no account ${id}.`)
    return account
  }

  /** A user of the account by name. */
  async findUser(
    { store }: { readonly store: StoreReader },
    account: Account,
    name: string,
  ): Promise<User> {
    const user = await store.findUser(account.id, name)
    if (user === null) {
      throw new CliError('record', `There is no user ${name} in account ${account.id}.`)
    }
    return user
  }
}
