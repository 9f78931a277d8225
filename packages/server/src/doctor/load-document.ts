import { formatFetchError } from './format-fetch-error.ts'

/**
 * What the look from outside calls itself, the one at each start included. It reads no keys to use
 * them.
 */
export const DOCTOR_USER_AGENT = 'credence-doctor'

const TIMEOUT_MS = 5000
const NOT_FOUND = 404

/** The text of a document, or why there is none. */
export type LoadedDocument =
  | { readonly text: string; readonly problem: null }
  | { readonly text: null; readonly problem: string }

/** Fetches a document as a verifier would: without following redirects, within five seconds, or until `stop`. */
export async function loadDocument(url: string, stop: AbortSignal | null): Promise<LoadedDocument> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: stop === null ? timeout : AbortSignal.any([timeout, stop]),
      headers: { accept: 'application/json', 'user-agent': DOCTOR_USER_AGENT },
    })
    if (answer.status === 200) return { text: await answer.text(), problem: null }
    await answer.body?.cancel()
    return { text: null, problem: formatStatus(answer) }
  } catch (error) {
    return { text: null, problem: `nothing is there: ${formatFetchError(error)}` }
  }
}

function formatStatus({ status, headers }: Response): string {
  const location = headers.get('location')
  if (location !== null) {
    return `the answer is HTTP ${status} to ${location}, and verifiers do not follow it`
  }
  if (status !== NOT_FOUND) return `the answer is HTTP ${status}`
  return `the answer is HTTP ${status}: what answers there does not know this issuer, so it is another installation or another program`
}
