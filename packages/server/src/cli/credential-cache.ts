import type { CredentialSource, LoadedCredentials } from './token-credentials.ts'

/** The credentials for requests of several tokens. They are loaded once, and again before they end. */
export class CredentialCache {
  readonly #source: CredentialSource
  #loading: Promise<LoadedCredentials> | null = null

  constructor(source: CredentialSource) {
    this.#source = source
  }

  /**
   * Credentials whose session lasts beyond an instant, if their expiry is known and the source has such
   * credentials. Those without a known expiry are loaded each time, because reading a file is cheap and
   * it may have changed.
   *
   * @throws CliError as the source does
   */
  async get(beyondMs: number): Promise<LoadedCredentials> {
    const known = this.#loading
    if (known !== null) {
      const loaded = await known
      if (loaded.expiresAtMs !== null && loaded.expiresAtMs > beyondMs) return loaded
      // Meanwhile another caller may have begun to load.
      if (this.#loading === known) this.#loading = null
    }
    this.#loading ??= this.#load()
    return this.#loading
  }

  /** Forgets what is loaded. */
  drop(): void {
    this.#loading = null
  }

  #load(): Promise<LoadedCredentials> {
    const loading = this.#source.load()
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = null
    })
    return loading
  }
}
