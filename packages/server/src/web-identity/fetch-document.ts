/** A document that an issuer publishes. */
export interface FetchedDocument {
  readonly text: string
  /** Headers of the answer that say how long it stays fresh; null when absent. */
  readonly cacheControl: string | null
  readonly age: string | null
}

/**
 * Fetches one document of an issuer, and nothing but it: an answer other than 200 is an error, a
 * redirect too. Stops when the signal says so.
 * @throws KeySourceError
 */
export type FetchDocument = (
  url: string,
  issuer: string,
  signal: AbortSignal,
) => Promise<FetchedDocument>
