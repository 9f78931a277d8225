import { createHmac } from 'node:crypto'
import { Secret } from '../../../secrets/secret.ts'
import { TargetError } from '../target.ts'

/** A request that a key of the account signs. */
export interface SharedKeyRequest {
  readonly method: string
  readonly url: URL
  /** By name in lower case; `x-ms-date` is among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly contentLength: number
}

/** The headers that are signed in this order, without their names, whether they are there or not. */
const STANDARD_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
] as const

/** The header `Authorization` with a key of the account (Azure Storage: Authorize with Shared Key). */
export function signWithSharedKey(
  request: SharedKeyRequest,
  { account, key }: { readonly account: string; readonly key: Secret<Buffer> },
): string {
  const signature = createHmac('sha256', key.reveal())
    .update(formatStringToSign(request, account), 'utf8')
    .digest('base64')
  return `SharedKey ${account}:${signature}`
}

/** What is signed: method, standard headers, those of Azure, and the resource with the account. */
function formatStringToSign(
  { method, url, headers, contentLength }: SharedKeyRequest,
  account: string,
): string {
  // A length of nothing is written as nothing.
  const length = contentLength === 0 ? '' : String(contentLength)
  const standard = STANDARD_HEADERS.map(name =>
    name === 'content-length' ? length : (headers[name] ?? ''),
  )
  const own = Object.keys(headers)
    .filter(name => name.startsWith('x-ms-'))
    .toSorted()
    .map(name => `${name}:${headers[name]}`)
  return [method, ...standard, ...own, `/${account}${url.pathname}`].join('\n')
}

/** The key as the portal shows it, in base64. @throws TargetError */
export function parseAccountKey(file: string, text: string): Secret<Buffer> {
  const key = Buffer.from(text, 'base64')
  if (key.length < 32 || key.toString('base64') !== text) {
    throw new TargetError('refused', `${file} holds no key of an account`)
  }
  return new Secret(key)
}
