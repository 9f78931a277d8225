import {
  type CredentialSource,
  findCredentialSource as findAwsSource,
} from '../credentials/aws-credentials.ts'
import {
  AwsCredentialsError,
  type AwsCredentialsReason,
} from '../credentials/aws-credentials-error.ts'
import { CliError } from './cli-error.ts'
import type { ExitReason } from './exit-codes.ts'

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

const EXIT_REASONS: Readonly<Record<AwsCredentialsReason, ExitReason>> = {
  missing: 'usage',
  unusable: 'credentials',
  refused: 'refused',
  unreachable: 'unreachable',
}

const ADVICE = 'The settings of `credence dev` are in .credence/dev.env: . .credence/dev.env'

/**
 * The AWS credentials that the environment names. Roles on the way to them are assumed at the STS that
 * is given.
 *
 * @throws CliError `usage` when it names none; `load` throws `credentials`, `refused`, `unreachable`
 */
export function findCredentialSource(
  env: EnvironmentVariables,
  sts: { readonly endpoint: string; readonly region: string },
): CredentialSource {
  const source = tell(() => findAwsSource({ env, sts, sessionName: 'credence-token' }))
  return {
    ...source,
    load: () =>
      source.load().catch((error: unknown) => {
        throw toCliError(error)
      }),
  }
}

/** A variable that must be set. @throws CliError `usage` */
export function requireVariable(
  env: EnvironmentVariables,
  ...names: readonly [string, ...string[]]
): string {
  const value = names.map(name => env[name]).find(Boolean)
  if (value !== undefined) return value
  throw new CliError('usage', `${names[0]} is not set. ${ADVICE}`)
}

function tell<Result>(find: () => Result): Result {
  try {
    return find()
  } catch (error) {
    throw toCliError(error)
  }
}

function toCliError(error: unknown): unknown {
  if (!(error instanceof AwsCredentialsError)) return error
  const { reason, message, code, cause } = error
  const text = reason === 'missing' ? `${message}. ${ADVICE}` : message
  return new CliError(EXIT_REASONS[reason], text, {
    cause,
    ...(code !== null && { details: { code } }),
  })
}
