/** Long-term credentials as a client has them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who asks. */
export type Callers =
  | { readonly kind: 'one'; readonly credentials: Credentials }
  | {
      /** Users of a crowd, whose credentials follow from their number. */
      readonly kind: 'crowd'
      /** Users in the crowd. The askers are spread over all of it. */
      readonly size: number
      /** How many of them take turns. */
      readonly askers: number
      /** Number of the first asker: another one for another round asks users that never asked. */
      readonly first: number
    }

/** What is asked, again and again. */
export type Question =
  | {
      readonly kind: 'token'
      readonly region: string
      readonly algorithm: string
      readonly callers: Callers
      /** Tags of the request. */
      readonly tags: number
    }
  | {
      /** An STS call without a token, which emulators know too. */
      readonly kind: 'sts'
      readonly region: string
      readonly callers: Callers
      readonly parameters: Readonly<Record<string, string>>
    }
  | {
      /** OAuth 2.0 client credentials with `client_secret_basic` (RFC 6749 §4.4). */
      readonly kind: 'client-credentials'
      readonly path: string
      readonly clientId: string
      readonly clientSecret: string
      readonly parameters: Readonly<Record<string, string>>
    }

/** What to send. Bounded in time; in number too where no question may be asked twice. */
export interface LoadJob {
  readonly endpoint: string
  readonly question: Question
  /** How many different requests are made beforehand. */
  readonly requests: number
  /** Whether they are sent again when all have been sent. */
  readonly isRepeated: boolean
  readonly connections: number
  readonly maxMs: number
}

/** What came of it. */
export interface LoadResult {
  readonly answered: number
  /** Answers that don't hold what was asked for. */
  readonly refused: number
  /** The first of them, to be shown; null when there is none. */
  readonly firstRefusal: string | null
  readonly elapsedMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** User and system time of the load process in the measured span. */
  readonly loadCpuMs: number
  /** One of the tokens, whose header and payload are signed bare for comparison; empty without one. */
  readonly token: string
}
