import { CliError } from './cli-error.ts'
import { decodeToken } from './decode-token.ts'
import type { IssuedToken } from './token-request.ts'

/** The forms in which a token can be printed. */
export const TOKEN_FORMATS = ['raw', 'json', 'decoded', 'gcp-executable', 'kube-exec'] as const

/** Name of a form. */
export type TokenFormat = (typeof TOKEN_FORMATS)[number]

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/**
 * How long before the end of a token a client of Kubernetes asks for the next one, so that no call
 * fails on its way.
 */
const KUBERNETES_EARLY_MS = 60_000

const EXEC_CREDENTIAL_VERSIONS: readonly string[] = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
]

const GOOGLE_TOKEN_TYPES: readonly string[] = [
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:jwt',
]

/**
 * A token in one of the forms, without a line feed at the end.
 *
 * @param env what the calling program says about itself: `KUBERNETES_EXEC_INFO`,
 * `GOOGLE_EXTERNAL_ACCOUNT_*`
 * @throws CliError `usage` when the calling program wants a form that is none of these
 */
export function formatToken(
  format: TokenFormat,
  { token, expiration }: IssuedToken,
  { audience, env }: { readonly audience: readonly string[]; readonly env: EnvironmentVariables },
): string {
  switch (format) {
    case 'raw':
      return token
    case 'json':
      return JSON.stringify({ token, expiration, audience })
    case 'decoded':
      return JSON.stringify(decodeToken(token), null, 2)
    case 'gcp-executable':
      // Google Cloud, executable-sourced credentials: the answer for OIDC.
      return JSON.stringify({
        version: 1,
        success: true,
        token_type: findGoogleTokenType(env),
        id_token: token,
        expiration_time: Math.floor(Date.parse(expiration) / 1000),
      })
    case 'kube-exec':
      return JSON.stringify({
        apiVersion: findExecCredentialVersion(env),
        kind: 'ExecCredential',
        status: { token, expirationTimestamp: formatEarlyExpiration(expiration) },
      })
  }
}

/** A failure as Google's libraries read it. They show `code` and `message` to their users. */
export function formatExecutableError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof CliError ? (error.details['code'] ?? error.reason) : 'failure'
  return JSON.stringify({ version: 1, success: false, code, message })
}

/** The type of the token, which Google's libraries take from the credential configuration. */
function findGoogleTokenType(env: EnvironmentVariables): string {
  const [usual = ''] = GOOGLE_TOKEN_TYPES
  const wanted = env['GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE'] || usual
  if (GOOGLE_TOKEN_TYPES.includes(wanted)) return wanted
  throw new CliError(
    'usage',
    `The credential configuration has the subject token type ${wanted}; a web identity token is ${GOOGLE_TOKEN_TYPES.join(' or ')}.`,
  )
}

/** For Kubernetes, the answer must have the version that the client's configuration names. */
function findExecCredentialVersion(env: EnvironmentVariables): string {
  const info = env['KUBERNETES_EXEC_INFO']
  const [latest = ''] = EXEC_CREDENTIAL_VERSIONS
  if (!info) return latest
  const version = readApiVersion(info)
  if (version !== null && EXEC_CREDENTIAL_VERSIONS.includes(version)) return version
  throw new CliError(
    'usage',
    `KUBERNETES_EXEC_INFO asks for ${version ?? 'no version that can be read'}; this program answers ${EXEC_CREDENTIAL_VERSIONS.join(' and ')}.`,
  )
}

function readApiVersion(info: string): string | null {
  try {
    const parsed: unknown = JSON.parse(info)
    if (typeof parsed !== 'object' || parsed === null || !('apiVersion' in parsed)) return null
    return typeof parsed.apiVersion === 'string' ? parsed.apiVersion : null
  } catch {
    return null
  }
}

/** Whole seconds, as Kubernetes writes times. */
function formatEarlyExpiration(expiration: string): string {
  const early = new Date(Date.parse(expiration) - KUBERNETES_EARLY_MS)
  return early.toISOString().replace(/\.\d+Z$/, 'Z')
}
