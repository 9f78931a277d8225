import { Secret } from '../../../secrets/secret.ts'
import {
  type AccessToken,
  createForm,
  parseObject,
  requestAccessToken,
  requestJson,
} from '../access-token.ts'
import { type CallLimits, limitCall } from '../limit-call.ts'
import { readCredentialFile } from '../read-credential-file.ts'
import { sendRequest } from '../send-request.ts'
import { createServiceError } from '../service-error.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'
import {
  type CredentialFields,
  requireText,
  requireUrl,
  SCOPE,
  type TokenMaker,
} from './token-maker.ts'

/** The scope of the token that stands for the workload until it has that of a service account. */
const PLATFORM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

interface CredentialFile {
  readonly path: string
  readonly fields: CredentialFields
}

/**
 * A token for one of another issuer (RFC 8693; Google Cloud: workload identity federation). What the
 * file names as the source of that token is read anew each time. Where it names a service account to
 * act as, a second request gives the token of that one.
 */
export const exchangeExternalToken: TokenMaker = async (file, deps, limits) => {
  const { path, fields } = file
  const nowMs = deps.clock.nowMs()
  const isImpersonating = fields['service_account_impersonation_url'] !== undefined
  const form = createForm(
    requireUrl(path, fields, 'token_url'),
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: requireText(path, fields, 'audience'),
      scope: isImpersonating ? PLATFORM_SCOPE : SCOPE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: await loadSubjectToken(file, deps, limits),
      subject_token_type: requireText(path, fields, 'subject_token_type'),
    },
    'the provider of the pool must trust the issuer of the token and be able to read its keys',
  )
  const federated = await requestAccessToken(form, { limits, nowMs })
  return isImpersonating ? impersonate(file, federated, { limits, nowMs }) : federated
}

async function loadSubjectToken(
  { path, fields }: CredentialFile,
  deps: Pick<TargetDeps, 'readFile' | 'clock'>,
  limits: CallLimits,
): Promise<string> {
  const source = toFields(fields['credential_source'])
  const format = toFields(source['format'])
  const isFile = typeof source['file'] === 'string'
  if (!isFile && typeof source['url'] !== 'string') {
    throw new TargetError('refused', `${path} has a \`credential_source\` without file or url`)
  }
  const place = isFile ? requireText(path, source, 'file') : requireText(path, source, 'url')
  const text = isFile
    ? readCredentialFile(place, deps)
    : await fetchText({ path, source }, deps, limits)
  if (format['type'] !== 'json') return text
  const name = requireText(path, format, 'subject_token_field_name')
  return requireText(place, parseObject(text) ?? {}, name)
}

/** The text at a URL of this machine's surroundings, such as a sidecar; it need not have TLS. */
async function fetchText(
  { path, source }: { readonly path: string; readonly source: CredentialFields },
  { clock }: Pick<TargetDeps, 'clock'>,
  limits: CallLimits,
): Promise<string> {
  const url = URL.parse(requireText(path, source, 'url'))
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TargetError('refused', `${path} has a \`credential_source\` whose url is none`)
  }
  const headers = Object.fromEntries(
    Object.entries(toFields(source['headers'])).map(([name, value]) => [name, String(value)]),
  )
  const response = await sendRequest({ method: 'GET', url, headers }, limitCall(limits))
  if (response.status === 200) return Buffer.from(response.body).toString('utf8').trim()
  const advice = 'no token of the workload is to be had there'
  const said = { code: null, text: null }
  throw createServiceError(url, response, said, { advice, nowMs: clock.nowMs() })
}

/** The token of the service account that the workload may act as (Google Cloud: IAM Credentials API). */
async function impersonate(
  { path, fields }: CredentialFile,
  { token }: AccessToken,
  options: { readonly limits: CallLimits; readonly nowMs: number },
): Promise<AccessToken> {
  const url = requireUrl(path, fields, 'service_account_impersonation_url')
  const answer = await requestJson(
    {
      url,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ scope: [SCOPE], lifetime: '3600s' }),
      advice:
        'the workload needs the role Workload Identity User (roles/iam.workloadIdentityUser) on the service account',
    },
    options,
  )
  const expiresAtMs = Date.parse(String(answer['expireTime']))
  return {
    token: new Secret(requireText(url.host, answer, 'accessToken')),
    expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs,
  }
}

function toFields(value: unknown): CredentialFields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
