import { UnavailableError } from '../errors.ts'

/**
 * The store cannot be opened. The message is for the person who starts the program: it names the
 * file or directory and what is wrong with it.
 */
export class StoreOpenError extends Error {
  override readonly name: string = 'StoreOpenError'
}

/** There is no store where one should be. None is made in its place: it would know nobody. */
export class StoreMissingError extends StoreOpenError {
  override readonly name = 'StoreMissingError'

  constructor(path: string) {
    super(
      `There is no store at ${path}. If there was one, mount its disk or restore the backup; if it is elsewhere, say so with store.path or name another configuration with --config. A new one is made by \`credence init\`, or by \`credence dev\` for development.`,
    )
  }
}

/**
 * The store that a server has open is no longer the one at its path, or no longer its own. It can't go
 * on: what it would write from now on would be lost.
 */
export class StoreLostError extends Error {
  override readonly name = 'StoreLostError'
}

/** What belongs to an open store can't be taken away at its end. All that it holds is on the disk. */
export class StoreCloseError extends Error {
  override readonly name = 'StoreCloseError'
}

/**
 * A read or a write that the store could not carry out: full disk, damaged file, a lock that another
 * process does not give back. The message says which; the cause is the database's own error.
 */
export class StoreFailure extends UnavailableError {
  override readonly name = 'StoreFailure'
}

/** A rule of the schema that a write would break. Each adapter turns its database's codes into it. */
export class ConstraintViolation extends Error {
  override readonly name = 'ConstraintViolation'
  /** `unique`: name or id taken; `reference`: names a record that does not exist. */
  readonly constraint: 'unique' | 'reference'

  constructor(constraint: 'unique' | 'reference', cause: unknown) {
    super(`The write breaks a ${constraint} constraint of the store.`, { cause })
    this.constraint = constraint
  }
}
