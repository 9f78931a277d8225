import { type Command, Option } from 'commander'
import { type OpenData, openPublishing } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { findKeyTimes } from '../config/key-rules.ts'
import { formatKeyId } from '../issuer/key-id.ts'
import { SIGNING_ALGORITHM_NAMES, type SigningAlgorithm } from '../principals/algorithms.ts'
import type { AccountId } from '../principals/identifiers.ts'
import { listAll } from '../store/list-all.ts'
import type { IssuerKey, KeySlot } from '../store/ports.ts'
import type { CommandContext } from './command-context.ts'
import type { Terminal } from './terminal.ts'

/** The keys that a command is about. */
export interface SlotOptions {
  readonly algorithm?: SigningAlgorithm
  readonly everyAccount?: boolean
}

/** Adds the option that chooses an algorithm. */
export function withAlgorithm(command: Command): Command {
  const option = new Option('--algorithm <name>', 'keys of one algorithm; of both unless given')
  return command.addOption(option.choices(SIGNING_ALGORITHM_NAMES))
}

/**
 * The accounts that a command is about: the one that is named, the only one there is, or all of them.
 */
export async function findAccountIds(
  context: CommandContext,
  data: OpenData,
  isEvery: boolean,
): Promise<readonly AccountId[]> {
  if (!isEvery) return [(await context.findAccount(data)).id]
  const accounts = await listAll(page => data.store.listAccounts(page))
  return accounts.map(({ id }) => id)
}

/** The slots of an account that a command is about. */
export function listSlots(accountId: AccountId, { algorithm }: SlotOptions): readonly KeySlot[] {
  const algorithms = algorithm === undefined ? SIGNING_ALGORITHM_NAMES : [algorithm]
  return algorithms.map(each => ({ accountId, algorithm: each }))
}

/** What commands need to change keys. */
export function createKeyDeps(data: OpenData, config: Config, terminal: Terminal) {
  const { visibility } = openPublishing(config, data, terminal, new AbortController().signal)
  return { ...data, rules: findKeyTimes(config), visibility }
}

/** The `kid` of a key; null while the key is not made yet. */
export function findKeyId({ issuer }: Config, key: IssuerKey): string | null {
  const { thumbprint } = key
  return thumbprint === null ? null : formatKeyId(issuer.keyIds, { ...key, thumbprint })
}

/** A key as programs read it. */
export function toKeyOutput(config: Config, key: IssuerKey) {
  return {
    account: key.accountId,
    algorithm: key.algorithm,
    generation: key.generation,
    kid: findKeyId(config, key),
    state: key.state,
    createdAt: formatInstant(key.createdAtMs),
    visibleAt: formatInstant(key.visibleAtMs),
    activatedAt: formatInstant(key.activatedAtMs),
    endedAt: formatInstant(key.endedAtMs),
  }
}

/** An instant in UTC, to the second: `2026-11-30T18:00:00Z`. */
export function formatInstant(ms: number): string
export function formatInstant(ms: number | null): string | null
export function formatInstant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
