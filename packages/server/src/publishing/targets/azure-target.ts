import { hash } from 'node:crypto'
import { CredentialCache } from '../../credentials/credential-cache.ts'
import type { AccessToken } from './access-token.ts'
import { authorize, type PlainRequest } from './azure/authorize.ts'
import {
  AZURE_SETTINGS,
  type AzureSettings,
  findAzureFault,
  locateBlob,
} from './azure/azure-settings.ts'
import { loadEntraToken } from './azure/entra-token.ts'
import { addPrefix } from './cloud-settings.ts'
import { type CallLimits, limitCall } from './limit-call.ts'
import { readCredentialFile } from './read-credential-file.ts'
import { sendRequest, type TargetResponse } from './send-request.ts'
import { createServiceError } from './service-error.ts'
import {
  type NewObject,
  type StoredObject,
  type Target,
  TargetError,
  type WriteCondition,
} from './target.ts'
import { defineTargetKind, type TargetDeps } from './target-kind.ts'

/** The version of the API that is spoken. */
const API_VERSION = '2023-11-03'

/** What Azure calls a condition that does not hold. Other codes of 409 and 412 are about leases and holds. */
const CHANGED_CODES: ReadonlySet<string | null> = new Set([
  'BlobAlreadyExists',
  'BlobNotFound',
  'ConditionNotMet',
  'TargetConditionNotMet',
])

/** A container of Azure Blob Storage. */
export const AZURE = defineTargetKind({
  kind: 'azure',
  summary: 'A container of Azure Blob Storage.',
  settings: AZURE_SETTINGS,
  findFault: findAzureFault,
  open: (name, settings, deps) => new AzureTarget(name, settings, deps),
})

class AzureTarget implements Target {
  readonly kind = 'azure'
  readonly name: string
  readonly #settings: AzureSettings
  readonly #deps: TargetDeps
  readonly #tokens: CredentialCache<AccessToken>

  constructor(name: string, settings: AzureSettings, deps: TargetDeps) {
    this.name = name
    this.#settings = settings
    this.#deps = deps
    // Several calls may wait for one token, so it has bounds of its own.
    this.#tokens = new CredentialCache({
      load: () => loadEntraToken(settings, deps, limitCall(deps)),
    })
  }

  async read(path: string): Promise<StoredObject | null> {
    const answer = await this.#send('GET', path, {})
    const { status, headers, body } = answer.response
    // A container that is not there is no absent blob.
    if (status === 404 && codeOf(answer.response) === 'BlobNotFound') return null
    if (status !== 200) throw this.#fail(answer)
    const { etag } = headers
    if (etag === undefined) {
      throw new TargetError(
        'refused',
        `${answer.url.host} sends no ETag, so no write can be conditional`,
      )
    }
    return {
      bytes: body,
      tag: etag,
      contentType: headers['content-type'] ?? null,
      cacheControl: headers['cache-control'] ?? null,
    }
  }

  async write(path: string, object: NewObject, condition: WriteCondition) {
    const { bytes, contentType, cacheControl } = object
    const headers = {
      ...(condition.kind === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.tag }),
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-blob-content-type': contentType,
      'x-ms-blob-cache-control': cacheControl,
      'content-md5': hash('md5', bytes, 'base64'),
    }
    const answer = await this.#send('PUT', path, headers, bytes)
    if (isChanged(answer.response)) return 'changed'
    if (answer.response.status === 201) return 'written'
    throw this.#fail(answer)
  }

  async remove(path: string, condition: WriteCondition & { readonly kind: 'matches' }) {
    const answer = await this.#send('DELETE', path, { 'if-match': condition.tag })
    if (isChanged(answer.response)) return 'changed'
    if (answer.response.status === 202) return 'removed'
    throw this.#fail(answer)
  }

  /** Sends it, and once more with another token when this one is refused. */
  async #send(
    method: PlainRequest['method'],
    path: string,
    headers: PlainRequest['headers'],
    body?: Uint8Array,
  ) {
    const limits = limitCall(this.#deps)
    const url = locateBlob(this.#settings, addPrefix(this.#settings.prefix, path))
    const request = { method, url, headers, ...(body !== undefined && { body }) }
    const answer = await this.#sendOnce(request, limits)
    if (answer.response.status !== 401) return answer
    this.#tokens.drop()
    return this.#sendOnce(request, limits)
  }

  async #sendOnce({ method, url, headers, body }: PlainRequest, limits: CallLimits) {
    const deps = this.#deps
    const plain = {
      method,
      url,
      headers: {
        ...headers,
        'x-ms-version': API_VERSION,
        'x-ms-date': new Date(deps.clock.nowMs()).toUTCString(),
      },
      ...(body !== undefined && { body }),
    }
    const authorized = await authorize(plain, this.#settings, {
      deps,
      tokens: this.#tokens,
      limits,
    })
    const { caFile } = this.#settings
    const tls = caFile === undefined ? {} : { ca: readCredentialFile(caFile, deps) }
    return { url, response: await sendRequest({ ...plain, ...authorized, tls }, limits) }
  }

  #fail({ url, response }: { readonly url: URL; readonly response: TargetResponse }): TargetError {
    const code = codeOf(response)
    const said = { code, text: findMessage(response) }
    const advice = code === null ? null : (ADVICE.get(code) ?? null)
    return createServiceError(url, response, said, { advice, nowMs: this.#deps.clock.nowMs() })
  }
}

const ROLE =
  'the identity needs the role Storage Blob Data Contributor on the container; a shared access signature needs read, create, write and delete (sp=rcwd)'

const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    'AuthenticationFailed',
    'a signature is wrong or has ended, or the key is not that of the account',
  ],
  ['AuthorizationFailure', `${ROLE}; or the firewall of the account lets only others in`],
  ['AuthorizationPermissionMismatch', ROLE],
  ['ContainerNotFound', '`container` names one that does not exist there'],
  ['InvalidAuthenticationInfo', 'the token of Entra is not taken'],
  ['KeyBasedAuthenticationNotPermitted', 'the account takes tokens of Entra alone'],
  ['UnauthorizedBlobOverwrite', 'the shared access signature may create, but not write'],
])

/** Whether the condition does not hold. A blob that is gone no longer matches anything. */
function isChanged(response: TargetResponse): boolean {
  const { status } = response
  return (status === 412 || status === 409 || status === 404) && CHANGED_CODES.has(codeOf(response))
}

function codeOf({ headers }: TargetResponse): string | null {
  return headers['x-ms-error-code'] ?? null
}

/** The sentence of its XML. No more is read: details repeat what was signed. */
function findMessage({ body }: TargetResponse): string | null {
  const found = /<Message>([^<]{1,2000})/.exec(Buffer.from(body).toString('utf8'))
  return found?.[1] ?? null
}
