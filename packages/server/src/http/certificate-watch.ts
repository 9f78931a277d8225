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
  /** Starts to use a checked certificate. */
  readonly use: (certificate: Certificate) => void
}

/**
 * Keeps a server's certificate the same as its files. When a new pair cannot be used, that is logged
 * once and the old pair stays in use. So it does no harm when the two files are written one after the
 * other.
 */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions
  readonly #stop: () => void
  #stamp: string
  #work: Promise<void> = Promise.resolve()

  /** `stamp`: the state of the files when the present certificate was read. */
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

  /** Stops looking. */
  stop(): void {
    this.#stop()
  }

  /**
   * Reads are done one at a time, because on a slow disk an older pair must not overtake a newer one.
   */
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
