import type { OpenData } from '../composition.ts'
import type { Config } from '../config/config.ts'
import { parseDuration } from '../config/durations.ts'
import type { AccountId } from '../principals/identifiers.ts'
import { cleanText } from '../runtime/clean-text.ts'
import { type IssuerReaders, type KeyReader, NO_READERS } from '../store/reader-ports.ts'
import { CliError } from './cli-error.ts'
import { formatInstant } from './key-slots.ts'
import { formatTable } from './report.ts'

/** Whoever has fetched the keys of an account's issuer, and since when which of them. */
export interface AccountReaders {
  readonly readers: readonly KeyReader[]
  /** Whether the JWKS that a reader has fetched last had the key. */
  has(reader: KeyReader, keyId: string): boolean
  readonly forgotten: number
}

/** @throws CliError `usage` when readers are not remembered */
export function requireReaders({ keys }: Config): void {
  if (parseDuration(keys.rememberReaders) !== 0) return
  throw new CliError(
    'usage',
    'keys.rememberReaders is 0 in the configuration: it is not kept who has fetched keys.',
  )
}

/** The readers of an account's issuer that are remembered now. */
export async function findAccountReaders(
  { store }: OpenData,
  { keys }: Config,
  accountId: AccountId,
  nowMs: number,
): Promise<AccountReaders> {
  const federation = await store.findFederation(accountId)
  const found: IssuerReaders =
    (federation && (await store.findReaders(federation.issuerId))) ?? NO_READERS
  const keptSinceMs = nowMs - (parseDuration(keys.rememberReaders) ?? 0)
  const { keySets, forgotten, forgottenAtMs } = found
  return {
    readers: found.readers.filter(({ lastAtMs }) => lastAtMs > keptSinceMs),
    has: ({ jwksTag }, keyId) => jwksTag !== null && keySets[jwksTag]?.includes(keyId) === true,
    forgotten: (forgottenAtMs ?? 0) > keptSinceMs ? forgotten : 0,
  }
}

/** The readers of a key as programs read it: who has it, and who has not looked since it is published. */
export function toReadersOutput({ readers, has, forgotten }: AccountReaders, keyId: string | null) {
  return {
    readers: readers.map(reader => ({
      network: printable(reader.network),
      userAgent: printable(reader.userAgent),
      via: printable(reader.via),
      discoveryAt: formatInstant(reader.discoveryAtMs),
      jwksAt: formatInstant(reader.jwksAtMs),
      jwksTag: reader.jwksTag === null ? null : printable(reader.jwksTag),
      hasKey: keyId !== null && has(reader, keyId),
    })),
    readersForgotten: forgotten,
  }
}

type ReadersOutput = ReturnType<typeof toReadersOutput>

type KeyWithReaders = ReadersOutput & {
  readonly account: string
  readonly kid: string | null
}

/** How many of the known readers have a key: `3 of 5`; `3 of 5+` when there were more than are kept. */
export function formatReaderCount({ readers, readersForgotten }: ReadersOutput): string {
  const count = readers.filter(({ hasKey }) => hasKey).length
  return `${count} of ${readers.length}${readersForgotten > 0 ? '+' : ''}`
}

/** A line for each reader of each account, with the keys that it does not have. */
export function formatReaders(keys: readonly KeyWithReaders[]): string {
  const rows = [...Map.groupBy(keys, ({ account }) => account)].flatMap(([account, ofAccount]) =>
    (ofAccount[0]?.readers ?? []).map((reader, index) => {
      const lacking = ofAccount.filter(({ readers }) => readers[index]?.hasKey === false)
      return [
        account,
        reader.network,
        reader.userAgent || '-',
        reader.via || '-',
        reader.jwksAt ?? 'never',
        lacking.flatMap(({ kid }) => kid ?? []).join(' ') || '-',
      ]
    }),
  )
  const header = ['ACCOUNT', 'READER', 'USER AGENT', 'VIA', 'READ THE KEYS', 'DOES NOT HAVE']
  return formatTable(header, rows, 'Nobody has fetched keys, as far as it is remembered.')
}

/** The store may have been written by somebody else: a terminal gets no control characters. */
function printable(text: string): string {
  return cleanText(text, MAX_PRINTED_LENGTH)
}

const MAX_PRINTED_LENGTH = 200
