/** An object as it lies in a target. */
export interface StoredObject {
  readonly bytes: Uint8Array
  /**
   * Stands for exactly these bytes at this place: an ETag, a generation, a digest. It is compared by the
   * target alone, so its form is the target's own.
   */
  readonly tag: string
  /** Null when the target does not keep it. What verifiers are told is read back at the public URL. */
  readonly contentType: string | null
  /** Null when the target does not keep it. */
  readonly cacheControl: string | null
}

/** An object to be written. Whoever reads it at the public URL gets exactly this. */
export interface NewObject {
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly cacheControl: string
}

/** What must be true in the very moment of a write. Else nothing is written. */
export type WriteCondition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'matches'; readonly tag: string }

/**
 * A place that verifiers read keys from, as the one who writes there sees it. Every call ends within
 * `TargetDeps.timeoutMs`, and at once when `TargetDeps.stopping` is aborted.
 *
 * Paths are relative and have no slash at their beginning: `<issuer id>/.well-known/jwks.json`. Their
 * characters are letters, digits, `.`, `-` and `/`, so they need no encoding in URLs. Parts of them are
 * never `.` or `..`.
 */
export interface Target {
  /** The kind's name in the table. */
  readonly kind: string
  /** The name that the configuration gives it. */
  readonly name: string
  /**
   * The object at a path, as the target itself has it and no cache. Null when the target says that there
   * is none (404). Any other trouble is an error: what is not known is not absent. @throws TargetError
   */
  read(path: string): Promise<StoredObject | null>
  /**
   * Writes an object as a whole. `changed`: the condition does not hold, because somebody else has
   * written; nothing was written (412, 409). When it throws, the object may be there or not.
   * @throws TargetError
   */
  write(path: string, object: NewObject, condition: WriteCondition): Promise<'written' | 'changed'>
  /**
   * Removes an object. `changed`: it is another one by now, or it is gone already; nothing was removed.
   * @throws TargetError
   */
  remove(
    path: string,
    condition: WriteCondition & { readonly kind: 'matches' },
  ): Promise<'removed' | 'changed'>
}

/**
 * A target cannot do what it was asked to. The message is for operators. It tells what happened and holds
 * no secret.
 */
export class TargetError extends Error {
  override readonly name = 'TargetError'
  /**
   * `unreachable`: it may go by itself, such as a broken connection, a time-out, a full disk, an answer of
   * 429 or 5xx. `refused`: somebody has to act, such as a missing permission or a wrong password.
   */
  readonly reason: 'unreachable' | 'refused'

  constructor(reason: 'unreachable' | 'refused', message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
