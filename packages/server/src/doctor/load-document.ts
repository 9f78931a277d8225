const TIMEOUT_MS = 5000

/** The text of a document, or why there is none. */
export type LoadedDocument =
  | { readonly text: string; readonly problem: null }
  | { readonly text: null; readonly problem: string }

/** Fetches a document as a verifier would: without following redirects, within five seconds. */
export async function loadDocument(url: string): Promise<LoadedDocument> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json' },
    })
    if (answer.status !== 200) {
      return { text: null, problem: `the answer is HTTP ${answer.status}` }
    }
    return { text: await answer.text(), problem: null }
  } catch (error) {
    return { text: null, problem: `it cannot be fetched: ${reasonOf(error)}` }
  }
}

/** fetch wraps the reason that helps: `connect ECONNREFUSED 127.0.0.1:4747`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
