import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createVerifier, type Verifier, VerifyError } from '@credence/verify'

/**
 * Stand-ins for platforms that accept tokens: they take the requests that the platforms' own client
 * libraries send, verify the token for real with the keys that the issuer publishes, apply the rules
 * that the platforms document, and answer in the platforms' form. They show that helper, token and
 * client library fit together; what a platform would say to anything else they do not show.
 *
 * The access token that they give out is the subject of the token that they have verified.
 */
export interface StandInOptions {
  readonly issuer: string
  readonly account: string
}

type Algorithm = 'RS256' | 'ES384'

/** An answer: status and JSON. */
type StubResponse = readonly [status: number, body: unknown]

/** The audience of a provider of a workload identity pool, when none is configured. */
export const GOOGLE_PROVIDER =
  '//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/providers/credence'
export const ENTRA_AUDIENCE = 'api://AzureADTokenExchange'
export const ENTRA_TENANT = '6fe6d2f4-0000-4000-8000-000000000001'
export const VAULT_AUDIENCE = 'https://vault.example.com'
export const KUBERNETES_AUDIENCE = 'https://kubernetes.example.com'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const SUBJECT_TYPES: readonly unknown[] = [
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:jwt',
]

/** Google's documented limit of `google.subject`. */
const MAX_SUBJECT_BYTES = 127

/** A listener for `node:http` or `node:https` that stands in for all platforms, told apart by path. */
export function createStandIn(options: StandInOptions) {
  const google = createAcceptor(options, `https:${GOOGLE_PROVIDER}`, ['RS256'])
  const entra = createAcceptor(options, ENTRA_AUDIENCE, ['RS256'])
  const vault = createAcceptor(options, VAULT_AUDIENCE, ['RS256', 'ES384'])
  const kubernetes = createAcceptor(options, KUBERNETES_AUDIENCE, ['RS256', 'ES384'])

  const answer = async (request: IncomingMessage): Promise<StubResponse> => {
    const { pathname, origin } = new URL(request.url ?? '', `https://${request.headers.host}`)
    const body = await text(request)
    switch (`${request.method} ${pathname}`) {
      case 'POST /v1/token':
        return answerGoogle(google, new URLSearchParams(body))
      case `GET /${ENTRA_TENANT}/v2.0/.well-known/openid-configuration`:
        return [200, formatEntraDiscovery(`${origin}/${ENTRA_TENANT}`)]
      case `POST /${ENTRA_TENANT}/oauth2/v2.0/token`:
        return answerEntra(entra, new URLSearchParams(body))
      case 'POST /v1/auth/jwt/login':
        return answerVault(vault, JSON.parse(body))
      case 'GET /version/':
        return answerKubernetes(kubernetes, request.headers.authorization ?? '')
      default:
        return [404, { error: `${request.method} ${pathname} is not stood in for` }]
    }
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request).then(
      ([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }
}

/** Verifies a token: its subject, or why it is refused. */
type Acceptor = (
  token: unknown,
) => Promise<{ readonly subject: string } | { readonly refusal: string }>

function createAcceptor(
  { issuer, account }: StandInOptions,
  audience: string,
  algorithms: readonly [Algorithm, ...Algorithm[]],
): Acceptor {
  const verifier: Verifier = createVerifier({
    issuers: [{ issuer, accounts: [account], allowInsecureHttp: true }],
    audience,
    algorithms,
  })
  return async token => {
    try {
      const { principal } = await verifier.verify(String(token))
      return { subject: principal.arn }
    } catch (error) {
      if (error instanceof VerifyError) return { refusal: `${error.code}: ${error.message}` }
      throw error
    }
  }
}

/** Google's Security Token Service: RFC 8693, with the mapping `google.subject = assertion.sub`. */
async function answerGoogle(accept: Acceptor, form: URLSearchParams): Promise<StubResponse> {
  const isRequest =
    form.get('grant_type') === TOKEN_EXCHANGE &&
    form.get('requested_token_type') === ACCESS_TOKEN &&
    form.get('audience') === GOOGLE_PROVIDER &&
    SUBJECT_TYPES.includes(form.get('subject_token_type'))
  if (!isRequest) return [400, { error: 'invalid_request', error_description: String(form) }]
  const result = await accept(form.get('subject_token'))
  if ('refusal' in result) {
    return [400, { error: 'invalid_grant', error_description: result.refusal }]
  }
  if (Buffer.byteLength(result.subject) > MAX_SUBJECT_BYTES) {
    const error_description = `The mapped attribute google.subject exceeds ${MAX_SUBJECT_BYTES} bytes.`
    return [400, { error: 'invalid_grant', error_description }]
  }
  const grant = { issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 3600 }
  return [200, { access_token: result.subject, ...grant }]
}

/** Microsoft Entra: client credentials with a federated assertion (RFC 7523 §2.2). */
async function answerEntra(accept: Acceptor, form: URLSearchParams): Promise<StubResponse> {
  const isRequest =
    form.get('grant_type') === 'client_credentials' &&
    form.get('client_assertion_type') === JWT_BEARER &&
    form.get('scope') !== null
  if (!isRequest) return [400, { error: 'invalid_request', error_description: String(form) }]
  const result = await accept(form.get('client_assertion'))
  if ('refusal' in result) {
    return [401, { error: 'invalid_client', error_description: result.refusal }]
  }
  return [200, { access_token: result.subject, token_type: 'Bearer', expires_in: 3599 }]
}

function formatEntraDiscovery(tenant: string) {
  return {
    issuer: `${tenant}/v2.0`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
  }
}

/** The JWT auth method of Vault and OpenBao, with a role `deployer`. */
async function answerVault(accept: Acceptor, body: unknown): Promise<StubResponse> {
  if (typeof body !== 'object' || body === null || !('role' in body && 'jwt' in body)) {
    return [400, { errors: ['missing role or jwt'] }]
  }
  if (body.role !== 'deployer') return [400, { errors: [`role "${body.role}" could not be found`] }]
  const result = await accept(body.jwt)
  if ('refusal' in result) {
    return [400, { errors: [`error validating token: ${result.refusal}`] }]
  }
  const auth = { client_token: result.subject, policies: ['deploy'], lease_duration: 3600 }
  return [200, { auth }]
}

/** An API server with structured authentication. */
async function answerKubernetes(accept: Acceptor, authorization: string): Promise<StubResponse> {
  const result = await accept(authorization.replace(/^Bearer /, ''))
  if ('refusal' in result) {
    return [
      401,
      { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'Unauthorized', code: 401 },
    ]
  }
  return [
    200,
    {
      major: '1',
      minor: '34',
      gitVersion: `v1.34.0+${result.subject}`,
      platform: 'linux/amd64',
      gitCommit: '',
      gitTreeState: '',
      buildDate: '',
      goVersion: '',
      compiler: '',
    },
  ]
}
