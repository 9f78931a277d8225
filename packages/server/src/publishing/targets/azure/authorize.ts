import type { CredentialCache } from '../../../credentials/credential-cache.ts'
import type { AccessToken } from '../access-token.ts'
import { type CallLimits, waitWithin } from '../limit-call.ts'
import { readCredentialFile } from '../read-credential-file.ts'
import { TargetError } from '../target.ts'
import type { TargetDeps } from '../target-kind.ts'
import type { AzureSettings } from './azure-settings.ts'
import { parseAccountKey, signWithSharedKey } from './shared-key.ts'

/** Tokens that end sooner are asked for anew: the request must arrive while they are good. */
const RENEW_BEFORE_MS = 300_000

/** A request without its authorization. */
export interface PlainRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Its URL and headers with it. */
export interface Authorization {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** Adds what the settings say: a shared access signature, a signature, or a token of Entra. @throws TargetError */
export async function authorize(
  { method, url, headers, body }: PlainRequest,
  settings: AzureSettings,
  parts: {
    readonly deps: TargetDeps
    readonly tokens: CredentialCache<AccessToken>
    readonly limits: CallLimits
  },
): Promise<Authorization> {
  const { deps, tokens, limits } = parts
  const { account, sasTokenFile, accountKeyFile } = settings
  if (sasTokenFile !== undefined) {
    return { url: addSignature(url, sasTokenFile, deps), headers }
  }
  if (accountKeyFile !== undefined) {
    const key = parseAccountKey(accountKeyFile, readCredentialFile(accountKeyFile, deps))
    const contentLength = body?.length ?? 0
    const request = { method, url, headers, contentLength }
    return {
      url,
      headers: { ...headers, authorization: signWithSharedKey(request, { account, key }) },
    }
  }
  const loading = tokens.get(deps.clock.nowMs() + RENEW_BEFORE_MS)
  const { token } = await waitWithin(limits, 'a token of Entra', loading)
  return { url, headers: { ...headers, authorization: `Bearer ${token.reveal()}` } }
}

/** The portal shows it with a question mark, other tools without one. */
function addSignature(url: URL, file: string, deps: TargetDeps): URL {
  const query = readCredentialFile(file, deps).replace(/^\?/, '')
  if (!new URLSearchParams(query).has('sig') || /[\s#]/.test(query)) {
    throw new TargetError('refused', `${file} holds no shared access signature`)
  }
  const signed = new URL(url)
  signed.search = query
  return signed
}
