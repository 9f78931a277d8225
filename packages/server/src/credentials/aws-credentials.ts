import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '../secrets/secret.ts'
import type { SigningCredentials } from '../wire/sigv4/sign.ts'
import { AwsCredentialsError } from './aws-credentials-error.ts'
import type { Expiring } from './credential-cache.ts'

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** Credentials with the instant at which they end. */
export interface LoadedCredentials extends Expiring {
  readonly credentials: SigningCredentials
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
  /** Reads the files or asks the servers anew. @throws AwsCredentialsError */
  readonly load: () => Promise<LoadedCredentials>
}

/** What sources are made with. */
export interface SourceOptions {
  readonly env: EnvironmentVariables
  /** The STS that roles are assumed at on the way to credentials; without an endpoint AWS's. */
  readonly sts: { readonly endpoint: string | null; readonly region: string }
  /** The name of sessions that the environment does not name. */
  readonly sessionName: string
}

/** Credentials in the form of AWS's libraries. */
interface LibraryCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/**
 * The source that the environment names, as AWS's own clients do: access key; `AWS_PROFILE`; web
 * identity token file; container; the profile `default`. The instance metadata service is not asked.
 * All but the first are read by AWS's libraries, loaded when they are needed.
 *
 * @throws AwsCredentialsError `missing` when it names none
 */
export function findCredentialSource(options: SourceOptions): CredentialSource {
  const { env } = options
  if (env['AWS_ACCESS_KEY_ID']) return createEnvironmentSource(env)
  if (env['AWS_PROFILE']) return createProfileSource(env['AWS_PROFILE'], options)
  const { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: roleArn } = env
  if (tokenFile) {
    return createWebIdentitySource(tokenFile, requireVariable(env, 'AWS_ROLE_ARN'), options)
  }
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']) {
    return createContainerSource(env)
  }
  if (
    roleArn === undefined &&
    Object.values(findProfileFiles(env)).some(each => existsSync(each))
  ) {
    return createProfileSource('default', options)
  }
  return createEnvironmentSource(env)
}

function requireVariable(env: EnvironmentVariables, name: string): string {
  const value = env[name]
  if (value) return value
  throw new AwsCredentialsError('missing', `${name} is not set`)
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

/** A profile of AWS's shared files. They are read anew with each load. */
export function createProfileSource(
  profile: string,
  { env, sts }: Pick<SourceOptions, 'env' | 'sts'>,
): CredentialSource {
  const { credentials: filepath, config: configFilepath } = findProfileFiles(env)
  return createLibrarySource(`the profile ${profile}`, async () => {
    const { fromIni } = await import('@aws-sdk/credential-provider-ini')
    // Otherwise the libraries would keep for ever what they read once, and never see rotated keys.
    const options = { profile, filepath, configFilepath, ignoreCache: true }
    // What configures the client of STS would configure that of SSO too, which has other endpoints.
    const { endpoint, region } = sts
    const client =
      endpoint === null
        ? { parentClientConfig: { region } }
        : { clientConfig: { endpoint, region } }
    return fromIni({ ...options, ...client })()
  })
}

/** A role that is assumed with a token of an OIDC provider. Its file is read anew with each load. */
export function createWebIdentitySource(
  webIdentityTokenFile: string,
  roleArn: string,
  { env, sts, sessionName }: SourceOptions,
): CredentialSource {
  const roleSessionName = env['AWS_ROLE_SESSION_NAME'] || sessionName
  // It is always named: otherwise the libraries would ask the one of `AWS_ENDPOINT_URL_STS`, and that is
  // Credence itself where its clients are configured.
  const clientConfig = { ...sts, endpoint: sts.endpoint ?? formatAwsUrl('sts', sts.region) }
  return createLibrarySource(`the role ${roleArn} by ${webIdentityTokenFile}`, async () => {
    const { fromTokenFile } = await import('@aws-sdk/credential-provider-web-identity')
    return fromTokenFile({ webIdentityTokenFile, roleArn, roleSessionName, clientConfig })()
  })
}

/** The endpoint of a service of AWS in a region. */
export function formatAwsUrl(service: 's3' | 'sts', region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://${service}.${region}.${suffix}`
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
        throw AwsCredentialsError.of(description, cause)
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
