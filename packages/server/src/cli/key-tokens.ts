import { type RecordedToken, readTokens } from '../audit/read-tokens.ts'
import type { Config } from '../config/config.ts'
import { formatSystemError } from '../runtime/format-system-error.ts'
import { CliError } from './cli-error.ts'

/** How many tokens in the audit file each key has signed, by account, a slash and `kid`. @throws CliError `data` */
export async function countTokens(config: Config): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for await (const { accountId, keyId } of readRecordedTokens(config)) {
    const name = `${accountId}/${keyId}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** The tokens in the audit file. @throws CliError `data` when there is none, or it can't be read */
export async function* readRecordedTokens({ audit }: Config): AsyncGenerator<RecordedToken> {
  if (audit.destination !== 'file') {
    throw new CliError(
      'data',
      'The audit goes to standard output: tokens are counted where it is kept.',
    )
  }
  try {
    yield* readTokens(audit.file)
  } catch (error) {
    const reason = formatSystemError(error)
    throw new CliError('data', `The audit file ${audit.file} cannot be read: ${reason}.`)
  }
}
