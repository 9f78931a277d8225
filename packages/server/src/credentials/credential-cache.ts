/** Something to show to a service, for a while. */
export interface Expiring {
  /** Null when it does not end, or when that is not known. */
  readonly expiresAtMs: number | null
}

/** Where credentials come from. */
interface Source<Loaded> {
  /** Reads the files or asks the servers anew. */
  readonly load: () => Promise<Loaded>
}

/** The credentials for several requests. They are loaded once, and again before they end. */
export class CredentialCache<Loaded extends Expiring> {
  readonly #source: Source<Loaded>
  #loading: Promise<Loaded> | null = null

  constructor(source: Source<Loaded>) {
    this.#source = source
  }

  /**
   * Credentials whose session lasts beyond an instant, if their expiry is known and the source has such
   * credentials. Those without a known expiry are loaded each time, because reading a file is cheap and
   * it may have changed.
   *
   * @throws as the source does
   */
  async get(beyondMs: number): Promise<Loaded> {
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

  #load(): Promise<Loaded> {
    const loading = this.#source.load()
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = null
    })
    return loading
  }
}
