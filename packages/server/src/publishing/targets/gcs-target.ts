import { hash } from 'node:crypto'
import { CredentialCache } from '../../credentials/credential-cache.ts'
import { type AccessToken, parseObject } from './access-token.ts'
import { addPrefix } from './cloud-settings.ts'
import { loadGcsToken } from './gcs/gcs-credentials.ts'
import { findGcsFault, GCS_SETTINGS, type GcsSettings } from './gcs/gcs-settings.ts'
import { formatMultipart } from './gcs/multipart.ts'
import { type CallLimits, limitCall, waitWithin } from './limit-call.ts'
import { readCredentialFile } from './read-credential-file.ts'
import { sendRequest, type TargetRequest, type TargetResponse } from './send-request.ts'
import { createServiceError } from './service-error.ts'
import {
  type NewObject,
  type StoredObject,
  type Target,
  TargetError,
  type WriteCondition,
} from './target.ts'
import { defineTargetKind, type TargetDeps } from './target-kind.ts'

const GOOGLE = 'https://storage.googleapis.com'

/** Tokens that end sooner are asked for anew: the request must arrive while they are good. */
const RENEW_BEFORE_MS = 300_000

/** How often an object may be replaced while it is read. */
const MAX_READS = 3

/** The generation of an object that does not exist. */
const ABSENT = '0'

/** A bucket of Google Cloud Storage, by its JSON API. */
export const GCS = defineTargetKind({
  kind: 'gcs',
  summary: 'A bucket of Google Cloud Storage.',
  settings: GCS_SETTINGS,
  findFault: findGcsFault,
  open: (name, settings, deps) => new GcsTarget(name, settings, deps),
})

interface GcsRequest {
  readonly method: TargetRequest['method']
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

class GcsTarget implements Target {
  readonly kind = 'gcs'
  readonly name: string
  readonly #settings: GcsSettings
  readonly #deps: TargetDeps
  readonly #tokens: CredentialCache<AccessToken>
  readonly #bucketPath: string

