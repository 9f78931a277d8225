import { UnavailableError } from '../errors.ts'

/**
 * The store cannot be opened. The message is for the person who starts the program: it names the
 * file or directory and what is wrong with it.
 */
export class StoreOpenError extends Error {
  override readonly name: string = 'StoreOpenError'
}

/**
 * There is no store where one should be. No new one is made in its place, because it would have no
 * accounts.
 */
export class StoreMissingError extends StoreOpenError {
  override readonly name = 'StoreMissingError'

  constructor(path: string) {
    super(
      `There is no store at ${path}. If there was one, mount its disk or restore the backup; if it is elsewhere, say so with store.path or name another configuration with --config. A new one is made by \`credence init\`, or by \`credence dev\` for development.`,
    )
  }
}

/**
 * The store that a server has open is no longer at its path, or is no longer this server's. The server
 * can't go on, because all that it writes from now on would be lost.
 */
export class StoreLostError extends Error {
  override readonly name = 'StoreLostError'
}

/**
 * The files beside an open store can't be removed when it is closed. All that it holds is on the disk.
 */
export class StoreCloseError extends Error {
  override readonly name = 'StoreCloseError'
}

/**
 * The store could not carry out a read or a write: the disk is full, the file is damaged, another
 * process does not give a lock back. The message says which. The cause is the database's own error.
 */
export class StoreFailure extends UnavailableError {
  override readonly name = 'StoreFailure'
}

/**
 * A write would break a rule of the schema. Each adapter makes this error from the codes of its
 * database.
 */
export class ConstraintViolation extends Error {
  override readonly name = 'ConstraintViolation'
  /** `unique`: name or id taken; `reference`: names a record that does not exist. */
  readonly constraint: 'unique' | 'reference'

  constructor(constraint: 'unique' | 'reference', cause: unknown) {
    super(`The write breaks a ${constraint} constraint of the store.`, { cause })
    this.constraint = constraint
  }
}
