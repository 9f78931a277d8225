import { z } from 'zod'
import { isLocalHostname } from '../../runtime/loopback.ts'
import { readCredentialFile } from './read-credential-file.ts'
import { createStatusError, sendRequest, type TargetTls } from './send-request.ts'
import {
  type NewObject,
  type StoredObject,
  type Target,
  TargetError,
  type WriteCondition,
} from './target.ts'
import { defineTargetKind, type TargetDeps } from './target-kind.ts'

const path = z.string().min(1)
const variable = z.string().regex(/^[A-Z_][A-Z0-9_]{0,59}$/, 'must name a variable in upper case')

const SETTINGS = z.strictObject({
  url: path.describe('Where documents are written: this URL, a slash and their paths.'),
  tokenFile: path.optional().describe('File of a bearer token. It is read for each request.'),
  tokenEnv: variable.optional().describe('Variable that holds a bearer token.'),
  username: path.optional().describe('Name for basic authentication.'),
  passwordFile: path.optional().describe('File of the password. It is read for each request.'),
  passwordEnv: variable.optional().describe('Variable that holds the password.'),
  caFile: path
    .optional()
    .describe('Certificates in PEM that are trusted instead of the public authorities.'),
  clientCertFile: path.optional().describe('Certificate of this client, in PEM.'),
  clientKeyFile: path.optional().describe('Its key, in PEM.'),
})

type HttpSettings = z.output<typeof SETTINGS>

/** A server that takes `PUT` with conditions (RFC 9110 §13.1). */
export const HTTP = defineTargetKind({
  kind: 'http',
  summary:
    'An HTTP server that takes `PUT` and `DELETE` and obeys `If-Match` and `If-None-Match: *` (RFC 9110 §13.1).',
  settings: SETTINGS,
  findFault,
  open: (name, settings, deps) => new HttpTarget(name, settings, deps),
})

/** What no request could be made with. */
function findFault(settings: HttpSettings): string | null {
  const url = URL.parse(settings.url)
  if (url === null || !/^https?:$/.test(url.protocol)) return 'needs a `url` with https://'
  if (settings.url.endsWith('/')) return 'must have a `url` without a slash at the end'
  if (url.search !== '' || url.hash !== '') return 'must have a `url` without query and fragment'
  if (url.username !== '' || url.password !== '') return 'must not have a password in its `url`'
  if (url.protocol === 'http:' && !isLocalHostname(url.hostname)) {
    return 'needs a `url` with https://: without TLS anybody on the way can replace the keys'
  }
  const { tokenFile, tokenEnv, username, passwordFile, passwordEnv } = settings
  const secrets = [tokenFile, tokenEnv, passwordFile, passwordEnv].filter(
    each => each !== undefined,
  )
  if (secrets.length > 1) {
    return 'takes one of `tokenFile`, `tokenEnv`, `passwordFile` and `passwordEnv`'
  }
  const hasPassword = (passwordFile ?? passwordEnv) !== undefined
  if ((username !== undefined) !== hasPassword) {
    return 'needs `username` and one of `passwordFile` and `passwordEnv` together'
  }
  if ((settings.clientCertFile === undefined) !== (settings.clientKeyFile === undefined)) {
    return 'needs `clientCertFile` and `clientKeyFile` together'
  }
  return null
}

class HttpTarget implements Target {
  readonly kind = 'http'
  readonly name: string
  readonly #settings: HttpSettings
  readonly #deps: TargetDeps

  constructor(name: string, settings: HttpSettings, deps: TargetDeps) {
    this.name = name
    this.#settings = settings
    this.#deps = deps
  }

  async read(path: string): Promise<StoredObject | null> {
    const { url, response } = await this.#send('GET', path, { 'cache-control': 'no-cache' })
    const { status, headers, body } = response
    if (status === 404) return null
    if (status !== 200) throw createStatusError(url, response)
    const { etag } = headers
    // A weak tag never matches in `If-Match` (RFC 9110 §13.1.1).
    if (etag === undefined || etag.startsWith('W/')) {
      const found = etag === undefined ? 'no ETag' : 'a weak ETag'
      throw new TargetError('refused', `${url.host} sends ${found}, so no write can be conditional`)
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
      ...formatCondition(condition),
      'content-type': contentType,
      'cache-control': cacheControl,
    }
    const { url, response } = await this.#send('PUT', path, headers, bytes)
    if (isChanged(response.status)) return 'changed'
    if (isDone(response.status)) return 'written'
    throw createStatusError(url, response)
  }

  async remove(path: string, condition: WriteCondition & { readonly kind: 'matches' }) {
    const { url, response } = await this.#send('DELETE', path, formatCondition(condition))
    const { status } = response
    if (isChanged(status) || status === 404 || status === 410) return 'changed'
    if (isDone(status)) return 'removed'
    throw createStatusError(url, response)
  }

  async #send(
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: Uint8Array,
  ) {
    const url = new URL(`${this.#settings.url}/${path}`)
    const request = {
      method,
      url,
      headers: { ...headers, ...this.#authorize() },
      tls: this.#readTls(),
    }
    const response = await sendRequest({ ...request, ...(body && { body }) }, this.#deps)
    return { url, response }
  }

  #authorize(): Readonly<Record<string, string>> {
    const { tokenFile, tokenEnv, username, passwordFile, passwordEnv } = this.#settings
    const token = this.#readSecret(tokenFile, tokenEnv)
    if (token !== null) return { authorization: `Bearer ${token}` }
    const password = this.#readSecret(passwordFile, passwordEnv)
    if (username === undefined || password === null) return {}
    const pair = Buffer.from(`${username}:${password}`).toString('base64')
    return { authorization: `Basic ${pair}` }
  }

  #readSecret(file: string | undefined, variableName: string | undefined): string | null {
    if (file !== undefined) return readCredentialFile(file, this.#deps)
    if (variableName === undefined) return null
    const value = this.#deps.env[variableName]
    if (value === undefined || value === '') {
      throw new TargetError('refused', `the variable ${variableName} is not set`)
    }
    return value
  }

  #readTls(): TargetTls {
    const { caFile, clientCertFile, clientKeyFile } = this.#settings
    return {
      ...(caFile !== undefined && { ca: readCredentialFile(caFile, this.#deps) }),
      ...(clientCertFile !== undefined && { cert: readCredentialFile(clientCertFile, this.#deps) }),
      ...(clientKeyFile !== undefined && { key: readCredentialFile(clientKeyFile, this.#deps) }),
    }
  }
}

function formatCondition(condition: WriteCondition): Readonly<Record<string, string>> {
  return condition.kind === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.tag }
}

/** 412 says that the condition does not hold, 409 that another write is under way. */
function isChanged(status: number): boolean {
  return status === 412 || status === 409
}

function isDone(status: number): boolean {
  return status >= 200 && status < 300
}
