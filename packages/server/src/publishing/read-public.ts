import { formatFetchError } from '../doctor/format-fetch-error.ts'
import { DOCTOR_USER_AGENT } from '../doctor/load-document.ts'

/** A document as a verifier gets it, or why it gets none. */
export type PublicDocument =
  | { readonly bytes: Uint8Array; readonly headers: Headers; readonly problem: null }
  | { readonly bytes: null; readonly problem: string }

/** What verifiers must get. */
export interface ExpectedDocument {
  readonly bytes: Uint8Array
  /** The longest time for which they may keep it. */
  readonly maxAgeSeconds: number
}

/** Longer than verifiers wait. */
const TIMEOUT_MS = 5000
/** More than verifiers take. */
const MAX_BYTES = 1_048_576

/** Gets a document as verifiers do: no redirects, within five seconds, and from whatever cache answers. */
export async function readPublic(url: string, stopping: AbortSignal): Promise<PublicDocument> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopping]),
      headers: { accept: 'application/json', 'user-agent': DOCTOR_USER_AGENT },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return { bytes: null, problem: `${url} answers with status ${response.status}` }
    }
    const bytes = await readBounded(response)
    if (bytes === null) return { bytes, problem: `${url} has more than ${MAX_BYTES} bytes` }
    return { bytes, headers: response.headers, problem: null }
  } catch (error) {
    return { bytes: null, problem: `${url} cannot be read: ${formatFetchError(error)}` }
  }
}

async function readBounded(response: Response): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let byteCount = 0
  for await (const chunk of response.body ?? []) {
    byteCount += chunk.length
    if (byteCount > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What is wrong with a document as verifiers get it; null when nothing is. */
export async function findPublicProblem(
  url: string,
  expected: ExpectedDocument,
  stopping: AbortSignal,
): Promise<string | null> {
  return findDocumentProblem(url, await readPublic(url, stopping), expected)
}

/** What is wrong with a document that was read; null when nothing is. */
export function findDocumentProblem(
  url: string,
  found: PublicDocument,
  { bytes, maxAgeSeconds }: ExpectedDocument,
): string | null {
  if (found.bytes === null) return found.problem
  if (!Buffer.from(bytes).equals(found.bytes)) {
    return `${url} shows another document than the one that was written: a cache may keep an older one, or the URL leads elsewhere`
  }
  return findHeaderProblem(url, found.headers, maxAgeSeconds)
}

/** What is wrong with the headers of a document; null when nothing is. */
export function findHeaderProblem(
  url: string,
  headers: Headers,
  maxAgeSeconds: number,
): string | null {
  const type = headers.get('content-type') ?? 'no type'
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return `${url} has the type ${type} in the place of application/json`
  }
  const cacheControl = headers.get('cache-control') ?? 'no Cache-Control'
  const maxAge = findMaxAgeSeconds(cacheControl)
  if (maxAge === null || maxAge > maxAgeSeconds) {
    return `${url} has "${cacheControl}", and verifiers may keep it for ${maxAgeSeconds} s at most: "public, max-age=${maxAgeSeconds}, must-revalidate"`
  }
  return null
}

/** For how long a document may be kept by everybody who keeps it (RFC 9111 §5.2.2). */
function findMaxAgeSeconds(cacheControl: string): number | null {
  const directives = cacheControl.toLowerCase().split(',')
  const parts = directives.map(each => each.trim())
  if (parts.includes('no-store') || parts.includes('no-cache')) return 0
  const ages = parts.flatMap(part => /^(?:s-maxage|max-age)=(\d{1,9})$/.exec(part)?.[1] ?? [])
  return ages.length === 0 ? null : Math.max(...ages.map(Number))
}
