import type { TokenFile } from './token-file.ts'

/**
 * A file that exists while every token is fresh. It holds the instant at which the first of them ends,
 * so that a file that a killed helper has left can be recognised.
 */
export class ReadyFile {
  readonly #file: TokenFile
  readonly #validUntilMs: Map<string, number | null>

  /** Takes away the file of a former run. @throws CliError `data` */
  constructor(file: TokenFile, tokenFiles: readonly string[]) {
    this.#file = file
    this.#validUntilMs = new Map(tokenFiles.map(each => [each, null]))
    file.remove()
  }

  /** Sets until when the token in a file is valid; null when it has ended. @throws CliError `data` */
  setValidUntil(tokenFile: string, validUntilMs: number | null): void {
    this.#validUntilMs.set(tokenFile, validUntilMs)
    const times = [...this.#validUntilMs.values()].filter(each => each !== null)
    if (times.length < this.#validUntilMs.size) this.#file.remove()
    else this.#file.replace(`${new Date(Math.min(...times)).toISOString()}\n`)
  }

  /** Takes the file away. @throws CliError `data` */
  clear(): void {
    this.#file.remove()
  }
}
