import { createHash, hash } from 'node:crypto'
import type { LoadedCredentials } from '../../credentials/aws-credentials.ts'
import { CredentialCache } from '../../credentials/credential-cache.ts'
import { signRequest } from '../../wire/sigv4/sign.ts'
import { addPrefix } from './cloud-settings.ts'
import { type CallLimits, limitCall, waitWithin } from './limit-call.ts'
import { readCredentialFile } from './read-credential-file.ts'
import { loadS3Credentials } from './s3/s3-credentials.ts'
import { createS3Error, isEndedForS3, readS3Said } from './s3/s3-error.ts'
import { findS3Fault, locateS3Object, S3_SETTINGS, type S3Settings } from './s3/s3-settings.ts'
import { sendRequest, type TargetResponse } from './send-request.ts'
import {
  type NewObject,
  type StoredObject,
  type Target,
  TargetError,
  type WriteCondition,
} from './target.ts'
import { defineTargetKind, type TargetDeps } from './target-kind.ts'

/** Credentials that end sooner are loaded anew: the request must arrive while they are good. */
const RENEW_BEFORE_MS = 300_000

/** Codes of 409 that mean what 412 means: somebody else is writing this object. */
const CONFLICTS: ReadonlySet<string | null> = new Set([
  'ConditionalRequestConflict',
  'OperationAborted',
  null,
])

/** A bucket of Amazon S3 or of one of its clones. */
export const S3 = defineTargetKind({
  kind: 's3',
  summary:
    'A bucket of Amazon S3, or of a clone that obeys `If-Match` and `If-None-Match: *` with `PUT`.',
  settings: S3_SETTINGS,
  findFault: findS3Fault,
  open: (name, settings, deps) => new S3Target(name, settings, deps),
})

interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

class S3Target implements Target {
  readonly kind = 's3'
  readonly name: string
  readonly #settings: S3Settings
  readonly #deps: TargetDeps
  readonly #credentials: CredentialCache<LoadedCredentials>

  constructor(name: string, settings: S3Settings, deps: TargetDeps) {
    this.name = name
    this.#settings = settings
    this.#deps = deps
    // Several calls may wait for one load, so it has bounds of its own. The libraries know none.
    this.#credentials = new CredentialCache({
      load: () => waitWithin(limitCall(deps), 'AWS credentials', loadS3Credentials(settings, deps)),
    })
  }

  async read(path: string): Promise<StoredObject | null> {
    const { url, response } = await this.#send({ method: 'GET', path, headers: {} })
    const { status, headers, body } = response
    // A bucket that is not there is no absent object.
    if (status === 404 && readS3Said(response).code === 'NoSuchKey') return null
    if (status !== 200) throw this.#fail(url, response)
    const { etag } = headers
    if (etag === undefined) {
      throw new TargetError('refused', `${url.host} sends no ETag, so no write can be conditional`)
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
    const { encryption, kmsKeyId, checksum } = this.#settings
    const headers = {
      ...(condition.kind === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.tag }),
      'content-type': contentType,
      'cache-control': cacheControl,
      ...(checksum && { 'x-amz-checksum-sha256': hash('sha256', bytes, 'base64') }),
      ...(encryption !== undefined && { 'x-amz-server-side-encryption': encryption }),
      ...(kmsKeyId !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId }),
    }
    const { url, response } = await this.#send({ method: 'PUT', path, headers, body: bytes })
    if (isChanged(response)) return 'changed'
    if (response.status === 200) return 'written'
    throw this.#fail(url, response)
  }

  async remove(path: string, condition: WriteCondition & { readonly kind: 'matches' }) {
    const headers = { 'if-match': condition.tag }
    const { url, response } = await this.#send({ method: 'DELETE', path, headers })
    if (isChanged(response)) return 'changed'
    if (response.status === 204 || response.status === 200) return 'removed'
    throw this.#fail(url, response)
  }

  /** Sends it, and once more with other credentials when S3 says that these have ended. */
  async #send(request: S3Request) {
    const limits = limitCall(this.#deps)
    const answer = await this.#sendOnce(request, limits)
    if (!isEndedForS3(answer.response)) return answer
    this.#credentials.drop()
    return this.#sendOnce(request, limits)
  }

  async #sendOnce({ method, path, headers, body }: S3Request, limits: CallLimits) {
    const { clock } = this.#deps
    const loading = this.#credentials.get(clock.nowMs() + RENEW_BEFORE_MS)
    const { credentials } = await waitWithin(limits, 'AWS credentials', loading)
    const url = locateS3Object(this.#settings, addPrefix(this.#settings.prefix, path))
    // What proxies may change is not signed, as AWS's own libraries do it.
    const { 'cache-control': cacheControl, ...kept } = headers
    const toSign = {
      ...kept,
      host: url.host,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    }
    const signed = signRequest(
      {
        method,
        target: url.pathname,
        rawHeaders: Object.entries(toSign).flat(),
        body: body ?? new Uint8Array(),
      },
      credentials,
      { region: this.#settings.region, service: 's3', nowMs: clock.nowMs() },
    )
    const { caFile } = this.#settings
    const request = {
      method,
      url,
      headers: {
        ...pairUp(signed),
        ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
      },
      tls: caFile === undefined ? {} : { ca: readCredentialFile(caFile, this.#deps) },
      ...(body !== undefined && { body }),
    }
    return { url, response: await sendRequest(request, limits) }
  }

  #fail(url: URL, response: TargetResponse): TargetError {
    return createS3Error(url, response, this.#settings, this.#deps.clock.nowMs())
  }
}

/** Whether the condition does not hold. An object that is gone no longer matches anything. */
function isChanged(response: TargetResponse): boolean {
  const { status } = response
  if (status === 412) return true
  const { code } = readS3Said(response)
  return (status === 409 && CONFLICTS.has(code)) || (status === 404 && code === 'NoSuchKey')
}

function pairUp(rawHeaders: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers[rawHeaders[index] ?? ''] = rawHeaders[index + 1] ?? ''
  }
  return headers
}
