import type { TokenAlgorithm } from '@credence/test-tokens'
import { listClientEnvironment } from '../development/client-environment.ts'
import { STS } from '../operations/apis.ts'
import type { Clock } from '../runtime/clock.ts'
import type { SigningCredentials } from '../wire/sigv4/sign.ts'
import { type CallApi, formatMembers, formatTags } from './in-process-client.ts'

/** What is asked of `GetWebIdentityToken`. */
export interface TokenOptions {
  readonly audience: string | readonly string[]
  /** ES384 when left out. */
  readonly algorithm?: TokenAlgorithm
  /** 60 to 3600; the server's 300 when left out. */
  readonly durationSeconds?: number
  /** Request tags. */
  readonly tags?: Readonly<Record<string, string>>
}

/** Credentials in the form of the AWS SDK for JavaScript. */
export interface ClientCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of sessions. */
  readonly sessionToken?: string
}

/** Options for a client of the AWS SDK for JavaScript v3. */
export interface ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly credentials: ClientCredentials
  /** By how much the server's clock differs from the machine's now, in ms. */
  readonly systemClockOffset: number
}

/** Somebody who calls: a user with an access key, or a session of a role. */
export interface TestPrincipal {
  /** ARN of the user or the role: `sub` of its tokens. */
  readonly arn: string
  readonly accountId: string
  readonly credentials: ClientCredentials
  /** The environment in which an unmodified AWS SDK or CLI is this principal. */
  readonly env: Readonly<Record<string, string>>
  /** Options for an SDK client; take them anew after the clock was moved. */
  clientConfig(): ClientConfig
  /**
   * Calls `GetWebIdentityToken`: signature, policies and audit as for every call.
   * @throws CallRefused
   */
  token(options: TokenOptions): Promise<string>
}

/** What principals are made from. */
export interface PrincipalDeps {
  readonly endpoint: string
  readonly region: string
  readonly clock: Clock
  readonly callApi: CallApi
}

/** Makes a principal out of its credentials. */
export function createTestPrincipal(
  { endpoint, region, clock, callApi }: PrincipalDeps,
  identity: { readonly arn: string; readonly accountId: string; readonly issuerUrl: string },
  signing: SigningCredentials,
): TestPrincipal {
  const { arn, accountId, issuerUrl } = identity
  const { accessKeyId, secretAccessKey, sessionToken } = signing
  const credentials = {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken !== null && { sessionToken: sessionToken.reveal() }),
  }
  return {
    arn,
    accountId,
    credentials,
    env: listClientEnvironment({ endpoint, region, credentials: signing, issuerUrl }),
    clientConfig: () => ({
      endpoint,
      region,
      credentials,
      systemClockOffset: clock.nowMs() - Date.now(),
    }),
    async token({ audience, algorithm = 'ES384', durationSeconds, tags = {} }) {
      const audiences = typeof audience === 'string' ? [audience] : audience
      const answer = await callApi(signing, STS, {
        Action: 'GetWebIdentityToken',
        SigningAlgorithm: algorithm,
        ...formatMembers('Audience', audiences),
        ...formatTags('Tags', tags),
        ...(durationSeconds !== undefined && { DurationSeconds: String(durationSeconds) }),
      })
      const token = answer.get('WebIdentityToken')
      if (token === undefined) throw new Error('the answer has no token')
      return token
    },
  }
}
