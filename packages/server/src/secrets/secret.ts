import { inspect } from 'node:util'

const REDACTED = '[redacted]'

/**
 * A value that must not reach a log, an error text or a JSON document: it prints `[redacted]`
 * however it is printed. `reveal` is the only way to the value, and easy to search for.
 */
export class Secret<Value = string> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  /** The value in clear. */
  reveal(): Value {
    return this.#value
  }

  /** `[redacted]`, so that string concatenation is safe. */
  toString(): string {
    return REDACTED
  }

  /** `[redacted]`, so that `JSON.stringify` is safe. */
  toJSON(): string {
    return REDACTED
  }

  /** `[redacted]`, so that `console.log` and `util.inspect` are safe. */
  [inspect.custom](): string {
    return REDACTED
  }
}
