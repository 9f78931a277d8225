import { readFile } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { checkLanes } from '../issuer/signer/check-lanes.ts'
import { type CryptoMb, LANE_COUNT } from '../issuer/signer/crypto-mb.ts'
import { createEs384Lanes } from '../issuer/signer/es384-lanes.ts'
import { CryptoMbError, loadCryptoMb } from '../issuer/signer/load-crypto-mb.ts'
import {
  createMultiBufferSigner,
  type LaneCounts,
  type MultiBufferIncident,
  type MultiBufferSigner,
} from '../issuer/signer/multi-buffer-signer.ts'
import { SIGNING_ALGORITHM_NAMES, type SigningAlgorithm } from '../principals/algorithms.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Logger } from '../telemetry/logger.ts'

/** What signs the tokens of this server: for `/readyz` and metrics. */
export interface MultiBufferStatus {
  /** `libcrypto_mb 1.0.14`, or `node:crypto` with the reason in parentheses, and what signs ES384 if not that. */
  readonly summary: string
  /** What the lanes have done; null where there are none. */
  readonly counts: Readonly<Record<SigningAlgorithm, LaneCounts>> | null
}

/** The multi-buffer signer as configuration and machine have it. */
export interface MultiBuffer {
  /** What metrics call the signer. */
  readonly name: 'node-crypto' | 'libcrypto_mb' | 'nettle'
  readonly signer: MultiBufferSigner | null
  readonly status: () => MultiBufferStatus
  /** Says in the log what signs. For when the server is up: an operator reads of failures first. */
  readonly announce: () => void
}

/** What the machine has of what the multi-buffer signer needs. */
export interface MultiBufferMachine {
  /** Whether CPU and operating system have AVX-512 IFMA. */
  readonly hasIfma: () => Promise<boolean>
  /** Loads the library. @throws CryptoMbError */
  readonly load: (path: string | null) => Promise<CryptoMb>
}

const THIS_MACHINE: MultiBufferMachine = { hasIfma: findIfma, load: loadCryptoMb }

/**
 * Opens the multi-buffer signer as `signer.multiBuffer` says: `auto` goes on with node:crypto where it
 * cannot be had and says so in the log, `on` does not. @throws ConfigError
 */
export async function openMultiBuffer({
  config: {
    signer: { multiBuffer, multiBufferLibrary },
  },
  random,
  logger,
  machine = THIS_MACHINE,
}: {
  readonly config: Pick<Config, 'signer'>
  readonly random: RandomSource
  readonly logger: Logger
  readonly machine?: MultiBufferMachine
}): Promise<MultiBuffer> {
  if (multiBuffer === 'off') return withoutLanes('signer.multiBuffer is off', () => {})
  if (multiBuffer === 'auto' && !(await machine.hasIfma())) {
    const reason = 'this CPU lacks AVX-512 IFMA'
    return withoutLanes(reason, () =>
      logger.info({ reason }, 'tokens are signed by node:crypto, one by one'),
    )
  }
  try {
    const library = await machine.load(multiBufferLibrary)
    const lanes = createEs384Lanes(library, random)
    checkLanes(lanes, LANE_COUNT, reason => new CryptoMbError(reason))
    const report = (incident: MultiBufferIncident) =>
      reportIncident(incident, 'libcrypto_mb', logger)
    const signer = createMultiBufferSigner({ library, random, schedule: setImmediate, report })
    const { version } = library
    return {
      name: 'libcrypto_mb',
      signer,
      status: () => describeSigner('libcrypto_mb', signer),
      announce: () =>
        logger.info({ version }, 'tokens are signed by libcrypto_mb, up to eight at once'),
    }
  } catch (error) {
    if (!(error instanceof CryptoMbError)) throw error
    if (multiBuffer === 'on') throw describeRefusal(error)
    const reason = error.message
    // Anybody may ask for /readyz; paths and the loader's words are for the log.
    return withoutLanes('libcrypto_mb cannot be used; the log says why', () =>
      logger.warn(
        { reason },
        'tokens are signed by node:crypto, one by one: this CPU could sign eight at once, see docs/operations.md; signer.multiBuffer "off" ends this warning',
      ),
    )
  }
}

/** Without this look, every start on another CPU would load a library to hear the same. */
async function findIfma(): Promise<boolean> {
  const cpuInfo = await readFile('/proc/cpuinfo', 'latin1').catch(() => '')
  return / avx512ifma( |$)/m.test(cpuInfo)
}

function withoutLanes(reason: string, announce: () => void): MultiBuffer {
  const status = { summary: `node:crypto (${reason})`, counts: null }
  return { name: 'node-crypto', signer: null, status: () => status, announce }
}

/** What `/readyz` says of a signer that is in use. */
export function describeSigner(name: string, signer: MultiBufferSigner): MultiBufferStatus {
  const counts = signer.counts()
  const stopped = SIGNING_ALGORITHM_NAMES.filter(algorithm => counts[algorithm].isStopped)
  const exception = stopped.length === 0 ? '' : `; node:crypto for ${stopped.join(' and ')}`
  return { summary: `${name} ${signer.libraryVersion}${exception}`, counts }
}

function describeRefusal({ message }: CryptoMbError): ConfigError {
  return new ConfigError([
    {
      where: 'signer.multiBuffer',
      message: `is on, but libcrypto_mb cannot be used: ${message}. Mend that, or set it to auto or off`,
    },
  ])
}

/** Tells the operator of a bad result, which was destroyed. */
export function reportIncident(
  { algorithm, badResults, isStopped, cause }: MultiBufferIncident,
  library: string,
  logger: Logger,
): void {
  const fields = { algorithm, badResults, ...(cause !== undefined && { err: cause }) }
  if (!isStopped) {
    logger.error(fields, `${library} made a bad signature, which was destroyed; node:crypto signed`)
    return
  }
  logger.error(
    fields,
    `${library} makes bad signatures and is not used any more: suspect the hardware of this machine`,
  )
}
