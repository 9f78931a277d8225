import { STS } from '../operations/apis.ts'
import type { SubjectMode } from '../principals/subject-mode.ts'
import { type ApiClient, callApi } from './call-api.ts'
import { CliError } from './cli-error.ts'
import type { Pair } from './pairs.ts'

/** What is asked of `GetWebIdentityToken`. */
export interface TokenRequest {
  readonly audience: readonly string[]
  readonly algorithm: string
  /** Seconds. When left out, the server takes its default. */
  readonly duration?: number
  readonly tag?: readonly Pair[]
  /** The subject that the token speaks for. The server's default is the principal. */
  readonly subjectMode?: SubjectMode
  /** Scopes with spaces between. */
  readonly scope?: string
}

/** The answer of `GetWebIdentityToken`. */
export interface IssuedToken {
  readonly token: string
  /** RFC 3339, as on the wire. */
  readonly expiration: string
}

/** Calls `GetWebIdentityToken`. @throws CliError */
export async function requestToken(client: ApiClient, request: TokenRequest): Promise<IssuedToken> {
  const { audience, algorithm, duration, tag = [], subjectMode, scope } = request
  const answer = await callApi(client, STS, [
    ['Action', 'GetWebIdentityToken'],
    ['SigningAlgorithm', algorithm],
    ...audience.map((name, index) => [`Audience.member.${index + 1}`, name] as const),
    ...(duration === undefined ? [] : [['DurationSeconds', String(duration)] as const]),
    ...(subjectMode === undefined ? [] : [['SubjectMode', subjectMode] as const]),
    ...(scope === undefined ? [] : [['Scope', scope] as const]),
    ...tag.flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key] as const,
      [`Tags.member.${index + 1}.Value`, value] as const,
    ]),
  ])
  const token = answer.get('WebIdentityToken')
  const expiration = answer.get('Expiration')
  if (token === undefined || expiration === undefined || Number.isNaN(Date.parse(expiration))) {
    const message = `${client.endpoint} answered without a token. Is it an STS endpoint?`
    throw new CliError('refused', message)
  }
  return { token, expiration }
}
