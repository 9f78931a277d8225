import { ConstraintViolation, StoreFailure } from '../failures.ts'

/** What a code of PostgreSQL means to the person who runs the program (appendix A of its manual). */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['25006', 'the database takes no writes: it is read-only, as a standby is'],
  ['28000', 'the database refuses the user'],
  ['28P01', 'the database refuses the user or its password'],
  ['3D000', 'there is no such database'],
  ['40001', 'another change got in its way'],
  ['40P01', 'another change got in its way'],
  ['42501', 'the user has not the rights that it needs in the database'],
  ['53100', 'the disk of the database is full'],
  ['53200', 'the database has no memory left'],
  ['53300', 'the database takes no more connections'],
  ['55P03', 'another process holds its lock'],
  ['57014', 'the database took too long'],
  ['57P01', 'the database is being stopped'],
  ['57P02', 'the database has crashed'],
  ['57P03', 'the database is starting or stopping'],
])

/** What a code of the operating system means, and of Node's TLS. */
const NETWORK_REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the database cannot be reached: nobody listens there'],
  ['ECONNRESET', 'the connection to the database was cut'],
  ['EPIPE', 'the connection to the database was cut'],
  ['EHOSTUNREACH', 'the database cannot be reached: no way leads to its host'],
  ['ENETUNREACH', 'the database cannot be reached: no way leads to its host'],
  ['ENOENT', 'the database cannot be reached: there is no such socket'],
  ['EACCES', 'the database cannot be reached: its socket is not for this user'],
  ['ENOTFOUND', 'the database cannot be reached: its host name is not known'],
  ['EAI_AGAIN', 'the database cannot be reached: its host name cannot be looked up now'],
  ['ETIMEDOUT', 'the database cannot be reached: it does not answer'],
])

/** Words of `pg` for what has no code. */
const MESSAGE_REASONS: readonly (readonly [words: RegExp, reason: string])[] = [
  [
    /timeout exceeded when trying to connect/,
    'the database does not answer, or too many wait for it',
  ],
  [/Query read timeout/, 'the database took too long'],
  [/Connection terminated/, 'the connection to the database was cut'],
  [/server does not support SSL/, 'the database offers no TLS'],
  [
    /password must be a (?:non-empty )?string/,
    'the database asks for a password, and there is none',
  ],
  [/empty password returned/i, 'the database asks for a password, and there is none'],
]

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

/** The codes after which nothing more can be said over a connection. */
const FATAL_CODES = /^(?:08|57P0)/

/**
 * What went wrong, in words that follow "The store …: ". Null when the error's own words are the best.
 */
export function findPostgresReason(error: unknown): string | null {
  if (error instanceof StoreFailure) return findPostgresReason(error.cause)
  if (!(error instanceof Error)) return null
  // One error for each address that a name has.
  if (error instanceof AggregateError) return findPostgresReason(error.errors[0])
  const code = findCode(error)
  const byCode = REASONS.get(code) ?? NETWORK_REASONS.get(code)
  if (byCode !== undefined) return byCode
  if (isCertificateCode(code)) return `the certificate of the database is refused: ${error.message}`
  return MESSAGE_REASONS.find(([words]) => words.test(error.message))?.[1] ?? null
}

/** The error to throw in place of one that `pg` threw. */
export function createFailureFromPostgres(error: unknown): unknown {
  if (error instanceof StoreFailure || !(error instanceof Error)) return error
  const code = findCode(error)
  if (code === UNIQUE_VIOLATION) return new ConstraintViolation('unique', error)
  if (code === FOREIGN_KEY_VIOLATION) return new ConstraintViolation('reference', error)
  const reason = findPostgresReason(error) ?? error.message
  return new StoreFailure(`The store failed: ${reason}.`, { cause: error })
}

/** Whether the database has answered: what it refuses is not done, and its connection goes on. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && !FATAL_CODES.test(findCode(error))
}

function findCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Node's words for a chain that ends nowhere, a name that is another, a time that is over. */
function isCertificateCode(code: string): boolean {
  return /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(?:GET|VERIFY))/.test(code)
}
