import type { CredentialSource, LoadedCredentials } from '../credentials/aws-credentials.ts'
import type { CredentialCache } from '../credentials/credential-cache.ts'
import type { ApiClient } from './call-api.ts'
import { CliError } from './cli-error.ts'
import { decodeToken } from './decode-token.ts'
import { type IssuedToken, requestToken, type TokenRequest } from './token-request.ts'

/** The server's own default (AWS STS API reference, GetWebIdentityToken). */
const DEFAULT_SECONDS = 300

/** The shortest token there is. */
const SHORTEST_SECONDS = 60

const EXPIRED_CODES: readonly unknown[] = ['ExpiredToken', 'ExpiredTokenException']

/** What asking for tokens repeatedly needs. */
export interface ObtainOptions {
  /** The server, without the credentials. */
  readonly server: Omit<ApiClient, 'credentials'>
  readonly source: CredentialSource
  readonly cache: CredentialCache<LoadedCredentials>
  /** Called when a token is made shorter so that it ends before the session of its credentials. */
  readonly onShortened: (seconds: number) => void
}

/**
 * Asks for a token with the freshest credentials that there are. When even their session ends too soon
 * for the token, the token is made shorter, by half each time, down to a minute.
 *
 * @throws CliError `credentials` when the session has ended or is about to
 */
export async function obtainToken(
  request: TokenRequest,
  options: ObtainOptions,
): Promise<IssuedToken> {
  const { source, cache } = options
  const askOnce = () => askShortening(request, options)
  const asked = source.isRenewable
    ? askOnce().catch((error: unknown) => {
        if (!isRefusal(error, EXPIRED_CODES)) throw error
        cache.drop()
        return askOnce()
      })
    : askOnce()
  return asked.catch((error: unknown) => {
    if (!isRefusal(error, EXPIRED_CODES)) throw error
    const advice = source.isRenewable
      ? 'They are read again with the next try.'
      : 'A running program gets no others there: start it again with new ones, or give it a profile, a web identity token file or a container.'
    const message = `The AWS credentials from ${source.description} have expired. ${advice}`
    throw new CliError('credentials', message, { cause: error, details: error.details })
  })
}

/** Seconds from `iat` to `exp`. @throws CliError `unverified` when the text is no token */
export function findLifeSeconds(token: string): number {
  const { iat, exp } = decodeToken(token).claims
  return typeof iat === 'number' && typeof exp === 'number' ? exp - iat : 0
}

async function askShortening(
  request: TokenRequest,
  { server, source, cache, onShortened }: ObtainOptions,
): Promise<IssuedToken> {
  const wantedSeconds = request.duration ?? DEFAULT_SECONDS
  const { credentials } = await cache.get(server.nowMs() + wantedSeconds * 1000)
  const client = { ...server, credentials }
  let seconds = wantedSeconds
  for (;;) {
    try {
      const isShortened = seconds < wantedSeconds
      const issued = await requestToken(
        client,
        isShortened ? { ...request, duration: seconds } : request,
      )
      if (isShortened) onShortened(seconds)
      return issued
    } catch (error) {
      if (!isRefusal(error, ['SessionDurationEscalationException'])) throw error
      if (seconds <= SHORTEST_SECONDS) {
        const message = `The session of the AWS credentials from ${source.description} ends within a minute, and no token is shorter.`
        throw new CliError('credentials', message, { cause: error, details: error.details })
      }
      seconds = Math.max(SHORTEST_SECONDS, Math.floor(seconds / 2))
    }
  }
}

function isRefusal(error: unknown, codes: readonly unknown[]): error is CliError {
  return error instanceof CliError && codes.includes(error.details['code'])
}