  constructor(name: string, settings: GcsSettings, deps: TargetDeps) {
    this.name = name
    this.#settings = settings
    this.#deps = deps
    // Several calls may wait for one token, so it has bounds of its own.
    this.#tokens = new CredentialCache({
      load: () => loadGcsToken(settings, deps, limitCall(deps)),
    })
    this.#bucketPath = `/storage/v1/b/${settings.bucket}/o`
  }

  /**
   * Asks for the generation first and then for its bytes: what is asked for by its name alone may come
   * from a cache of Google's while the bucket is public.
   */
  async read(path: string): Promise<StoredObject | null> {
    const limits = limitCall(this.#deps)
    for (let reads = 0; reads < MAX_READS; reads += 1) {
      const described = await this.#send({ method: 'GET', path: this.#locate(path) }, limits)
      if (described.response.status === 404) return this.#confirmAbsence(path, limits)
      const facts = parseObject(Buffer.from(described.response.body).toString('utf8'))
      const generation = facts?.['generation']
      if (described.response.status !== 200) throw this.#fail(described)
      if (typeof generation !== 'string') {
        throw new TargetError('refused', `${described.url.host} tells no generation of objects`)
      }
      const place = `${this.#locate(path)}?alt=media&generation=${generation}`
      const loaded = await this.#send({ method: 'GET', path: place }, limits)
      // Replaced in the meantime.
      if (loaded.response.status === 404) continue
      if (loaded.response.status !== 200) throw this.#fail(loaded)
      return {
        bytes: loaded.response.body,
        tag: generation,
        contentType: textOf(facts?.['contentType']),
        cacheControl: textOf(facts?.['cacheControl']),
      }
    }
    throw new TargetError('unreachable', `${path} is replaced again and again while it is read`)
  }

  async write(
    path: string,
    { bytes, contentType, cacheControl }: NewObject,
    condition: WriteCondition,
  ) {
    const generation = condition.kind === 'absent' ? ABSENT : condition.tag
    const facts = {
      name: addPrefix(this.#settings.prefix, path),
      contentType,
      cacheControl,
      md5Hash: hash('md5', bytes, 'base64'),
    }
    const boundary = Buffer.from(this.#deps.random.bytes(18)).toString('hex')
    const answer = await this.#send(
      {
        method: 'POST',
        path: `/upload${this.#bucketPath}?uploadType=multipart&ifGenerationMatch=${generation}`,
        headers: { 'content-type': `multipart/related; boundary=${boundary}` },
        body: formatMultipart(facts, { bytes, contentType }, boundary),
      },
      limitCall(this.#deps),
    )
    if (isChanged(answer.response)) return 'changed'
    if (answer.response.status === 200) return 'written'
    throw this.#fail(answer)
  }

  async remove(path: string, condition: WriteCondition & { readonly kind: 'matches' }) {
    const place = `${this.#locate(path)}?ifGenerationMatch=${condition.tag}`
    const limits = limitCall(this.#deps)
    const answer = await this.#send({ method: 'DELETE', path: place }, limits)
    const { status } = answer.response
    if (isChanged(answer.response)) return 'changed'
    if (status === 200 || status === 204) return 'removed'
    if (status !== 404) throw this.#fail(answer)
    await this.#confirmAbsence(path, limits)
    return 'changed'
  }

  /** A 404 may mean the bucket. A list of what has this name tells. @throws TargetError */
  async #confirmAbsence(path: string, limits: CallLimits): Promise<null> {
    const name = addPrefix(this.#settings.prefix, path)
    const place = `${this.#bucketPath}?prefix=${encodeURIComponent(name)}&maxResults=1`
    const answer = await this.#send({ method: 'GET', path: place }, limits)
    if (answer.response.status === 200) return null
    throw this.#fail(answer)
  }

  #locate(path: string): string {
    return `${this.#bucketPath}/${encodeURIComponent(addPrefix(this.#settings.prefix, path))}`
  }

  /** Sends it, and once more with another token when this one is refused. */
  async #send(request: GcsRequest, limits: CallLimits) {
    const answer = await this.#sendOnce(request, limits)
    if (answer.response.status !== 401) return answer
    this.#tokens.drop()
    return this.#sendOnce(request, limits)
  }

  async #sendOnce({ method, path, headers = {}, body }: GcsRequest, limits: CallLimits) {
    const loading = this.#tokens.get(this.#deps.clock.nowMs() + RENEW_BEFORE_MS)
    const { token } = await waitWithin(limits, 'a Google access token', loading)
    const { endpoint = GOOGLE, caFile } = this.#settings
    const url = new URL(`${endpoint}${path}`)
    const request = {
      method,
      url,
      headers: { ...headers, authorization: `Bearer ${token.reveal()}` },
      tls: caFile === undefined ? {} : { ca: readCredentialFile(caFile, this.#deps) },
      ...(body !== undefined && { body }),
    }
    return { url, response: await sendRequest(request, limits) }
  }

  #fail({ url, response }: { readonly url: URL; readonly response: TargetResponse }): TargetError {
    const error = parseObject(Buffer.from(response.body).toString('utf8'))?.['error']
    const { message, errors } = Object(error) as Readonly<Record<string, unknown>>
    const reason = Array.isArray(errors) ? Object(errors[0])['reason'] : null
    const said = { code: textOf(reason), text: textOf(message) }
    const advice = findAdvice(response.status, this.#settings.bucket)
    return createServiceError(url, response, said, { advice, nowMs: this.#deps.clock.nowMs() })
  }
}

function findAdvice(status: number, bucket: string): string | null {
  if (status === 403) {
    return `the credentials need storage.objects.get, create, delete and list on ${bucket}, as the role Storage Object User (roles/storage.objectUser) gives them`
  }
  return status === 404 ? `there is no bucket ${bucket}` : null
}

function isChanged({ status }: TargetResponse): boolean {
  return status === 412 || status === 409
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
