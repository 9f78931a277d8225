import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '../secrets/secret.ts'
import type { SigningCredentials } from '../wire/sigv4/sign.ts'
import { CliError } from './cli-error.ts'

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/**
 * Credentials with the instant at which they end. Null when they don't end, or when it is not known.
 */
export interface LoadedCredentials {
  readonly credentials: SigningCredentials
  readonly expiresAtMs: number | null
}

/** Where the AWS credentials come from. */
export interface CredentialSource {
  /** For people, e.g. `the profile ci`. */
  readonly description: string
  /**
   * Whether the source can have other credentials later. A file can; the environment of a running
   * program can't.
   */
  readonly isRenewable: boolean
  /** Reads the files or asks the servers anew. @throws CliError `credentials`, `refused`, `unreachable` */
  readonly load: () => Promise<LoadedCredentials>
}

/** Credentials in the form of AWS's libraries. */
interface LibraryCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** The STS that roles are assumed at on the way to credentials. */
interface StsClient {
  readonly endpoint: string
  readonly region: string
}

/**
 * The source that the environment names, as AWS's own clients do: access key; `AWS_PROFILE`; web
 * identity token file; container; the profile `default`. The instance metadata service is not asked.
 * All but the first are read by AWS's libraries, loaded when they are needed.
 *
 * @throws CliError `usage` when it names none
 */
export function findCredentialSource(env: EnvironmentVariables, sts: StsClient): CredentialSource {
  if (env['AWS_ACCESS_KEY_ID']) return createEnvironmentSource(env)
  if (env['AWS_PROFILE']) return createProfileSource(env['AWS_PROFILE'], env, sts)
  const { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: roleArn } = env
  if (tokenFile)
    return createWebIdentitySource(tokenFile, requireVariable(env, 'AWS_ROLE_ARN'), env, sts)
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']) {
    return createContainerSource(env)
  }
  if (
    roleArn === undefined &&
    Object.values(findProfileFiles(env)).some(each => existsSync(each))
  ) {
    return createProfileSource('default', env, sts)
  }
  return createEnvironmentSource(env)
}

/** A variable that must be set. @throws CliError `usage` */
export function requireVariable(
  env: EnvironmentVariables,
  ...names: readonly [string, ...string[]]
): string {
  const value = names.map(name => env[name]).find(Boolean)
  if (value !== undefined) return value
  throw new CliError(
    'usage',
    `${names[0]} is not set. The settings of \`credence dev\` are in .credence/dev.env: . .credence/dev.env`,
  )
}

function createEnvironmentSource(env: EnvironmentVariables): CredentialSource {
  const sessionToken = env['AWS_SESSION_TOKEN']
  const credentials = {
    accessKeyId: requireVariable(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: new Secret(requireVariable(env, 'AWS_SECRET_ACCESS_KEY')),
    sessionToken: sessionToken ? new Secret(sessionToken) : null,
  }
  return {
    description: 'the environment',
    isRenewable: false,
    load: async () => ({ credentials, expiresAtMs: null }),
  }
}

function createProfileSource(
  profile: string,
  env: EnvironmentVariables,
  sts: StsClient,
): CredentialSource {
  const { credentials: filepath, config: configFilepath } = findProfileFiles(env)
  return createLibrarySource(`the profile ${profile}`, async () => {
    const { fromIni } = await import('@aws-sdk/credential-provider-ini')
    // Otherwise the libraries would keep for ever what they read once, and never see rotated keys.
    const options = { profile, filepath, configFilepath, ignoreCache: true }
    return fromIni({ ...options, clientConfig: sts })()
  })
}

function createWebIdentitySource(
  webIdentityTokenFile: string,
  roleArn: string,
  env: EnvironmentVariables,
  sts: StsClient,
): CredentialSource {
  const roleSessionName = env['AWS_ROLE_SESSION_NAME'] || 'credence-token'
  return createLibrarySource(`the role ${roleArn} by ${webIdentityTokenFile}`, async () => {
    const { fromTokenFile } = await import('@aws-sdk/credential-provider-web-identity')
    return fromTokenFile({ webIdentityTokenFile, roleArn, roleSessionName, clientConfig: sts })()
  })
}

function createContainerSource(env: EnvironmentVariables): CredentialSource {
  const options = {
    awsContainerCredentialsFullUri: env['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
    awsContainerCredentialsRelativeUri: env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
    awsContainerAuthorizationToken: env['AWS_CONTAINER_AUTHORIZATION_TOKEN'],
    awsContainerAuthorizationTokenFile: env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value))
  return createLibrarySource('the container', async () => {
    const { fromHttp } = await import('@aws-sdk/credential-provider-http')
    return fromHttp(given)()
  })
}

function createLibrarySource(
  description: string,
  resolve: () => Promise<LibraryCredentials>,
): CredentialSource {
  return {
    description,
    isRenewable: true,
    load: async () => {
      const found = await resolve().catch((cause: unknown) => {
        throw createFailure(description, cause)
      })
      return {
        credentials: {
          accessKeyId: found.accessKeyId,
          secretAccessKey: new Secret(found.secretAccessKey),
          sessionToken: found.sessionToken ? new Secret(found.sessionToken) : null,
        },
        expiresAtMs: found.expiration?.getTime() ?? null,
      }
    },
  }
}

function findProfileFiles(
  env: EnvironmentVariables,
): Readonly<Record<'credentials' | 'config', string>> {
  const directory = join(env['HOME'] ?? '', '.aws')
  return {
    credentials: env['AWS_SHARED_CREDENTIALS_FILE'] || join(directory, 'credentials'),
    config: env['AWS_CONFIG_FILE'] || join(directory, 'config'),
  }
}

/**
 * The errors that the libraries throw: their own refusals, errors of STS, and failures of the network.
 */
function createFailure(description: string, cause: unknown): CliError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const message = `No AWS credentials from ${description}: ${text.replace(/[.\s]*$/, '')}.`
  if (!(cause instanceof Error)) return new CliError('credentials', message, { cause })
  if ('$fault' in cause && cause.$fault === 'client') {
    return new CliError('refused', message, { cause, details: { code: cause.name } })
  }
  return new CliError(isOfNetwork(cause) ? 'unreachable' : 'credentials', message, { cause })
}

/** Whether the server failed or could not be reached. */
function isOfNetwork(cause: Error): boolean {
  return '$fault' in cause || ('syscall' in cause && cause.syscall === 'connect')
}
