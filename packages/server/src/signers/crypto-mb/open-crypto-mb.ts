import { readFile } from 'node:fs/promises'
import { ConfigError } from '../../config/config-error.ts'
import { SIGNING_ALGORITHM_NAMES } from '../../principals/algorithms.ts'
import { checkLanes } from '../lanes/check-lanes.ts'
import { reportIncident, toSignerStatus } from '../lanes/lane-signer.ts'
import { LANE_COUNT } from '../lanes/lanes.ts'
import type { OpenedSigner, SignerKind, SignerKindOptions } from '../signer-kind.ts'
import type { CryptoMb } from './crypto-mb.ts'
import { createCryptoMbSigner } from './crypto-mb-signer.ts'
import { createEs384Lanes } from './es384-lanes.ts'
import { CryptoMbError, loadCryptoMb } from './load-crypto-mb.ts'

const NAME = 'libcrypto_mb'

/** What the multi-buffer signer needs of the machine. */
export interface CryptoMbMachine {
  /** Whether CPU and operating system have AVX-512 IFMA. */
  readonly hasIfma: () => Promise<boolean>
  /** Loads the library. @throws CryptoMbError */
  readonly load: (path: string | null) => Promise<CryptoMb>
}

const THIS_MACHINE: CryptoMbMachine = { hasIfma: findIfma, load: loadCryptoMb }

/**
 * Opens the multi-buffer signer as `signer.multiBuffer` says: where it cannot be used, `auto`
 * leaves signing to node:crypto and says so in the log, and `on` refuses to start. @throws
 * ConfigError
 */
export async function openCryptoMb({
  config: {
    signer: { multiBuffer, multiBufferLibrary },
  },
  random,
  logger,
  machine = THIS_MACHINE,
}: SignerKindOptions & { readonly machine?: CryptoMbMachine }): Promise<OpenedSigner> {
  if (multiBuffer === 'off') return without('signer.multiBuffer is off', () => {})
  if (multiBuffer === 'auto' && !(await machine.hasIfma())) {
    const reason = 'this CPU lacks AVX-512 IFMA'
    return without(reason, () =>
      logger.info({ reason }, 'tokens are signed by node:crypto, one by one'),
    )
  }
  try {
    const library = await machine.load(multiBufferLibrary)
    const lanes = createEs384Lanes(library, random)
    checkLanes(lanes, LANE_COUNT, reason => new CryptoMbError(reason))
    const signer = createCryptoMbSigner({
      library,
      random,
      schedule: setImmediate,
      report: incident => reportIncident(incident, NAME, logger),
    })
    const { version } = library
    return {
      signer,
      status: () => toSignerStatus({ name: NAME, version }, signer),
      announce: () =>
        logger.info({ version }, 'tokens are signed by libcrypto_mb, up to eight at once'),
    }
  } catch (error) {
    if (!(error instanceof CryptoMbError)) throw error
    if (multiBuffer === 'on') throw toConfigError(error)
    const reason = error.message
    // Anybody may ask for /readyz; paths and the loader's words are for the log.
    return without('libcrypto_mb cannot be used; the log says why', () =>
      logger.warn(
        { reason },
        'tokens are signed by node:crypto, one by one: this CPU could sign eight at once, see docs/operations.md; signer.multiBuffer "off" ends this warning',
      ),
    )
  }
}

/** Without this check, every start on another CPU would load the library to learn the same. */
async function findIfma(): Promise<boolean> {
  const cpuInfo = await readFile('/proc/cpuinfo', 'latin1').catch(() => '')
  return / avx512ifma( |$)/m.test(cpuInfo)
}

function without(reason: string, announce: () => void): OpenedSigner {
  return { signer: null, status: () => ({ summary: reason, counts: {} }), announce }
}

function toConfigError({ message }: CryptoMbError): ConfigError {
  return new ConfigError([
    {
      where: 'signer.multiBuffer',
      message: `is on, but libcrypto_mb cannot be used: ${message}. Mend that, or set it to auto or off`,
    },
  ])
}

/** Intel's multi-buffer library, on CPUs with AVX-512 IFMA. */
export const CRYPTO_MB: SignerKind = {
  kind: NAME,
  algorithms: SIGNING_ALGORITHM_NAMES,
  open: openCryptoMb,
}
