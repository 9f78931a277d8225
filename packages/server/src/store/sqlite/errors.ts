import { ConstraintViolation, StoreFailure } from '../failures.ts'

/** What a primary result code of SQLite means to the person who runs the program (sqlite.org/rescode.html). */
const REASONS: ReadonlyMap<number, string> = new Map([
  [5, 'another process holds its lock'],
  [8, 'it is read-only for this process'],
  [10, 'the disk reported an input/output error'],
  [11, 'its file is damaged'],
  [13, 'the disk is full'],
  [14, 'its file, or one beside it, cannot be opened'],
  [26, 'its file is not a SQLite database'],
])

/** SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_ROWID. */
const UNIQUE_CODES = new Set([1555, 2067, 2579])
/** SQLITE_CONSTRAINT_FOREIGNKEY. */
const REFERENCE_CODE = 787
/** SQLITE_BUSY */
const BUSY_CODE = 5

/**
 * What went wrong, in words that follow "The store …: ". Null when the error's own words are the best.
 */
export function findSqliteReason(error: unknown): string | null {
  return REASONS.get(primaryCode(error)) ?? null
}

/** Whether another connection holds the lock that was asked for. */
export function isSqliteBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY_CODE
}

/** The error to throw in place of one that `node:sqlite` threw while it ran a statement. */
export function createFailureFromSqlite(error: unknown): unknown {
  const code = extendedCode(error)
  if (code === null) return error
  if (UNIQUE_CODES.has(code)) return new ConstraintViolation('unique', error)
  if (code === REFERENCE_CODE) return new ConstraintViolation('reference', error)
  const reason = findSqliteReason(error) ?? (error instanceof Error ? error.message : String(error))
  return new StoreFailure(`The store failed: ${reason}.`, { cause: error })
}

/** The low byte of an extended result code is its primary one. */
function primaryCode(error: unknown): number {
  return (extendedCode(error) ?? 0) & 0xff
}

function extendedCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error) || !('errcode' in error)) return null
  if (error.code !== 'ERR_SQLITE_ERROR' || typeof error.errcode !== 'number') return null
  return error.errcode
}
