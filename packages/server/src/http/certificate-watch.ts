import type { Logger } from '../telemetry/logger.ts'
import {
  type Certificate,
  type CertificateFiles,
  loadCertificate,
  stampFiles,
} from './certificate.ts'
import type { StartInterval } from './interval.ts'

/** What a {@link CertificateWatch} works with. */
export interface CertificateWatchOptions {
  readonly files: CertificateFiles
  readonly intervalMs: number
  readonly every: StartInterval
  readonly logger: Logger
  /** Takes a checked certificate into use. */
  readonly use: (certificate: Certificate) => void
}

/**
 * Keeps a server's certificate that of its files. A new pair that cannot be used is logged once and
 * the old one stays, so that files written one after the other do no harm.
 */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions
  readonly #stop: () => void
  #stamp: string
  #work: Promise<void> = Promise.resolve()

  /** `stamp`: that of the files when the certificate now in use was read. */
  constructor(options: CertificateWatchOptions, stamp: string) {
    this.#options = options
    this.#stamp = stamp
    this.#stop = options.every(options.intervalMs, () => this.#enqueue(() => this.#check()))
  }

  /** Reads the files now, changed or not. Never rejects: a pair that cannot be used is logged. */
  reload(): Promise<void> {
    return this.#enqueue(async () => {
      this.#stamp = await stampFiles(this.#options.files)
      await this.#take()
    })
  }

  /** Looks no more. */
  stop(): void {
    this.#stop()
  }

  /** One at a time: a slow disk must not let an older pair overtake a newer one. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step)
    return this.#work
  }

  async #check(): Promise<void> {
    const stamp = await stampFiles(this.#options.files)
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    await this.#take()
  }

  async #take(): Promise<void> {
    const { files, logger, use } = this.#options
    try {
      use(await loadCertificate(files))
      logger.info({ certFile: files.certFile }, 'TLS certificate reloaded')
    } catch (error) {
      logger.error({ err: error }, 'TLS certificate not reloaded; the old one stays in use')
    }
  }
}
